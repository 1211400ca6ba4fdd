"""When a kept test takes place: as if it were the weekday and the time of day that belong to it.

What callers say about days ("next Tuesday", "this afternoon") then means what it meant. The date is the first
such one that is still to come, so that the calendar of a test is the one that callers meet, too.
"""

from datetime import datetime, timedelta

from voxanne_app.foundation.time_zones import instant_of, instants_of_wall, zone_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_MINUTES = 24 * 60


def in_words(weekday: int, minute: int) -> str:
    """`Tuesday, 8:05 AM`."""
    hour = minute // 60
    return f"{WEEKDAYS[weekday]}, {hour % 12 or 12}:{minute % 60:02} {'AM' if hour < 12 else 'PM'}"


def weekday_and_minute(moment: datetime, zone: str) -> tuple[int, int]:
    """What a clock in `zone` shows: the weekday (0 is Monday), and the minute of the day."""
    wall = moment.astimezone(zone_of(zone))
    return wall.weekday(), wall.hour * 60 + wall.minute


def moment_like(weekday: int, minute: int, *, zone: str, now: datetime) -> datetime:
    """The first moment after `now` at which a clock in `zone` shows that. On the night when the clocks skip
    it, an hour later; on the one when they show it twice, the first time."""
    today = now.astimezone(zone_of(zone)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for days in (*range(7), 7):
        day = today + timedelta(days=days)
        if day.weekday() == weekday and (at := _instant(day + timedelta(minutes=minute), zone)) > now:
            return at
    raise ValueError(f"{weekday} is no weekday.")


def _instant(wall: datetime, zone: str) -> datetime:
    shown = instants_of_wall(wall, zone) or instants_of_wall(wall + timedelta(hours=1), zone)
    return instant_of(shown[0])
