"""Who may do what is decided by permissions, in one table; the names of roles are looked at nowhere else."""

import ast

from tests.architecture.source import Module, product
from voxanne_app.identity.permissions import PERMISSIONS

TABLE = "voxanne_app/identity/permissions.py"
ROLES = set(PERMISSIONS)

# Where the name of a role is compared all the same, and what that decides.
REVIEWED = {
    "voxanne_app/identity/team.py": "a clinic keeps an owner, and nobody is managed by those below them",
}


def _names_in(node: ast.AST) -> set[object]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}


def _compares_roles(module: Module) -> bool:
    """Whether something that is called a role is compared with the name of one, or matched against it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Compare) and _names_in(node) & ROLES and "role" in ast.unparse(node):
            return True
        if isinstance(node, ast.Match) and "role" in ast.unparse(node.subject):
            return True
    return False


def test_nothing_decides_by_the_name_of_a_role() -> None:
    deciding = {module.place for module in product() if _compares_roles(module)} - {TABLE}
    assert not deciding - REVIEWED.keys(), (
        "Ask `may(role, permission)` for a permission instead, or say in REVIEWED what is decided: "
        f"{deciding - REVIEWED.keys()}"
    )
    assert not REVIEWED.keys() - deciding, f"Take from the list what is gone: {REVIEWED.keys() - deciding}"


def test_a_role_that_is_compared_is_noticed() -> None:
    class Written(Module):
        tree = ast.parse("if person.role in ('owner', 'admin'): pass")

    assert _compares_roles(Written(product()[0].path))


def test_the_table_is_read_through_its_function() -> None:
    reading = {module.place for module in product() if "PERMISSIONS" in _loaded(module)} - {TABLE}
    # The frame shows a person what they may open; it decides nothing.
    assert reading <= {"voxanne_app/ui/session.py"}, f"Ask `may(role, permission)`: {reading}"


def _loaded(module: Module) -> set[str]:
    return {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
