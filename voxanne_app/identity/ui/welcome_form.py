"""What is asked of somebody who sets up a clinic, and what is wrong with an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.bookings.first_setup import FirstSetup
from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.foundation.time_zones import UnknownTimeZone, zone_of
from voxanne_app.identity.clinics import LONGEST_NAME, Profile

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LENGTHS = ("15", "20", "30", "45", "60", "90")
USUAL = {
    "opens": "09:00",
    "closes": "17:00",
    "minutes": "30",
    "kind": next(iter(TEMPLATES)),
    "agent": "Front desk",
    **{f"day{number}": "on" for number in range(5)},
}
_FIELDS = {
    "name", "phone", "time_zone", "kind", "opens", "closes", "service", "minutes", "practitioner", "agent",
    *(f"day{number}" for number in range(7)),
}  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """Everything that a clinic is made of."""

    profile: Profile
    first: FirstSetup
    agent: str
    kind: str


@dataclass(frozen=True)
class Reading:
    """`answers` when nothing is wrong; else `problems`, a sentence by field."""

    answers: Answers | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


def typed(fields: Mapping[str, str]) -> dict[str, str]:
    """What the form may hold, no longer than it can be meant."""
    return {
        name: " ".join(value.split())[:200]
        for name, value in fields.items()
        if name in _FIELDS and value.strip()
    }


def read(given: Mapping[str, str]) -> Reading:
    problems = {}
    for name, sentence in (
        ("name", "Say what the clinic is called."),
        ("service", "Name one thing that can be booked, like Check-up."),
        ("practitioner", "Name one person with whom it can be booked."),
        ("agent", "Give the receptionist a name."),
    ):
        if not 2 <= len(given.get(name, "")) <= LONGEST_NAME:
            problems[name] = sentence
    try:
        zone_of(given.get("time_zone", ""))
    except UnknownTimeZone:
        problems["time_zone"] = "Choose a zone from the list, like America/New_York."
    if given.get("phone") and not as_e164(given["phone"]):
        problems["phone"] = "Write the number with its country code, like +1 503 555 0100."
    if given.get("minutes") not in LENGTHS or given.get("kind") not in TEMPLATES:
        problems["minutes"] = "Choose one of the list."
    weekdays = [number for number in range(7) if f"day{number}" in given]
    opens_at, closes_at = _time(given.get("opens", "")), _time(given.get("closes", ""))
    if not weekdays or opens_at is None or closes_at is None or opens_at >= closes_at:
        problems["opens"] = "Say on which days, from when until when; the clinic closes after it opens."
    if problems or opens_at is None or closes_at is None:
        return Reading(problems=problems)
    profile = Profile(given["name"], given["time_zone"], phone=given.get("phone", ""))
    first = FirstSetup(
        given["service"], int(given["minutes"]), given["practitioner"], weekdays, opens_at, closes_at
    )
    return Reading(Answers(profile, first, given["agent"], given["kind"]))


def _time(value: str) -> time | None:
    try:
        return time.fromisoformat(value).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None
