"""One booking, and rows of bookings, as they are read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.bookings.queries import BookingRow, BookingView
from voxanne_app.bookings.ui.wording import booking_state
from voxanne_app.ui import formatting


@dataclass(frozen=True)
class Detail:
    """A selected booking. What can be done with it is said by `can_…`."""

    id: str = ""
    patient: str = ""
    what: str = ""
    status: str = ""
    tone: str = ""
    mark: str = ""
    day: str = ""
    times: str = ""
    practitioner: str = ""
    phone: str = ""
    booked_by: str = ""
    call_href: str = ""
    notes: str = ""
    can_approve: bool = False
    can_move: bool = False
    can_mark: bool = False
    can_restore: bool = False


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


def detail(view: BookingView, *, zone: ZoneInfo, now: datetime) -> Detail:
    status, tone, mark = booking_state(view.status)
    local = view.starts_at.astimezone(zone)
    stands = view.status in ("pending", "confirmed")
    minutes = int((view.ends_at - view.starts_at).total_seconds() // 60)
    return Detail(
        id=str(view.id),
        patient=view.patient_name,
        what=f"{view.service}, {minutes} min",
        status="Waits for your approval" if view.status == "pending" else status,
        tone=tone,
        mark=mark,
        day=formatting.day(local.date()),
        times=f"{formatting.clock_time(view.starts_at, zone)} to {formatting.clock_time(view.ends_at, zone)}",
        practitioner=view.practitioner,
        phone=formatting.phone(view.patient_phone) if view.patient_phone else "No number",
        booked_by=_by(view),
        call_href=f"/calls/{view.call_id}" if view.call_id else "",
        notes=view.notes,
        can_approve=view.status == "pending",
        can_move=stands and view.starts_at > now,
        can_mark=view.status == "confirmed" and view.starts_at <= now,
        can_restore=view.status == "cancelled" and view.starts_at > now,
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
        booked_by=_by(one),
    )


def _by(one: BookingRow) -> str:
    return "Receptionist" if one.source == "phone" else "Front desk"
