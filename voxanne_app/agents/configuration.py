"""What is set up about an agent: one immutable value, stored as JSON with each version.

Anything of the right shape can be held, so that a draft may be unfinished; what may be published is
`validation.problems_of`'s to say. A new setting gets a default here, and old versions have it.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Role = Literal["inbound", "outbound"]
AfterHours = Literal["same", "messages", "no_transfer"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Voice(_Part):
    """`speed` 1.0 is as the voice was made. Which speeds a provider takes: `voices.PROVIDERS`."""

    provider: str = "vapi"
    voice_id: str = "Elliot"
    speed: float = 1.0


class Destination(_Part):
    """A person or desk to whom a caller may be put through. `number` is E.164."""

    name: str
    number: str
    when: str = ""


class Escalation(_Part):
    """When people must hear of a call. They are told by the agent's own tools, and, whatever the model does,
    by `calls/escalation.py`, which reads the same rules."""

    asks_for_person: bool = True
    urgent_words: tuple[str, ...] = ()
    misunderstandings: int = 3  # this many in a row; 0 is never
    is_unhappy: bool = True


class AgentConfiguration(_Part):
    """`rules` are sentences of the staff's, one each. `tools_off` names voice tools that the agent must not
    use: a new tool is on until somebody says otherwise. `recording_consent` is said in the greeting: None is
    the clinic's own sentence, an empty one means that calls are not recorded."""

    name: str = "Receptionist"
    role: Role = "inbound"
    language: str = "en"
    first_message: str = ""
    prompt: str = ""
    rules: tuple[str, ...] = ()
    voice: Voice = Voice()
    model: str = "gpt-4.1"
    tools_off: tuple[str, ...] = ()
    destinations: tuple[Destination, ...] = ()
    escalation: Escalation = Escalation()
    max_minutes: int = 10
    recording_consent: str | None = None
    after_hours: AfterHours = "same"

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def read_configuration(held: dict[str, Any]) -> AgentConfiguration:
    """From a version's column. Raises pydantic.ValidationError for what no version of ours wrote."""
    return AgentConfiguration.model_validate(held)
