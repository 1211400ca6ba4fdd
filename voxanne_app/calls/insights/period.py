"""Which days are looked at, and which they are held against."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from voxanne_app.foundation.time_zones import zone_of

# What may be chosen; the first is usual.
CHOICES = {"7": "7 days", "30": "30 days", "90": "90 days", "month": "This month"}


@dataclass(frozen=True)
class Period:
    """Days on the clinic's wall: from `since` until now, and as many before, from `before_since`.

    Today is not over, so the last day before ends when the clock shows what it shows now (`cut`, without a
    zone): equally long by the clock, also where a day had 23 or 25 hours.
    """

    before_since: date
    since: date
    today: date
    cut: datetime

    @property
    def days(self) -> list[date]:
        return [self.since + timedelta(days=number) for number in range(self.length)]

    @property
    def days_before(self) -> list[date]:
        return [self.before_since + timedelta(days=number) for number in range(self.length)]

    @property
    def length(self) -> int:
        return (self.today - self.since).days + 1


def period_of(choice: str, *, zone: str, now: datetime) -> Period:
    """For one of CHOICES."""
    wall = now.astimezone(zone_of(zone)).replace(tzinfo=None)
    today = wall.date()
    length = today.day if choice == "month" else int(choice)
    since = today - timedelta(days=length - 1)
    return Period(since - timedelta(days=length), since, today, wall - timedelta(days=length))
