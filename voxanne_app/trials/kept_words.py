"""What the assistant said in a trial and did not do: its words held against the tools that it used."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count

from voxanne_app.calls.promises.comparing import compare_words
from voxanne_app.calls.promises.promise import Appointment, Done, Evidence, Said
from voxanne_app.calls.promises.wording import MISSING, PROMISED
from voxanne_app.foundation.time_zones import zone_of
from voxanne_app.trials.putting_through import NAME as TRANSFER
from voxanne_app.trials.turns import Turn, UsedTool


def broken_words(turns: Sequence[Turn], *, happens_at: datetime, zone: str) -> dict[int, list[str]]:
    """Turn by its place: a sentence for each promise in it that nothing has fulfilled."""
    wall = _wall(happens_at, zone)
    said = [Said(place, turn.role == "assistant", turn.text, wall) for place, turn in enumerate(turns)]
    found: dict[int, list[str]] = {}
    for judged in compare_words(said, _evidence(turns, zone)).promises:
        if judged.verdict == "not_kept":
            sentence = f"Said and not done: {PROMISED[judged.promise.kind]}. {MISSING[judged.missing]}"
            found.setdefault(judged.promise.position, []).append(sentence)
    return found


def _evidence(turns: Sequence[Turn], zone: str) -> Evidence:
    used = [
        (place, tool) for place, turn in enumerate(turns) for tool in turn.tools if tool.verdict == "done"
    ]
    names = {tool.name for _, tool in used}
    done, appointments = _deeds(used, zone)
    return Evidence(
        appointments=appointments,
        done=done,
        has_case="take_message" in names,
        was_transferred=TRANSFER in names,
    )


def _deeds(used: Sequence[tuple[int, UsedTool]], zone: str) -> tuple[list[Done], list[Appointment]]:
    """What was booked, and where it ended up. In a trial bookings have no lasting ids: they are known by
    their times."""
    numbers, done = count(1), []
    held: dict[str, Appointment] = {}
    for place, tool in used:
        starts = _starts(tool, zone)
        before = _meant(tool, held.values()) if tool.name != "book_appointment" else None
        booking_id = before.id if before else str(next(numbers))
        if starts is not None:
            stands = tool.name != "cancel_appointment"
            held[booking_id] = Appointment(booking_id, starts, stands, is_of_call=True)
        done.append(Done(tool.name, place, booking_id if starts else "", starts))
    return done, list(held.values())


def _starts(tool: UsedTool, zone: str) -> datetime | None:
    """The clinic's wall time of the booking that the answer names."""
    booking = tool.data.get("booking")
    if not isinstance(booking, dict):
        return None
    return _wall(datetime.fromisoformat(booking["starts_at"]), zone)


def _wall(moment: datetime, zone: str) -> datetime:
    """What the clinic's clock shows, to the minute."""
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None, second=0, microsecond=0)


def _meant(tool: UsedTool, held: Iterable[Appointment]) -> Appointment | None:
    asked = str(tool.arguments.get("starts_at"))
    return next((one for one in held if asked[:16] == one.starts.isoformat()[:16]), None)
