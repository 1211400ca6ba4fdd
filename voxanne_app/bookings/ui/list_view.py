"""Rows of bookings as they are read: on the screen, and in a spreadsheet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.bookings.queries import BookingPage, BookingRow
from voxanne_app.bookings.ui.bookings_address import PAGE_SIZE
from voxanne_app.bookings.ui.wording import booked_by, booking_state
from voxanne_app.ui import formatting, spreadsheet

_HEAD = ("Starts", "Ends", "Patient", "Phone", "Service", "With", "Status", "Booked by", "Booked at")


@dataclass(frozen=True)
class Row:
    """A booking in the list, or in the short list of those that wait."""

    id: str
    patient: str
    phone: str
    what: str
    practitioner: str
    when: str
    exact: str
    status: str
    tone: str
    mark: str
    booked_by: str


@dataclass(frozen=True)
class Listed:
    """One page of the list: `total` reads `213 bookings`, `shown` `1 to 25 of 213`, `page` `1 of 9`."""

    rows: list[Row] = field(default_factory=list)
    total: str = ""
    shown: str = ""
    page: str = ""
    has_next: bool = False


def listed(found: BookingPage, *, number: int, zone: ZoneInfo, now: datetime) -> Listed:
    pages = max(1, -(-found.total // PAGE_SIZE))
    first = (number - 1) * PAGE_SIZE + 1
    last = first + len(found.rows) - 1
    return Listed(
        rows=rows(found.rows, zone=zone, now=now),
        total=formatting.count(found.total, "booking"),
        shown=f"{first:,} to {last:,} of {found.total:,}" if found.rows else "No bookings",
        page=f"{number:,} of {pages:,}",
        has_next=number < pages,
    )


def rows(found: Iterable[BookingRow], *, zone: ZoneInfo, now: datetime) -> list[Row]:
    return [_row(one, zone, now) for one in found]


def _row(one: BookingRow, zone: ZoneInfo, now: datetime) -> Row:
    status, tone, mark = booking_state(one.status)
    return Row(
        id=str(one.id),
        patient=one.patient_name,
        phone=formatting.phone(one.patient_phone) if one.patient_phone else "",
        what=one.service,
        practitioner=one.practitioner,
        when=formatting.day_and_time(one.starts_at, zone, now=now),
        exact=formatting.exact(one.starts_at, zone),
        status=status,
        tone=tone,
        mark=mark,
        booked_by=booked_by(one.source),
    )


def as_csv(found: Iterable[BookingRow], zone: ZoneInfo) -> str:
    """The bookings as a spreadsheet reads them, times as the clinic's clock shows them."""
    return spreadsheet.as_csv(_HEAD, (_cells(one, zone) for one in found))


def _cells(one: BookingRow, zone: ZoneInfo) -> tuple[object, ...]:
    return (
        one.starts_at.astimezone(zone).isoformat(timespec="minutes"),
        one.ends_at.astimezone(zone).isoformat(timespec="minutes"),
        one.patient_name,
        one.patient_phone or "",
        one.service,
        one.practitioner,
        booking_state(one.status)[0],
        booked_by(one.source),
        one.created_at.astimezone(zone).isoformat(timespec="minutes"),
    )
