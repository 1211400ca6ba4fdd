"""A time as somebody may say it; written apart from what reads such words."""

import random
from datetime import date, datetime

_NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]


def say_day(on: date, today: date, rng: random.Random) -> str:
    """Only ways that cannot mean another day."""
    day, month, weekday = on.day, f"{on:%B}", f"{on:%A}"
    ordinal = f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
    ways = [
        f"on {weekday}, {month} {day}",
        f"on {month} {ordinal}",
        f"on the {ordinal} of {month}",
        f"on {weekday} the {_ORDINALS[day - 1]}" if 0 <= (on - today).days < 28 else f"on {day} {month}",
        f"on {weekday}, the {ordinal} of {month}",
        f"on {on:%b} {day}, {on.year}",
    ]
    ahead = (on - today).days
    if ahead == 0:
        ways += ["today", "later today"]
    if ahead == 1:
        ways += ["tomorrow"] * 3
    if ahead == 2:
        ways += ["the day after tomorrow"] * 2
    if 0 < ahead < 7:
        ways += [f"on {weekday}", f"this {weekday}"]
    if 7 < ahead < 14:
        ways += [f"a week from {weekday}"]
    return rng.choice(ways)


def say_clock(at: datetime, rng: random.Random) -> str:
    """`at half past two in the afternoon`, `at 2:30 PM`, …"""
    hour, minute = at.hour % 12 or 12, at.minute
    half = "AM" if at.hour < 12 else "PM"
    part = "in the morning" if at.hour < 12 else "in the afternoon"
    ways = [
        f"at {hour}:{minute:02d} {half}",
        f"at {hour}:{minute:02d} {half[0].lower()}.m.",
        f"at {at.hour}:{minute:02d}" if at.hour >= 13 else f"at {hour}:{minute:02d} {part}",
    ]
    if minute == 0:
        ways += [f"at {_NUMBERS[hour]}", f"at {hour} {half}", f"at {_NUMBERS[hour]} o'clock {part}"]
        if at.hour == 12:
            ways.append("at noon")
    if minute == 30:
        ways += [f"at half past {_NUMBERS[hour]}", f"at {_NUMBERS[hour]} thirty {part}"]
    if minute == 15:
        ways += [f"at quarter past {_NUMBERS[hour]}", f"at {_NUMBERS[hour]} fifteen"]
    if minute == 45:
        ways += [f"at a quarter to {_NUMBERS[hour % 12 + 1]}", f"at {_NUMBERS[hour]} forty-five"]
    return rng.choice(ways)


def say(at: datetime, now: datetime, rng: random.Random) -> str:
    day, clock = say_day(at.date(), now.date(), rng), say_clock(at, rng)
    return f"{day} {clock}" if rng.random() < 0.8 else f"{clock} {day}"
