"""What the Settings screen says: what a change of zone moves, and which operators were there."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from voxanne_app.calls.retention import Weighed
from voxanne_app.foundation.time_zones import UnknownTimeZone, zone_of
from voxanne_app.identity.visits import VisitView
from voxanne_app.ui import formatting

_PLACES = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@dataclass(frozen=True)
class VisitLine:
    who: str = ""
    reason: str = ""
    when: str = ""
    exact: str = ""
    lasted: str = ""
    is_on: bool = False


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """Time zones named after a place, as people look for them."""
    return sorted(zone for zone in available_timezones() if zone.startswith(_PLACES))


def what_moves(before: str, after: str, *, booked: int, now: datetime) -> str:
    """What changing the zone does, in a sentence; empty when it changes nothing or is no zone."""
    try:
        here, there = zone_of(before), zone_of(after)
    except UnknownTimeZone:
        return ""
    if here.key == there.key:
        return ""
    shift = (now.astimezone(there).utcoffset() or now - now) - (now.astimezone(here).utcoffset() or now - now)
    minutes = round(shift.total_seconds() / 60)
    bookings = formatting.count(booked, "booking")
    if not minutes:
        return f"Both clocks show the same now. {bookings} ahead keep their moment."
    moved = f"{formatting.lasting(abs(minutes) * 60)} {'later' if minutes > 0 else 'earlier'}"
    return (
        f"{bookings} ahead keep their moment, so each is shown {moved} on the clock. Opening hours stay on "
        "the wall: 9 to 5 is 9 to 5 in the new zone."
    )


def who_must_enrol(without: list[tuple[str, str]], roles: set[str]) -> str:
    """What asking it of more `roles` does to those (name, role) `without` a second factor; may be empty."""
    names = [name for name, role in without if role in roles]
    if not names:
        return ""
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    who, have = (listed, "has") if len(names) == 1 else (listed, "have")
    return (
        f"{who} {have} no second factor yet. As soon as you save, their open pages end, and they get in "
        "again once they have set up an authenticator app: it takes a minute and a phone."
    )


def what_goes(weighed: Weighed, *, before: int, days: int, zone: ZoneInfo, now: datetime) -> str:
    """What keeping recordings for `days` instead does to those that are there; empty when nothing changes."""
    if days == before:
        return ""
    if days > before:
        return "Recordings made until now keep their shorter time: it is what their callers were told."
    ahead = "From now on none is kept. " if days == 0 else ""
    if not weighed.going:
        return f"{ahead}No recording is old enough to be deleted because of this."
    share = f"{weighed.going:,} of {formatting.count(weighed.kept, 'recording')}"
    at = formatting.day_and_time(weighed.at, zone, now=now)
    return (
        f"{ahead}This deletes {share}, kept for longer already, on {at}, here and at the voice platform. "
        "Nobody can bring them back."
    )


def visit_line(visit: VisitView, *, zone: ZoneInfo, now: datetime) -> VisitLine:
    over_at = visit.ended_at or min(visit.ends_at, now)
    is_on = visit.ended_at is None and now < visit.ends_at
    return VisitLine(
        who=visit.who,
        reason=visit.reason,
        when=formatting.when(visit.started_at, zone, now=now),
        exact=formatting.exact(visit.started_at, zone),
        lasted=formatting.lasting((over_at - visit.started_at).total_seconds()),
        is_on=is_on,
    )
