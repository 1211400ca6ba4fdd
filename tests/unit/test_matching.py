"""Which service, practitioner or patient is meant."""

from dataclasses import dataclass

import pytest

from voxanne_app.bookings.matching import is_same_person, matching


@dataclass(frozen=True)
class Thing:
    name: str
    other_names: tuple[str, ...] = ()


DOCTORS = [
    Thing("Dr. Amari"),
    Thing("Dr. Voss"),
    Thing("Jo Park"),
    Thing("Dr. Anna Kessler"),
    Thing("Dr. Ben Kessler"),
]
SERVICES = [
    Thing("Check-up", ("dental exam", "regular visit")),
    Thing("New patient exam", ("first visit",)),
    Thing("Teeth cleaning", ("hygiene",)),
    Thing("Root canal"),
]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Dr. Voss", ["Dr. Voss"]),
        ("doctor voss", ["Dr. Voss"]),
        ("VOSS", ["Dr. Voss"]),
        ("Dr Vos", ["Dr. Voss"]),
        ("miss park", ["Jo Park"]),
        ("Kessler", ["Dr. Anna Kessler", "Dr. Ben Kessler"]),
        ("ben kessler", ["Dr. Ben Kessler"]),
        ("Dr. Who", []),
        ("doctor", []),
        ("", []),
        ("' or 1=1 --", []),
    ],
)
def test_practitioners_are_found_by_what_people_call_them(said: str, meant: list[str]) -> None:
    assert [thing.name for thing in matching(said, DOCTORS)] == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("check-up", ["Check-up"]),
        ("checkup", ["Check-up"]),
        ("a check up, please", ["Check-up"]),
        ("Dental Exam", ["Check-up"]),
        ("first visit", ["New patient exam"]),
        ("cleaning", ["Teeth cleaning"]),
        ("rootcanal", ["Root canal"]),
        ("heart surgery", []),
        ("exam", ["Check-up", "New patient exam"]),
    ],
)
def test_services_are_found_by_what_people_call_them(said: str, meant: list[str]) -> None:
    assert [thing.name for thing in matching(said, SERVICES)] == meant


@pytest.mark.parametrize(
    ("said", "known", "same"),
    [
        ("Maria Lopez", "María López", True),
        ("Lopez", "Maria Lopez", True),
        ("Maria Lopez Garcia", "Maria Lopez", True),
        ("Jon Smith", "John Smith", True),
        ("Mrs. Lopez", "Maria Lopez", True),
        ("Peter Lopez", "Maria Lopez", False),
        ("Wen Zhao", "Grace Abara", False),
        ("", "Maria Lopez", False),
        ("!!!", "Maria Lopez", False),
    ],
)
def test_a_patient_is_known_by_spellings_that_are_close(said: str, known: str, same: bool) -> None:
    assert is_same_person(said, known) is same
