"""One booking as it is read, and what can be done with it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.bookings.queries import BookingView
from voxanne_app.bookings.ui.wording import booked_by, booking_state
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
    dial: str = ""
    booked_by: str = ""
    call_href: str = ""
    notes: str = ""
    can_approve: bool = False
    can_move: bool = False
    can_cancel: bool = False
    can_mark: bool = False
    can_unmark: bool = False
    can_restore: bool = False


def detail(view: BookingView, *, zone: ZoneInfo, now: datetime) -> Detail:
    status, tone, mark = booking_state(view.status)
    return Detail(
        id=str(view.id),
        patient=view.patient_name,
        what=f"{view.service}, {int((view.ends_at - view.starts_at).total_seconds() // 60)} min",
        status="Waits for your approval" if view.status == "pending" else status,
        tone=tone,
        mark=mark,
        day=formatting.day(view.starts_at.astimezone(zone).date()),
        times=f"{formatting.clock_time(view.starts_at, zone)} to {formatting.clock_time(view.ends_at, zone)}",
        practitioner=view.practitioner,
        phone=formatting.phone(view.patient_phone) if view.patient_phone else "No number",
        dial=f"tel:{view.patient_phone}" if view.patient_phone else "",
        booked_by=booked_by(view.source),
        call_href=f"/calls/{view.call_id}" if view.call_id else "",
        notes=view.notes,
        **_possible(view, now),
    )


def _possible(view: BookingView, now: datetime) -> dict[str, bool]:
    is_ahead, waits = view.starts_at > now, view.status == "pending"
    return {
        "can_approve": waits,
        "can_move": is_ahead and view.status in ("pending", "confirmed"),
        "can_cancel": waits or (is_ahead and view.status == "confirmed"),
        "can_mark": not is_ahead and view.status == "confirmed",
        "can_unmark": view.status in ("completed", "no_show"),
        "can_restore": is_ahead and view.status == "cancelled",
    }
