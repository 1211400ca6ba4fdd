"""Bookings in the words of the front desk."""

from voxanne_app.ui.components.marks import Tone

_STATES: dict[str, tuple[str, Tone, str]] = {
    "pending": ("To approve", "waits", "clock"),
    "confirmed": ("Confirmed", "good", "circle-check"),
    "completed": ("Seen", "plain", "check"),
    "no_show": ("Did not come", "waits", "circle-alert"),
    "cancelled": ("Cancelled", "plain", "ban"),
}


def booking_state(status: str) -> tuple[str, Tone, str]:
    """A status as (word, tone, mark)."""
    return _STATES.get(status, (status, "plain", "circle"))


def booked_by(source: str) -> str:
    return "Receptionist" if source == "phone" else "Front desk"
