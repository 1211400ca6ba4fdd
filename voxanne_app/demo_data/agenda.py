"""The demo's bookings: believable days around now, the same days however often they are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from voxanne_app.demo_data.clinics import DemoClinic, DemoPractitioner, demo_id
from voxanne_app.foundation.time_zones import dates_between, instant_of, instants_of_wall, zone_of

WEEKS_BACK, WEEKS_AHEAD = 3, 4
_BY_PHONE = 0.45
_NO_SHOW = 0.03
_PAUSES = (0, 0, 0, 0, 15, 30)


@dataclass(frozen=True)
class DemoBooking:
    id: UUID
    practitioner: str
    service: str
    patient: str
    starts_at: datetime
    ends_at: datetime
    blocks_until: datetime
    status: str
    by_phone: bool
    made_at: datetime


def closed_on(today: date) -> date:
    """The one exception: a day soon that is not today."""
    day = today + timedelta(days=8)
    while day.weekday() > 3:
        day += timedelta(days=1)
    return day


def agenda(clinic: DemoClinic, now: datetime) -> Iterator[DemoBooking]:
    """Full around today, thinner the further ahead. A later `now` only adds to what an earlier one gave."""
    today = now.astimezone(zone_of(clinic.time_zone)).date()
    first = today - timedelta(weeks=WEEKS_BACK)
    for on_date in dates_between(first, (WEEKS_BACK + WEEKS_AHEAD) * 7):
        # Nobody is in two chairs on one day.
        patients = Random(f"{clinic.slug} {on_date}").sample(clinic.patients, len(clinic.patients))  # noqa: S311
        for number, practitioner in enumerate(clinic.practitioners):
            own = patients[number :: len(clinic.practitioners)]
            yield from _day(clinic, practitioner, own, on_date, today, now)


def _day(
    clinic: DemoClinic,
    practitioner: DemoPractitioner,
    patients: list[str],
    on_date: date,
    today: date,
    now: datetime,
) -> Iterator[DemoBooking]:
    random = Random(f"{clinic.slug} {practitioner.name} {on_date}")  # noqa: S311 - a story, not a secret
    offered = [clinic.service(name) for name in practitioner.services]
    for opens, closes in practitioner.hours.get(on_date.weekday(), ()):
        minute, closing = _minutes(opens), _minutes(closes)
        while True:
            minute += random.choice(_PAUSES)
            service = random.choices(offered, [one.weight for one in offered])[0]
            is_booked, by_phone, fate, ahead = (random.random() for _ in range(4))
            if minute + service.minutes > closing or not patients:
                break
            patient, begins = patients.pop(), minute
            minute = -(-(minute + service.minutes + service.after) // 15) * 15
            if is_booked > _fullness((on_date - today).days) or on_date == closed_on(today):
                continue
            starts_at = _at(on_date, begins, clinic.time_zone)
            ends_at = starts_at + timedelta(minutes=service.minutes)
            yield DemoBooking(
                id=demo_id(clinic.slug, practitioner.name, starts_at),
                practitioner=practitioner.name,
                service=service.name,
                patient=patient,
                starts_at=starts_at,
                ends_at=ends_at,
                blocks_until=ends_at + timedelta(minutes=service.after),
                status=_status(service.minutes, by_phone < _BY_PHONE, fate, ends_at, now),
                by_phone=by_phone < _BY_PHONE,
                made_at=_made_at(starts_at, ahead, clinic, now),
            )


def _fullness(days_ahead: int) -> float:
    if days_ahead <= 0:
        return 0.85
    return max(0.15, 0.75 - 0.03 * days_ahead)


def _status(minutes: int, by_phone: bool, fate: float, ends_at: datetime, now: datetime) -> str:
    """Long appointments booked by phone wait for somebody's yes."""
    if ends_at < now:
        return "no_show" if fate < _NO_SHOW else "completed"
    return "pending" if by_phone and minutes >= 60 and fate < 0.35 else "confirmed"


def _made_at(starts_at: datetime, ahead: float, clinic: DemoClinic, now: datetime) -> datetime:
    """Up to six days before, by day or in the evening, and never in the future."""
    day = (
        (min(starts_at, now) - timedelta(days=1 + int(ahead * 6)))
        .astimezone(zone_of(clinic.time_zone))
        .date()
    )
    return _at(day, 8 * 60 + int(ahead * 977) % 660, clinic.time_zone)


def _at(on_date: date, minute: int, zone: str) -> datetime:
    wall = datetime.combine(on_date, time()) + timedelta(minutes=minute)
    return instant_of((instants_of_wall(wall, zone) or instants_of_wall(wall + timedelta(hours=1), zone))[0])


def _minutes(wall: str) -> int:
    moment = time.fromisoformat(wall)
    return moment.hour * 60 + moment.minute


EPOCH = datetime(2024, 1, 8, 17, 0, tzinfo=UTC)  # when the demo's clinics signed up
