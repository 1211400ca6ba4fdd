"""Promises and deeds as they are read beside the conversation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voxanne_app.calls.promises.shown import DeedView, PromiseView, SaidAndDone
from voxanne_app.calls.promises.wording import DONE, MISSING
from voxanne_app.ui import formatting

_VERDICTS = {
    "kept": ("Kept", "good"),
    "not_kept": ("Not kept", "bad"),
    "taken_back": ("Taken back", "plain"),
    "unknown": ("Cannot be told", "plain"),
}
_HEARD = {
    True: ("Asked for", "good"),
    False: ("Not asked for", "bad"),
    None: ("Cannot be told whether it was asked for", "plain"),
}
_LONGEST = 160


@dataclass(frozen=True)
class SaidLine:
    """A promise, or a deed. `position` is the turn that it is about, -1 when there is none."""

    key: str
    what: str
    verdict: str
    tone: str
    is_deed: bool = False
    more: str = ""
    position: int = -1
    href: str = ""


def said_lines(found: SaidAndDone) -> list[SaidLine]:
    return [*map(_promise, found.promises), *_deeds(found.deeds)]


def in_all(lines: Sequence[SaidLine]) -> str:
    """`1 promise not kept`, `1 deed not asked for`; nothing where all is in order."""
    broken = sum(line.tone == "bad" and not line.is_deed for line in lines)
    unasked = sum(line.tone == "bad" and line.is_deed for line in lines)
    said = [f"{formatting.count(broken, 'promise')} not kept"] if broken else []
    return ", ".join([*said, f"{formatting.count(unasked, 'deed')} not asked for"] if unasked else said)


def _promise(told: PromiseView) -> SaidLine:
    verdict, tone = _VERDICTS[told.verdict]
    return SaidLine(
        key=f"{told.kind}-{told.position}-{told.words[:20]}",
        what=f"“{_short(told.words)}”",
        verdict=verdict,
        tone=tone,
        more=MISSING.get(told.missing, ""),
        position=told.position,
        href=_href(told.booking_id),
    )


def _deeds(deeds: tuple[DeedView, ...]) -> Iterator[SaidLine]:
    for number, told in enumerate(deeds):
        verdict, tone = _HEARD[told.heard]
        when = f" for {told.starts:%a} {told.starts.day} {told.starts:%b, %-I:%M %p}" if told.starts else ""
        yield SaidLine(
            key=f"deed-{number}",
            what=f"{DONE[told.tool]}{when}",
            verdict=verdict,
            tone=tone if told.heard is not False or told.stands else "plain",
            is_deed=True,
            more=_why(told),
            position=-1 if told.position is None else told.position,
            href=_href(told.booking_id),
        )


def _why(told: DeedView) -> str:
    if told.heard is None:
        return "The rules know only English so far, or nothing was written down of what was said."
    said = f"The caller: “{_short(told.words)}”" if told.words else ""
    if told.heard:
        return said
    undone = "" if told.stands else " It has been undone since."
    return f"{said or 'Nothing that the caller said asks for it.'}{undone}"


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rsplit(' ', 1)[0]}…"


def _href(booking_id: str) -> str:
    return f"/bookings?booking={booking_id}" if booking_id else ""
