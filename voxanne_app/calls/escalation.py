"""When people must hear of a call, by the rules that its agent was set up with, whatever the model made of
it.

Words are looked for in what was said, not in what was understood: a rule that acts too often costs a look,
one that does not act may cost a patient.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents.configuration import Escalation
from voxanne_app.agents.queries import escalation_of
from voxanne_app.calls import cases
from voxanne_app.calls.ports import SpokenTurn
from voxanne_app.foundation.ttl_cache import TtlCache

_PERSON = re.compile(
    r"\b(?:real|actual|live) (?:person|human)\b|\bhuman being\b"
    r"|\b(?:speak|talk|put me through|connect me)\b[^.?!]{0,20}"
    r"\b(?:person|human|someone|somebody|receptionist|manager|operator|representative)\b"
    r"|\bhablar con (?:una persona|alguien)\b|\bparler à (?:une personne|quelqu'un)\b"
    r"|\bmit (?:einem|einer|jemandem)(?: \w+)? (?:menschen|mitarbeiter\w*|sprechen)\b",
    re.IGNORECASE,
)
_UNHAPPY = re.compile(
    r"\b(?:complain\w*|complaint|unacceptable|ridiculous|terrible|awful|furious|disgust\w*|fed up|angry"
    r"|not happy|unhappy|queja|inaceptable|inadmissible|beschwer\w*|unverschämt)\b",
    re.IGNORECASE,
)
_NOT_UNDERSTOOD = re.compile(
    r"\b(?:did ?n['’]t|did not|could ?n['’]t|could not) (?:quite )?(?:catch|understand|hear|get)\b"
    r"|\b(?:say that|tell me|repeat)\b[^.?!]{0,20}\b(?:again|once more|repeat)\b|\bcould you repeat\b",
    re.IGNORECASE,
)
_RULES_SECONDS = 20.0
_rules: TtlCache[tuple[UUID, UUID], Escalation | Literal["none"]] = TtlCache(1000)


@dataclass(frozen=True)
class Reason:
    """`key` tells one rule's case in a call from another's."""

    key: str
    kind: cases.Kind
    title: str
    is_urgent: bool = False


def urgent_in(rules: Escalation, said: Iterable[SpokenTurn]) -> Reason | None:
    """What may not wait for the end of the call."""
    words = " ".join(turn.words for turn in said if turn.speaker == "caller").casefold()
    for phrase in rules.urgent_words:
        if re.search(rf"\b{re.escape(phrase.casefold())}", words):
            return Reason("urgent", "callback", f"Urgent: the caller spoke of {phrase}", is_urgent=True)
    return None


def reasons_in(
    rules: Escalation, turns: Sequence[SpokenTurn], analysed: dict[str, Any]
) -> tuple[Reason, ...]:
    """What a whole call gives reason for."""
    heard = [turn.words for turn in turns if turn.speaker == "caller"]
    found = [urgent_in(rules, turns)]
    if rules.asks_for_person and any(_PERSON.search(words) for words in heard):
        found.append(Reason("person", "callback", "The caller asked for a person"))
    if rules.is_unhappy and (analysed.get("is_unhappy") is True or any(map(_UNHAPPY.search, heard))):
        found.append(Reason("unhappy", "complaint", "The caller was unhappy"))
    if 0 < rules.misunderstandings <= _longest_row(turns):
        found.append(Reason("misunderstood", "callback", "The caller was not understood"))
    return tuple(reason for reason in found if reason)


def _longest_row(turns: Sequence[SpokenTurn]) -> int:
    """Of answers of the agent's, one after the other, that ask to say it again."""
    longest = row = 0
    for turn in turns:
        if turn.speaker == "agent":
            row = row + 1 if _NOT_UNDERSTOOD.search(turn.words) else 0
            longest = max(longest, row)
    return longest


@dataclass(frozen=True)
class EscalatedCall:
    """`was_handed_over`: somebody at the clinic knows already, by a message or by being put through to."""

    org_id: UUID
    agent_id: UUID
    call_id: UUID
    number: str | None
    contact_id: UUID | None
    was_handed_over: bool


def tell_people(
    session: Session,
    call: EscalatedCall,
    *,
    just_said: Sequence[SpokenTurn],
    whole: Sequence[SpokenTurn],
    analysed: dict[str, Any],
    now: datetime,
) -> None:
    """Open a case for each reason; the same reason of one call is one case, however often it is seen.
    `whole` is empty until the call is over."""
    rules = _rules_of(session, call)
    if rules is None:
        return
    urgent = urgent_in(rules, just_said)
    found = reasons_in(rules, whole, analysed) if whole else ((urgent,) if urgent else ())
    for reason in found:
        if reason.is_urgent or not call.was_handed_over:
            cases.open_case(session, _case(call, reason), org_id=call.org_id, now=now)


def _case(call: EscalatedCall, reason: Reason) -> cases.NewCase:
    return cases.NewCase(
        kind=reason.kind,
        title=reason.title,
        body="Found by the agent’s rules. Read or hear the call before you call back.",
        request_key=f"escalation:{call.call_id}:{reason.key}",
        is_urgent=reason.is_urgent,
        callback_number=call.number,
        call_id=call.call_id,
        contact_id=call.contact_id,
    )


def _rules_of(session: Session, call: EscalatedCall) -> Escalation | None:
    key = call.org_id, call.agent_id
    known = _rules.get(key)
    if known is None:
        known = escalation_of(session, org_id=call.org_id, agent_id=call.agent_id) or "none"
        _rules.set(key, known, _RULES_SECONDS)
    return None if known == "none" else known
