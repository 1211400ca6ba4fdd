"""What stands in the editor's fields, and the configuration that it means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from voxanne_app.agents.configuration import AgentConfiguration, Destination, Escalation, Voice
from voxanne_app.foundation.phone_numbers import as_e164, as_written
from voxanne_app.ui.arguments import BadArgument, one_of, text

LONGEST = 12_000
ROLES = {"inbound": "Answers the phone", "outbound": "Calls out"}
CONSENTS = {
    "clinic": "As in the clinic’s settings",
    "own": "A sentence of its own",
    "none": "Calls are not recorded",
}
AFTER_HOURS = {
    "same": "As during the day",
    "no_transfer": "Books, but puts nobody through",
    "messages": "Takes messages only",
}
CHOICES = {"role": ROLES, "consent_kind": CONSENTS, "after_hours": AFTER_HOURS}
SWITCHES = ("asks_for_person", "is_unhappy")
MOST_DESTINATIONS = 10


@dataclass(frozen=True)
class Typed:
    """As text, whatever it will be read as; `rules` and `urgent_words` a line each."""

    name: str = ""
    role: str = "inbound"
    language: str = "en"
    first_message: str = ""
    prompt: str = ""
    rules: str = ""
    provider: str = "vapi"
    voice_id: str = ""
    speed: str = "1"
    model: str = ""
    consent_kind: str = "clinic"
    consent: str = ""
    asks_for_person: bool = True
    urgent_words: str = ""
    misunderstandings: str = "3"
    is_unhappy: bool = True
    max_minutes: str = "10"
    after_hours: str = "same"


@dataclass(frozen=True)
class Person:
    """Somebody to whom callers are put through, as typed."""

    name: str = ""
    number: str = ""
    occasion: str = ""


FIELDS = tuple(Typed.__dataclass_fields__)


def typed_of(known: AgentConfiguration) -> Typed:
    consent = known.recording_consent
    return Typed(
        name=known.name,
        role=known.role,
        language=known.language,
        first_message=known.first_message,
        prompt=known.prompt,
        rules="\n".join(known.rules),
        provider=known.voice.provider,
        voice_id=known.voice.voice_id,
        speed=f"{known.voice.speed:g}",
        model=known.model,
        consent_kind="clinic" if consent is None else "own" if consent else "none",
        consent=consent or "",
        asks_for_person=known.escalation.asks_for_person,
        urgent_words="\n".join(known.escalation.urgent_words),
        misunderstandings=str(known.escalation.misunderstandings),
        is_unhappy=known.escalation.is_unhappy,
        max_minutes=str(known.max_minutes),
        after_hours=known.after_hours,
    )


def people_of(known: AgentConfiguration) -> list[Person]:
    return [Person(one.name, as_written(one.number), one.when) for one in known.destinations]


def with_field(typed: Typed, field: object, value: object) -> Typed:
    """Another thing was typed or chosen. Raises BadArgument."""
    name = one_of(field, FIELDS, name="This field")
    if name in SWITCHES:
        return replace(typed, **{name: value is True})  # type: ignore[arg-type]
    if name in CHOICES:
        return replace(typed, **{name: one_of(value, CHOICES[name])})  # type: ignore[arg-type]
    return replace(typed, **{name: text(value, at_most=LONGEST)})  # type: ignore[arg-type]


def with_person(people: Sequence[Person], position: object, field: object, value: object) -> list[Person]:
    if not isinstance(position, int) or not 0 <= position < len(people):
        raise BadArgument("This person is not on the list any more.")
    name = one_of(field, ("name", "number", "occasion"), name="This field")
    changed = replace(people[position], **{name: text(value, at_most=300)})
    return [*people[:position], changed, *people[position + 1 :]]


def configuration_of(typed: Typed, people: Sequence[Person], tools_off: Sequence[str]) -> AgentConfiguration:
    """What is no number becomes one that `problems_of` complains of."""
    consent = {"clinic": None, "none": "", "own": typed.consent.strip() or None}[typed.consent_kind]
    known: dict[str, Any] = {
        "name": typed.name.strip(),
        "role": typed.role,
        "language": typed.language,
        "first_message": typed.first_message.strip(),
        "prompt": typed.prompt.strip(),
        "model": typed.model,
        "after_hours": typed.after_hours,
    }
    return AgentConfiguration(
        **known,
        rules=_lines(typed.rules),
        voice=Voice(provider=typed.provider, voice_id=typed.voice_id.strip(), speed=_number(typed.speed)),
        tools_off=tuple(sorted(tools_off)),
        destinations=tuple(
            Destination(
                name=one.name.strip(), number=as_e164(one.number) or one.number, when=one.occasion.strip()
            )
            for one in people
        ),
        escalation=Escalation(
            asks_for_person=typed.asks_for_person,
            urgent_words=_lines(typed.urgent_words),
            misunderstandings=round(_number(typed.misunderstandings)),
            is_unhappy=typed.is_unhappy,
        ),
        max_minutes=round(_number(typed.max_minutes)),
        recording_consent=consent,
    )


def _lines(written: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in written.splitlines() if line.strip())


def _number(written: str) -> float:
    try:
        found = float(written.replace(",", "."))
    except ValueError:
        return -1.0
    return found if -1e6 < found < 1e6 else -1.0
