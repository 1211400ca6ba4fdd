"""Who may do what in a clinic: one table. Operators of the platform are apart and appear nowhere in it."""

from collections.abc import Mapping
from typing import Literal

Permission = Literal[
    "today.read",
    "calls.read",
    "calls.read_cost",
    "bookings.read",
    "bookings.edit",
    "cases.resolve",
    "demo.simulate",
]

_VIEWER: frozenset[Permission] = frozenset({"today.read", "calls.read", "bookings.read"})
_STAFF: frozenset[Permission] = _VIEWER | {"bookings.edit", "cases.resolve", "demo.simulate"}
_ADMIN: frozenset[Permission] = _STAFF | {"calls.read_cost"}

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "viewer": _VIEWER,
    "staff": _STAFF,
    "admin": _ADMIN,
    "owner": _ADMIN,
}


def may(role: str, permission: str) -> bool:
    """Whether `role` includes `permission`; KeyError for one that no role has: a typing mistake of ours."""
    if not any(permission in granted for granted in PERMISSIONS.values()):
        raise KeyError(f"No role has the permission {permission!r}: add it to PERMISSIONS.")
    return permission in PERMISSIONS.get(role, frozenset())
