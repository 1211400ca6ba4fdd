"""Who may do what: one table. Operators of the platform are apart: no clinic's permission is theirs."""

from collections.abc import Mapping
from typing import Literal

Permission = Literal[
    "today.read",
    "calls.read",
    "calls.read_cost",
    "calls.read_raw",
    "calls.listen",
    "calls.annotate",
    "calls.steer",
    "calls.call_out",
    "bookings.read",
    "bookings.edit",
    "cases.resolve",
    "agents.read",
    "agents.edit",
    "agents.publish",
    "insights.read",
    "team.read",
    "team.manage",
    "clinic.edit",
    "audit.read",
    "demo.simulate",
    "platform.organizations",
    "platform.visit",
    "platform.isolation",
    "platform.audit",
]

_VIEWER: frozenset[Permission] = frozenset(
    {"today.read", "calls.read", "bookings.read", "agents.read", "insights.read"}
)
_STAFF: frozenset[Permission] = _VIEWER | {
    "calls.read_cost",
    "calls.listen",
    "calls.annotate",
    "calls.steer",
    "calls.call_out",
    "bookings.edit",
    "cases.resolve",
    "team.read",
    "demo.simulate",
}
_ADMIN: frozenset[Permission] = _STAFF | {
    "calls.read_raw",
    "agents.edit",
    "agents.publish",
    "team.manage",
    "clinic.edit",
    "audit.read",
}
# An operator in a clinic for a reason: sees what an administrator sees, and does nothing.
_VISITOR: frozenset[Permission] = frozenset(
    {
        "today.read",
        "calls.read",
        "calls.read_cost",
        "calls.read_raw",
        "bookings.read",
        "agents.read",
        "insights.read",
        "team.read",
        "audit.read",
    }
)
_PLATFORM: frozenset[Permission] = frozenset(
    {"platform.organizations", "platform.visit", "platform.isolation", "platform.audit"}
)

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "viewer": _VIEWER,
    "staff": _STAFF,
    "admin": _ADMIN,
    "owner": _ADMIN,
    "visitor": _VISITOR,
    "platform": _PLATFORM,
}


def may(role: str, permission: str) -> bool:
    """Whether `role` includes `permission`; KeyError for one that no role has: a typing mistake of ours."""
    if not any(permission in granted for granted in PERMISSIONS.values()):
        raise KeyError(f"No role has the permission {permission!r}: add it to PERMISSIONS.")
    return permission in PERMISSIONS.get(role, frozenset())
