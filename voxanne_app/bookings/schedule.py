"""All that availability depends on, read in two queries: what is offered by whom when, and what is taken."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.bookings.hours import DayException, Exceptions, Stretches, open_spans, stretches_on
from voxanne_app.foundation.direct import ask
from voxanne_app.foundation.time_zones import Minute, Span, instant_of


@dataclass(frozen=True, slots=True)
class BookableService:
    """A service, as availability sees it. Times in minutes."""

    id: UUID
    name: str
    other_names: tuple[str, ...]
    minutes: int
    before: int = 0
    after: int = 0

    def blocked(self, starts: Minute) -> Span:
        """What an appointment at that time keeps from others: itself and its buffers."""
        return starts - self.before, starts + self.minutes + self.after


@dataclass(frozen=True, slots=True)
class BookablePractitioner:
    """A practitioner, as availability sees them."""

    id: UUID
    name: str
    service_ids: frozenset[UUID]
    weekly: Mapping[int, Stretches]


@dataclass(frozen=True, slots=True)
class Schedule:
    zone: str
    services: tuple[BookableService, ...]
    practitioners: tuple[BookablePractitioner, ...]
    exceptions: Exceptions
    _open: dict[date, Mapping[UUID, tuple[Span, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def practitioners_for(self, service: BookableService) -> tuple[BookablePractitioner, ...]:
        return tuple(
            practitioner for practitioner in self.practitioners if service.id in practitioner.service_ids
        )

    def stretches_on(self, on_date: date, practitioner: BookablePractitioner) -> Stretches:
        return stretches_on(on_date, practitioner.weekly, self.exceptions, practitioner.id)

    def open_on(self, on_date: date) -> Mapping[UUID, tuple[Span, ...]]:
        """The instants at which each practitioner works that day. Kept: a schedule outlives many callers."""
        if on_date not in self._open:
            self._open[on_date] = {
                one.id: open_spans(on_date, self.stretches_on(on_date, one), self.zone)
                for one in self.practitioners
            }
        return self._open[on_date]


_VERSION = b"select schedule_version($1)"
# One round trip instead of five, and next to nothing to convert.
_SCHEDULE = text(
    """select json_build_object(
      'services', (select json_agg(json_build_array(
            id, name, other_names, duration_minutes, buffer_before_minutes, buffer_after_minutes)
            order by name)
          from services where org_id = :org_id and is_active),
      'practitioners', (select json_agg(json_build_array(p.id, p.name,
            (select json_agg(s.service_id) from practitioner_services s
              where s.org_id = p.org_id and s.practitioner_id = p.id),
            (select json_agg(json_build_array(h.weekday, extract(epoch from h.opens_at)::int / 60,
                extract(epoch from h.closes_at)::int / 60) order by h.weekday, h.opens_at)
              from working_hours h where h.org_id = p.org_id and h.practitioner_id = p.id)) order by p.name)
          from practitioners p where p.org_id = :org_id and p.is_active),
      'exceptions', (select json_agg(json_build_array(practitioner_id, on_date,
            extract(epoch from opens_at)::int / 60, extract(epoch from closes_at)::int / 60, reason)
            order by opens_at)
          from hour_exceptions where org_id = :org_id and on_date >= :since)
    )::text"""
)

_BUSY = b"select * from busy_times($1, $2, $3, $4, $5, $6)"
# The longest service with the buffer after it, and the longest buffer before one, as the tables allow.
_LONGEST, _LONGEST_BUFFER = 720 + 240, 240


# Schedules that this process has read, by organization, version, first date and zone.
_known: dict[tuple[UUID, UUID, date, str], Schedule] = {}
_MOST_KNOWN = 512


def load_schedule(session: Session, *, org_id: UUID, zone: str, since: date) -> Schedule:
    """What the clinic offers, with the exceptions from `since` on. Read again only when it has changed."""
    version = ask(session, _VERSION, org_id)[0][0]
    if version is None:
        return Schedule(zone, (), (), Exceptions())
    key = org_id, version, since, zone
    schedule = _known.get(key)
    if schedule is None:
        found = session.connection().execute(_SCHEDULE, {"org_id": org_id, "since": since}).scalar_one()
        schedule = _read(found, zone)
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = schedule
    return schedule


def _read(found: str, zone: str) -> Schedule:
    rows: dict[str, Any] = orjson.loads(found)
    return Schedule(
        zone=zone,
        services=tuple(
            BookableService(UUID(row[0]), row[1], tuple(row[2]), *row[3:]) for row in rows["services"] or ()
        ),
        practitioners=tuple(_practitioner(row) for row in rows["practitioners"] or ()),
        exceptions=_exceptions(rows["exceptions"] or ()),
    )


def load_busy(
    session: Session, *, org_id: UUID, since: Minute, until: Minute, without: UUID | None = None
) -> dict[UUID, list[Span]]:
    """What is taken of each practitioner's time between two instants: in order, buffers included.

    `without` is a booking that is about to be moved: its own time is free for it.
    """
    found = ask(
        session,
        _BUSY,
        org_id,
        instant_of(since - _LONGEST),
        instant_of(until + _LONGEST_BUFFER),
        instant_of(since),
        instant_of(until),
        without,
    )
    return {practitioner: sorted(zip(since, until, strict=True)) for practitioner, since, until in found}


def _practitioner(row: list[Any]) -> BookablePractitioner:
    weekly: dict[int, Stretches] = {}
    for weekday, opens, closes in row[3] or ():
        weekly[weekday] = (*weekly.get(weekday, ()), (opens, closes))
    return BookablePractitioner(
        UUID(row[0]), row[1], frozenset(UUID(service) for service in row[2] or ()), weekly
    )


def _exceptions(rows: Collection[list[Any]]) -> Exceptions:
    """Several rows of one date are its stretches; a row without times closes it, whatever else is there."""
    of_clinic: dict[date, DayException] = {}
    of_practitioner: dict[tuple[UUID, date], DayException] = {}
    closed = {(row[0], row[1]) for row in rows if row[2] is None}
    for practitioner, day, opens, closes, reason in rows:
        on_date = date.fromisoformat(day)
        stretches: Stretches = () if (practitioner, day) in closed else ((opens, closes),)
        if practitioner is None:
            before = of_clinic.get(on_date, DayException(()))
            of_clinic[on_date] = DayException(before.stretches + stretches, before.reason or reason)
        else:
            key = UUID(practitioner), on_date
            before = of_practitioner.get(key, DayException(()))
            of_practitioner[key] = DayException(before.stretches + stretches, before.reason or reason)
    return Exceptions(of_clinic, of_practitioner)
