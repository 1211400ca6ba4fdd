"""What acts are called on screens, and where a record that they are about is seen."""

from collections.abc import Iterable, Mapping
from typing import Any

# Each kind of act that the product records: `<domain>.<past tense>` and what a person reads.
ACTS: Mapping[str, str] = {
    "access.refused": "Asked for something their role does not allow",
    "audit.anchored": "Anchored a clinic's audit",
    "audit.closed": "Closed entries older than six years",
    "audit.exported": "Exported the audit",
    "bookings.approved": "Approved a booking",
    "bookings.booked": "Booked an appointment",
    "bookings.cancelled": "Cancelled a booking",
    "bookings.declined": "Declined a booking",
    "bookings.exported": "Exported bookings",
    "bookings.marked_as_missed": "Marked: did not come",
    "bookings.marked_as_seen": "Marked as seen",
    "bookings.moved": "Moved a booking",
    "bookings.restored": "Took a cancellation back",
    "bookings.unmarked": "Took back what a booking was marked as",
    "calls.exported": "Exported calls",
    "calls.transcript_opened": "Opened a conversation",
    "cases.reopened": "Took back that a case was settled",
    "cases.resolved": "Settled a case",
    "demo.call_simulated": "Had a pretended patient call",
}

# Kind of record: what it is called, and its address; None where no screen shows one.
SUBJECTS: Mapping[str, tuple[str, str | None]] = {
    "agent": ("Agent", "/agents/{id}"),
    "booking": ("Booking", "/bookings?booking={id}"),
    "call": ("Call", "/calls/{id}"),
    "case": ("Case", "/"),
    "chain": ("Chain", None),
    "handler": ("Screen", None),
    "invitation": ("Invitation", "/team"),
    "membership": ("Team member", "/team"),
    "organization": ("Clinic", None),
    "person": ("Person", None),
    "session": ("Session", None),
}

ACTORS = {
    "assistant": "Voice assistant",
    "system": "Voxanne",
    "operator": "Platform operator",
    "person": "Somebody",
}


def act_in_words(action: str) -> str:
    """Of an act that has no words yet, what its name says: `team.role_changed` is `Team: role changed`."""
    if action in ACTS:
        return ACTS[action]
    domain, _, done = action.partition(".")
    return f"{domain.replace('_', ' ').capitalize()}: {done.replace('_', ' ')}"


def actions_meant(words: str, actions: Iterable[str]) -> tuple[str, ...]:
    """Those of `actions` whose words hold what was searched for."""
    wanted = words.casefold()
    return tuple(action for action in actions if wanted in act_in_words(action).casefold())


def record_of(kind: str, record_id: str) -> tuple[str, str]:
    """(`Booking`, its address or ``)."""
    name, address = SUBJECTS.get(kind, (kind.replace("_", " ").capitalize(), None))
    return name, address.format(id=record_id) if address and record_id else ""


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:80]
