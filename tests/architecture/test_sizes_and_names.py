"""What keeps the code readable: short modules, short functions, and names that say something."""

import re

import pytest

from tests.architecture.source import Module, everything, package

LONGEST_MODULE, LONGEST_FUNCTION = 250, 40
LONGER_WITH_REASON: dict[str, str] = {}
# They say where something was put, not what it is.
SAY_NOTHING = {
    "service",
    "services",
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
}
SAY_NOTHING |= {"handler", "handlers", "base", "core", "types", "stuff", "tools_v2"}
VERSIONED = re.compile(r"_(v\d+|new|old|final|copy)$")


def lines(node: object) -> int:
    return node.end_lineno - node.lineno + 1  # type: ignore[attr-defined]


def test_modules_fit_into_a_head() -> None:
    long = {m.place: n for m in package() if (n := m.text.count("\n")) > LONGEST_MODULE}
    long = {place: n for place, n in long.items() if place not in LONGER_WITH_REASON}
    assert not long, f"Which two things are these? {long}"


def test_functions_fit_on_a_screen() -> None:
    long = {
        f"{m.place}:{f.name}": n
        for m in package()
        for f in m.functions()
        if (n := lines(f)) > LONGEST_FUNCTION
    }
    long = {place: n for place, n in long.items() if place not in LONGER_WITH_REASON}
    assert not long, f"Give the parts names: {long}"


def test_every_init_is_empty() -> None:
    full = [m.place for m in everything() if m.path.name == "__init__.py" and m.text]
    assert not full, f"Import from the module that defines it: {full}"


def test_migrations_are_no_package() -> None:
    hiding = [
        m.place for m in everything() if m.place.startswith("alembic/") and m.path.name == "__init__.py"
    ]
    assert not hiding, "It would hide the library of that name."


def says_nothing(name: str) -> bool:
    return name in SAY_NOTHING or bool(VERSIONED.search(name))


@pytest.mark.parametrize("name", ["utils", "core", "booking_v2", "page_new"])
def test_a_name_that_says_nothing_is_noticed(name: str) -> None:
    assert says_nothing(name)
    assert not says_nothing(f"{name}ed")


def test_files_and_folders_are_named_by_what_they_hold() -> None:
    empty = [m.place for m in everything() if any(map(says_nothing, _parts(m)))]
    assert not empty, f"What is in it? Call it that: {empty}"


def _parts(module: Module) -> list[str]:
    return module.place.removesuffix(".py").split("/")
