from typing import get_args

import pytest

from voxanne_app.identity.permissions import PERMISSIONS, Permission, may

READS = {"today.read", "calls.read", "bookings.read"}
WORKS = READS | {"bookings.edit", "cases.resolve", "demo.simulate"}
EXPECTED = {
    "viewer": READS,
    "staff": WORKS,
    "admin": WORKS | {"calls.read_cost"},
    "owner": WORKS | {"calls.read_cost"},
}


def test_each_role_may_exactly_this() -> None:
    for role in (*EXPECTED, "platform", "", "OWNER"):
        allowed = {permission for permission in get_args(Permission) if may(role, permission)}
        assert allowed == EXPECTED.get(role, set()), role


def test_every_permission_is_somebodys() -> None:
    assert set(get_args(Permission)) == set().union(*PERMISSIONS.values())


@pytest.mark.parametrize("permission", ["", "calls", "calls.write", "Calls.read", "*"])
def test_an_unknown_permission_is_a_mistake_and_not_a_no(permission: str) -> None:
    with pytest.raises(KeyError, match="add it to PERMISSIONS"):
        may("owner", permission)
