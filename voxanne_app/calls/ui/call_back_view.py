"""Calling back, every line as it is read: the checks before it, and how it goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from voxanne_app.calls.outbound.attempts import AttemptRow
from voxanne_app.calls.outbound.checks import Check, refusal, wait
from voxanne_app.calls.outbound.targets import Target
from voxanne_app.calls.ui.wording import OUTCOMES, Wording
from voxanne_app.contacts.calling_consent import HOW, Consent
from voxanne_app.ui import formatting

_MARKS = {"fine": ("circle-check", "good"), "waits": ("clock", "waits"), "no": ("circle-x", "bad")}
_WAITING = Wording("Waits", "waits", "clock")
_STATES: dict[str, Wording] = {
    "asked": _WAITING,
    "dialling": Wording("Being dialled", "live", "phone-outgoing"),
    "stopped": Wording("Stopped", "plain", "ban"),
    "refused": Wording("Not called", "waits", "circle-x"),
    "failed": Wording("Not called", "bad", "triangle-alert"),
    "unknown": Wording("Nobody knows", "bad", "triangle-alert"),
    "ended": Wording("Over", "plain", "circle"),
}
_ON = {
    "in_progress": Wording("Talking", "live", "phone-call"),
    "forwarding": Wording("With a person", "live", "phone-forwarded"),
}
_RINGING = Wording("Ringing", "live", "phone-outgoing")
# In other words than for somebody who called us.
_CAME_OF_IT = {
    "missed": Wording("Nobody answered", "waits", "phone-missed"),
    "voicemail": Wording("An answering machine", "waits", "voicemail"),
    "answered": Wording("They talked", "good", "circle-check"),
    "hung_up_early": Wording("They hung up", "plain", "phone-off"),
}


@dataclass(frozen=True)
class CheckLine:
    sentence: str
    mark: str
    tone: str


@dataclass(frozen=True)
class CallBackView:
    """`act` is what the button says: when it will be dialled. Without `may_ask` nothing can be asked."""

    whom: str = ""
    phone: str = ""
    checks: list[CheckLine] = field(default_factory=list)
    consent: str = ""
    has_consent: bool = False
    act: str = "Call now"
    may_ask: bool = False


@dataclass(frozen=True)
class AttemptLine:
    id: str
    whom: str
    about: str
    asked: str
    word: str
    tone: str
    mark: str
    why: str
    is_live: bool
    can_stop: bool
    href: str
    made_this_call: bool = False


def call_back_view(
    target: Target, checks: Sequence[Check], consent: Consent | None, *, zone: ZoneInfo, now: datetime
) -> CallBackView:
    found = tuple(checks)
    later = wait(found)
    act = "Call now"
    if later and later.until:
        act = f"Call {formatting.day_and_time(later.until, zone, now=now)}"
    return CallBackView(
        whom=target.name or formatting.phone(target.number),
        phone=formatting.phone(target.number),
        checks=[_check(check, zone, now) for check in found],
        consent=_consent(consent, zone, now),
        has_consent=consent is not None and consent.is_given,
        act=act,
        may_ask=refusal(found) is None,
    )


def _check(check: Check, zone: ZoneInfo, now: datetime) -> CheckLine:
    mark, tone = _MARKS[check.verdict]
    later = ""
    if check.until:
        later = f" Until {formatting.day_and_time(check.until, zone, now=now)} by your clinic’s clock."
    return CheckLine(f"{check.sentence}{later}", mark, tone)


def _consent(consent: Consent | None, zone: ZoneInfo, now: datetime) -> str:
    if consent is None:
        return ""
    done = f"Agreed {HOW.get(consent.how, '')}" if consent.is_given else "Taken back"
    when = formatting.when(consent.recorded_at, zone, now=now)
    return f"{done.strip()}; recorded {when} by {consent.recorded_by_name}"


def attempt_line(
    row: AttemptRow, *, zone: ZoneInfo, now: datetime, shown_call: UUID | None = None
) -> AttemptLine:
    """`shown_call`: the call on whose own page it stands."""
    wording = _wording(row)
    why = row.note
    if row.state == "asked" and (row.due_at - now).total_seconds() > 60:
        why = f"{row.note} Dialled {formatting.day_and_time(row.due_at, zone, now=now)}.".strip()
    is_own = shown_call is not None and row.call_id == shown_call
    about_call = row.about_call_id if row.about_call_id != shown_call else None
    leads_to = (about_call if is_own else row.call_id) or None
    return AttemptLine(
        id=str(row.id),
        whom=row.callee or formatting.phone(row.number),
        about=row.about,
        asked=f"{row.asked_by_name}, {formatting.when(row.asked_at, zone, now=now)}, by {row.agent}",
        word=wording.word,
        tone=wording.tone,
        mark=wording.mark,
        why=why,
        is_live=wording.tone == "live",
        can_stop=row.state == "asked",
        href=f"/calls/{leads_to}" if leads_to else "",
        made_this_call=is_own,
    )


def _wording(row: AttemptRow) -> Wording:
    if row.state == "dialled":
        return _ON.get(row.call_status or "", _RINGING)
    if row.state == "ended" and row.call_outcome:
        return _CAME_OF_IT.get(row.call_outcome) or OUTCOMES.get(row.call_outcome, _STATES["ended"])
    return _STATES.get(row.state, _WAITING)
