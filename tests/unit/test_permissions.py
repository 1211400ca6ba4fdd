from typing import get_args

import pytest

from voxanne_app.identity.permissions import PERMISSIONS, Permission, may

READS = {"today.read", "calls.read", "bookings.read", "agents.read", "insights.read"}
WORKS = READS | {
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
RUNS = WORKS | {
    "calls.read_raw",
    "agents.edit",
    "agents.publish",
    "team.manage",
    "clinic.edit",
    "audit.read",
}
EXPECTED = {
    "viewer": READS,
    "staff": WORKS,
    "admin": RUNS,
    "owner": RUNS,
    "visitor": {permission for permission in RUNS if ".read" in permission},
    "platform": {"platform.organizations", "platform.visit", "platform.isolation", "platform.audit"},
}


def test_each_role_may_exactly_this() -> None:
    for role in (*EXPECTED, "", "OWNER"):
        allowed = {permission for permission in get_args(Permission) if may(role, permission)}
        assert allowed == EXPECTED.get(role, set()), role


def test_every_permission_is_somebodys() -> None:
    assert set(get_args(Permission)) == set().union(*PERMISSIONS.values())


@pytest.mark.parametrize("permission", ["", "calls", "calls.write", "Calls.read", "*"])
def test_an_unknown_permission_is_a_mistake_and_not_a_no(permission: str) -> None:
    with pytest.raises(KeyError, match="add it to PERMISSIONS"):
        may("owner", permission)
