"""The list of protections still says what the code says. `make protections` takes each of them out."""

import pytest

from tests.architecture.source import ROOT
from tests.protections.the_list import PROTECTIONS, Protection


@pytest.mark.parametrize("protection", PROTECTIONS, ids=[protection.name for protection in PROTECTIONS])
def test_the_protection_stands_where_the_list_says(protection: Protection) -> None:
    found = (ROOT / protection.file).read_text().count(protection.search)
    assert found == 1, (
        f"{protection.file} holds this {found} times, and it should be once:\n{protection.search}\n"
        "Bring the line in tests/protections/the_list.py up to date, then `make protections`."
    )
    assert protection.without != protection.search
    assert (ROOT / protection.test).exists()


def test_each_protection_has_a_name_of_its_own() -> None:
    names = [protection.name for protection in PROTECTIONS]
    assert len(set(names)) == len(names) >= 40
