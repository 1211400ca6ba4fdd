"""What a caller asked for, read from a voice tool's arguments, which nobody has checked.

Whatever is missing, impossible or unclear is asked back in one line a voice can say. Nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from voxanne_app.agents.tools import CannotBeDone
from voxanne_app.bookings.availability import PartOfDay
from voxanne_app.bookings.booking import FURTHEST_AHEAD
from voxanne_app.bookings.spoken import one_line, say_date, say_time, say_when
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.foundation.time_zones import Minute, instants_of_wall, minute_of, zone_of

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_TEXT = 200
_LONGEST_NAME = 100
_LONGEST_NOTES = 500


def text_of(arguments: Mapping[str, Any], name: str, *, longest: int = _LONGEST_TEXT) -> str | None:
    """The words of an argument without control characters; None when there are none or it is no text."""
    value = arguments.get(name)
    if not isinstance(value, str) or not value or len(value) > longest * 4:
        return None
    return one_line(unicodedata.normalize("NFC", value))[:longest] or None


def notes_of(arguments: Mapping[str, Any]) -> str:
    value = arguments.get("notes")
    return one_line(value[:_LONGEST_NOTES]) if isinstance(value, str) else ""


def patient_name_of(arguments: Mapping[str, Any]) -> str:
    """A name as people write it: letters of any script, figures, spaces, apostrophes, hyphens, dots."""
    said = text_of(arguments, "patient_name")
    kept = "".join(letter if _belongs_in_a_name(letter) else " " for letter in said or "")
    name = re.sub(r"\s+", " ", kept).strip(" -'’.,")
    if not any(letter.isalpha() for letter in name) or len(name) > _LONGEST_NAME:
        raise CannotBeDone("I did not get the patient's name. Could you tell me the full name?")
    return name


def phone_of(arguments: Mapping[str, Any], caller_number: str | None) -> str | None:
    """The number to reach the patient at: as told, otherwise the one they call from (E.164)."""
    value = arguments.get("patient_phone")
    if value in (None, ""):
        return as_e164(caller_number) if caller_number else None
    if isinstance(value, str) and (number := as_e164(value, like=caller_number)):
        return number
    raise CannotBeDone("I did not get the phone number. Could you say it again, digit by digit?")


def part_of_day_of(arguments: Mapping[str, Any]) -> PartOfDay | None:
    value = arguments.get("part_of_day")
    if value in (None, ""):
        return None
    if isinstance(value, str) and value.strip().lower() in get_args(PartOfDay):
        part: PartOfDay = value.strip().lower()  # type: ignore[assignment]
        return part
    raise CannotBeDone("Would you like the morning, the afternoon or the evening?")


def date_of(arguments: Mapping[str, Any], *, zone: str, now: datetime) -> date | None:
    """`on_date`, checked: a day that exists, is not over, and is not more than a year away."""
    value = arguments.get("on_date")
    if value in (None, ""):
        return None
    today = now.astimezone(zone_of(zone)).date()
    found = value.strip() if isinstance(value, str) else ""
    if not _DATE.fullmatch(found):
        raise CannotBeDone(f"Which date do you mean? Today is {_in_full(today)}.")
    on_date = _existing_date(found, today)
    _check_distance(on_date, today)
    return on_date


def moment_of(arguments: Mapping[str, Any], name: str, *, zone: str, now: datetime) -> Minute:
    """An ISO 8601 time, checked. Without an offset it is the clinic's wall time, of two such the earlier."""
    today = now.astimezone(zone_of(zone)).date()
    value = arguments.get(name)
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise CannotBeDone(f"Which date and time do you mean? Today is {_in_full(today)}.")
    wall_date = _existing_date(found[1], today)
    try:
        wall = datetime.combine(wall_date, datetime.strptime(found[2], "%H:%M").time())  # noqa: DTZ007 - wall time
    except ValueError:
        raise CannotBeDone(
            f"There is no such time on {say_date(wall_date, today=today)}. What time, please?"
        ) from None
    _check_distance(wall_date, today)
    minute = _instant(wall, found[3], zone, now)
    if minute <= minute_of(now):
        raise CannotBeDone(
            f"{say_when(minute, zone, now=now)} is already over. What other time would suit you?"
        )
    return minute


def _instant(wall: datetime, offset: str | None, zone: str, now: datetime) -> Minute:
    shown = instants_of_wall(wall, zone)
    today = now.astimezone(zone_of(zone)).date()
    if offset:
        meant = _with_offset(wall, offset)
        if meant in shown:
            return meant
        here = f" In the clinic's time that is {say_when(meant, zone, now=now)}." if meant is not None else ""
        raise CannotBeDone(
            f"That time is given in another time zone.{here} Which time at the clinic do you mean?"
        )
    if not shown:
        day = say_date(wall.date(), today=today)
        raise CannotBeDone(
            f"{say_time(wall)} does not exist on {day}, as the clocks go forward. What other time, please?"
        )
    return min(shown)


def _with_offset(wall: datetime, offset: str) -> Minute | None:
    hours, minutes = (0, 0) if offset in "Zz" else (int(offset[1:3]), int(offset[-2:]))
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1)
    if minutes > 59 or abs(ahead) >= timedelta(days=1):
        return None
    return minute_of(wall.replace(tzinfo=UTC) - ahead)


def _existing_date(written: str, today: date) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CannotBeDone(
            f"That date does not exist. Today is {_in_full(today)}. Which day do you mean?"
        ) from None


def _check_distance(on_date: date, today: date) -> None:
    if on_date < today:
        raise CannotBeDone(
            f"{_in_full(on_date)} is in the past. Today is {_in_full(today)}. Which day do you mean?"
        )
    if on_date > today + FURTHEST_AHEAD:
        raise CannotBeDone(
            f"{_in_full(on_date)} is more than a year away, which is too far ahead. Which day do you mean?"
        )


def _in_full(on_date: date) -> str:
    return f"{on_date:%A, %B} {on_date.day}, {on_date.year}"


def _belongs_in_a_name(letter: str) -> bool:
    return letter in " '’-." or unicodedata.category(letter)[0] in "LMN"
