"""Each promise against what fulfils it: a booking, a tool that was carried out, a case, a transfer."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from voxanne_app.calls.promises.language import Language
from voxanne_app.calls.promises.promise import (
    APPOINTMENT,
    Appointment,
    Done,
    Evidence,
    Judged,
    Kind,
    Promise,
)
from voxanne_app.calls.promises.when import When

# Tools of somebody else's server may have done it: whether they did is not ours to see.
_FOREIGN: dict[Kind, re.Pattern[str]] = {
    **dict.fromkeys(APPOINTMENT, re.compile("book|appointment|calendar|schedul|cancel", re.IGNORECASE)),
    "texted": re.compile("text|sms|message|whatsapp", re.IGNORECASE),
    "mailed": re.compile("mail", re.IGNORECASE),
    "call_back": re.compile("call_?back|message|ticket|task", re.IGNORECASE),
    "pass_on": re.compile("message|ticket|task|note|notify", re.IGNORECASE),
    "transfer": re.compile("handoff|hand_off", re.IGNORECASE),
}
_TEXTS, _MAILS = re.compile("text|sms", re.IGNORECASE), re.compile("mail", re.IGNORECASE)
Found = tuple[bool, str, str]  # whether it is fulfilled, what is missing, the booking


def judge(promises: Iterable[Promise], evidence: Evidence, language: Language) -> tuple[Judged, ...]:
    """A verdict for each promise; one that is only said again is left out."""
    judged = [_judged(promise, evidence) for promise in promises]
    corrected = [_corrected(each, judged[place + 1 :], language) for place, each in enumerate(judged)]
    return tuple(_without_repeats(corrected))


def _judged(promise: Promise, evidence: Evidence) -> Judged:
    kept, missing, booking_id = _FULFILLED[promise.kind](promise, evidence)
    if kept:
        return Judged(promise, "kept", booking_id=booking_id)
    if promise.retracted:
        return Judged(promise, "taken_back")
    foreign = _FOREIGN[promise.kind]
    if any(foreign.search(tool) for tool in evidence.foreign_tools):
        return Judged(promise, "unknown", "another_server")
    if promise.kind == "transfer" and evidence.caller_left:
        return Judged(promise, "unknown", "caller_left")
    return Judged(promise, "not_kept", missing, booking_id)


def _appointment(promise: Promise, evidence: Evidence) -> Found:
    """Stands at that time now, or was made at that time in this call, whatever became of it since."""
    known = {booking.id: booking for booking in evidence.appointments}
    made = [
        replace(known[done.booking_id], starts=done.starts)
        for done in evidence.done
        if done.tool in ("book_appointment", "move_appointment") and done.starts and done.booking_id in known
    ]
    standing = [booking for booking in evidence.appointments if booking.is_standing]
    fitting = [one for one in (*standing, *made) if _fits(promise, one)]
    if not promise.when.is_named and not promise.around:
        of_call = [one for one in fitting if one.is_of_call]
        fitting = of_call or fitting
    for booking in fitting:
        if not _named_otherwise(promise.clause, booking, evidence):
            return True, "", booking.id
    if fitting:
        return False, "other_service", fitting[0].id
    other = next((one for one in (*made, *standing) if one.is_of_call or one in made), None)
    return False, "other_time" if other else "no_booking", other.id if other else ""


def _cancelled(promise: Promise, evidence: Evidence) -> Found:
    known = {booking.id: booking for booking in evidence.appointments}
    for done in evidence.done:
        if done.tool == "cancel_appointment" and done.starts and _may_mean(promise, done):
            return True, "", done.booking_id
    fitting = [one for one in known.values() if _fits(promise, one)]
    gone = [one for one in fitting if not one.is_standing]
    if gone and (promise.when.is_named or not any(one.is_standing for one in fitting)):
        standing = [one for one in fitting if one.is_standing]
        if not standing:
            return True, "", gone[0].id
    standing = [one for one in fitting if one.is_standing]
    return False, "still_stands" if standing else "nothing_cancelled", standing[0].id if standing else ""


def _may_mean(promise: Promise, done: Done) -> bool:
    return (done.starts is not None and any(
        when.fits(done.starts) for when in (promise.when, *promise.around) if when.is_named
    )) or not (promise.when.is_named or promise.around)  # fmt: skip


def _fits(promise: Promise, booking: Appointment) -> bool:
    whens: Sequence[When] = (promise.when,) if promise.when.is_named else promise.around
    return not whens or any(when.fits(booking.starts) for when in whens)


def _named_otherwise(clause: str, booking: Appointment, evidence: Evidence) -> bool:
    """Whether the words name a service or a practitioner, and not the booking's."""
    said = _words(clause)
    for own, groups in (
        (booking.service, evidence.services),
        (booking.practitioner, evidence.practitioners),
    ):
        named = [group for group in groups if any(_occurs(name, said) for name in group)]
        if own and named and not any(own.lower() in group for group in named) and not _alike(own, named):
            return True
    return False


def _occurs(name: str, said: str) -> bool:
    return bool(re.search(rf"\b{re.escape(_words(name))}\b", said))


def _alike(own: str, named: Iterable[frozenset[str]]) -> bool:
    """`Deep cleaning` may well be called a cleaning."""
    mine = {word for word in _words(own).split() if len(word) > 3}
    return any(mine & set(_words(name).split()) for group in named for name in group)


def _words(text: str) -> str:
    return re.sub(r"[^\w]+", " ", text.lower()).strip()


def _by_tool(pattern: re.Pattern[str], missing: str) -> Callable[[Promise, Evidence], Found]:
    def found(_: Promise, evidence: Evidence) -> Found:
        return any(pattern.search(done.tool) for done in evidence.done), missing, ""

    return found


def _by_people(_: Promise, evidence: Evidence) -> Found:
    return evidence.has_case, "nobody_told", ""


def _transfer(_: Promise, evidence: Evidence) -> Found:
    return evidence.was_transferred, "not_transferred", ""


_FULFILLED: dict[Kind, Callable[[Promise, Evidence], Found]] = {
    "booked": _appointment,
    "moved": _appointment,
    "cancelled": _cancelled,
    "texted": _by_tool(_TEXTS, "no_text"),
    "mailed": _by_tool(_MAILS, "no_mail"),
    "call_back": _by_people,
    "pass_on": _by_people,
    "transfer": _transfer,
}


def _corrected(each: Judged, later: Sequence[Judged], language: Language) -> Judged:
    """A promise that a later one, which was kept, has replaced."""
    promise = each.promise
    if each.verdict != "not_kept" or promise.kind not in APPOINTMENT:
        return each
    for after in later:
        if after.verdict != "kept" or after.promise.kind not in APPOINTMENT:
            continue
        says = after.promise.clause
        replaces = (
            promise.is_announced or after.promise.kind == "moved" or bool(language.corrects.search(says))
        )
        if replaces and not language.another.search(says):
            return replace(each, verdict="taken_back", missing="")
    return each


def _without_repeats(judged: Iterable[Judged]) -> Iterator[Judged]:
    seen: set[tuple[object, ...]] = set()
    for each in judged:
        family = "appointment" if each.promise.kind in ("booked", "moved") else each.promise.kind
        key = (family, each.promise.when, each.verdict, each.booking_id)
        if key not in seen:
            seen.add(key)
            yield each
