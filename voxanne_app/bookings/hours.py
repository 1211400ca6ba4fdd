"""When somebody works: wall time per weekday, replaced on single dates, turned into instants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from uuid import UUID

from voxanne_app.foundation.time_zones import Span, merged, spans_of_wall

# Minutes of the day on the clinic's wall clock, from and until. Two stretches make a lunch break.
Stretch = tuple[int, int]
Stretches = tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class DayException:
    """The hours of one date instead of the usual ones. No stretches: closed."""

    stretches: Stretches
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Single dates that differ, for the whole clinic and for one practitioner."""

    of_clinic: Mapping[date, DayException] = field(default_factory=dict)
    of_practitioner: Mapping[tuple[UUID, date], DayException] = field(default_factory=dict)

    def on(self, on_date: date, practitioner_id: UUID | None) -> DayException | None:
        """The practitioner's own exception, otherwise the clinic's."""
        own = self.of_practitioner.get((practitioner_id, on_date)) if practitioner_id else None
        return own or self.of_clinic.get(on_date)


def stretches_on(
    on_date: date, weekly: Mapping[int, Stretches], exceptions: Exceptions, practitioner_id: UUID
) -> Stretches:
    """The wall hours that hold on that date.

    Other hours for the whole clinic bring nobody in on a weekday off: that takes an exception of their own.
    """
    usual = weekly.get(on_date.weekday(), ())
    if own := exceptions.of_practitioner.get((practitioner_id, on_date)):
        return own.stretches
    if usual and (of_clinic := exceptions.of_clinic.get(on_date)):
        return of_clinic.stretches
    return usual


@lru_cache(maxsize=8192)
def open_spans(on_date: date, stretches: Stretches, zone: str) -> tuple[Span, ...]:
    """The instants of these wall hours: exact where the clocks change, stretches that touch made one."""
    spans = [span for opens, closes in stretches for span in spans_of_wall(on_date, opens, closes, zone)]
    return tuple(merged(spans))
