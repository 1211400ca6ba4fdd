"""When somebody may be rung: between eight and eight on their own wall, as far as their number tells it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from voxanne_app.foundation.phone_numbers import zones_of
from voxanne_app.foundation.time_zones import zone_of

FIRST_HOUR, LAST_HOUR = 8, 20
# A number that is at home in more zones than this (toll-free, say) is at home nowhere in particular.
_MOST_ZONES = 3
_STEP = timedelta(minutes=15)
_LOOKED_AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class Whereabouts:
    """Where it must be a decent hour; `is_from_number` when the number told the zones, else the clinic's."""

    zones: tuple[str, ...]
    is_from_number: bool


def whereabouts(number: str, *, clinic_zone: str) -> Whereabouts:
    """A number of several zones, the clinic's among them, is taken for one of the neighbourhood."""
    told = zones_of(number)
    if not told or len(told) > _MOST_ZONES:
        return Whereabouts((clinic_zone,), is_from_number=False)
    return Whereabouts((clinic_zone,) if clinic_zone in told else told, is_from_number=True)


def is_decent(where: Whereabouts, at: datetime) -> bool:
    return all(FIRST_HOUR <= at.astimezone(zone_of(zone)).hour < LAST_HOUR for zone in where.zones)


def next_decent(where: Whereabouts, at: datetime) -> datetime:
    """`at` itself, or the first quarter of an hour after it that is; every zone's hours begin on one."""
    if is_decent(where, at):
        return at
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    for step in range(1, _LOOKED_AHEAD // _STEP + 1):
        if is_decent(where, quarter + step * _STEP):
            return quarter + step * _STEP
    return at + timedelta(days=1)  # zones that share no hour: looked at again tomorrow
