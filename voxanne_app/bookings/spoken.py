"""Dates, times and choices as a voice says them: one line, in the clinic's wall time."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

from voxanne_app.bookings.availability import Slot
from voxanne_app.foundation.time_zones import Minute, instants_of_wall, wall_clock

_CONTROL = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_LONGEST_LINE = 900


def say_date(on_date: date, *, today: date) -> str:
    """`Tuesday, November 24`; with the year when it is not this one."""
    year = f", {on_date.year}" if on_date.year != today.year else ""
    return f"{on_date:%A, %B} {on_date.day}{year}"


def say_time(wall: datetime) -> str:
    """`9 AM`, `10:15 AM`."""
    minutes = f":{wall.minute:02d}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes} {'AM' if wall.hour < 12 else 'PM'}"


def say_when(minute: Minute, zone: str, *, now: datetime) -> str:
    """`Tuesday, November 24 at 10:15 AM`, and which of two where the clocks are put back."""
    wall = wall_clock(minute, zone)
    today = now.astimezone(wall.tzinfo).date()
    twice = instants_of_wall(wall.replace(tzinfo=None), zone)
    which = ""
    if len(twice) == 2:
        which = f", the {'earlier' if minute == min(twice) else 'later'} one, as the clocks change"
    return f"{say_date(wall.date(), today=today)} at {say_time(wall)}{which}"


def say_slots(slots: Sequence[Slot], zone: str, *, now: datetime) -> str:
    """`Tuesday, November 24 at 9 AM with Dr. Voss or at 1 PM with Dr. Amari, or Wednesday … at …`"""
    today = wall_clock(int(now.timestamp() // 60), zone).date()
    days: dict[date, list[str]] = {}
    for slot in slots:
        wall = wall_clock(slot.starts, zone)
        days.setdefault(wall.date(), []).append(f"at {say_time(wall)} with {slot.practitioner.name}")
    return ", or ".join(f"{say_date(day, today=today)} {say_choice(times)}" for day, times in days.items())


def say_choice(parts: Sequence[str], word: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def one_line(text: str) -> str:
    """Without line breaks, control and invisible characters: the voice platform takes one line only."""
    plain = text
    if not (text.isascii() and text.isprintable()):
        plain = "".join(" " if unicodedata.category(letter) in _CONTROL else letter for letter in text)
    return re.sub(r"\s+", " ", plain).strip()[:_LONGEST_LINE]
