"""Putting a caller through, where nobody is called: what would have happened.

In calls the voice platform does it itself, which a conversation in writing cannot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from voxanne_app.agents.configuration import AgentConfiguration, Destination
from voxanne_app.agents.tools import Caller, CannotBeDone, ToolAnswer, VoiceTool
from voxanne_app.calls.opening import is_after_hours

NAME = "transfer_to_human"
NOBODY = "I am sorry, I cannot put you through right now. I can take a message for the clinic instead."


def tools_for(configuration: AgentConfiguration, tools: Mapping[str, VoiceTool]) -> Sequence[VoiceTool]:
    """What the agent may use of `tools`, and, where it has people to put callers through to, that."""
    on = [tool for name, tool in tools.items() if name not in configuration.tools_off]
    return [*on, naming(configuration)] if configuration.destinations else on


def naming(configuration: AgentConfiguration) -> VoiceTool:
    """Says whom the caller would reach at that moment."""

    def answer(session: Session, caller: Caller, asked: Mapping[str, Any], now: datetime) -> ToolAnswer:
        if configuration.after_hours != "same" and is_after_hours(
            session, org_id=caller.org_id, zone=caller.time_zone, at=now
        ):
            raise CannotBeDone(NOBODY)
        whom = _meant(asked.get("department"), configuration.destinations)
        line = f"One moment please, I am putting you through to {whom.name}."
        return ToolAnswer(line, {"destination": {"type": "number", "number": whom.number, "name": whom.name}})

    return replace(_TOOL, description=_description(configuration.destinations), answer=answer)


def _meant(department: Any, destinations: Sequence[Destination]) -> Destination:
    wanted = department.casefold() if isinstance(department, str) else ""
    return next((one for one in destinations if wanted and wanted in one.name.casefold()), destinations[0])


def _description(destinations: Sequence[Destination]) -> str:
    people = "; ".join(f"{one.name}. {one.when}".strip() for one in destinations)
    return f"Puts the caller through to a person: {people}"


def _nobody(_session: Session, _caller: Caller, _asked: Mapping[str, Any], _now: datetime) -> ToolAnswer:
    raise CannotBeDone(NOBODY)


_TOOL = VoiceTool(
    name=NAME,
    description="",
    parameters={
        "type": "object",
        "properties": {
            "reason": {"type": "string", "description": "What the caller wants, in a few words."},
            "department": {"type": "string", "description": "Whom of the people on the list."},
        },
        "required": ["reason"],
    },
    answer=_nobody,
    only_looks=True,
)
