"""What is still asked of somebody, whatever has been shown; and which passwords are let in."""

from datetime import UTC, datetime
from itertools import product

import pytest

from voxanne_app.identity import passwords
from voxanne_app.identity.models import BrowserSession
from voxanne_app.identity.sign_in_steps import next_step
from voxanne_app.identity.stored_sessions import network_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def step(*, factor: bool, recovered: bool, password: bool, aal2: bool, needed: bool) -> str | None:
    row = BrowserSession(has_factor=factor, recovered_at=NOW if recovered else None, awaits_password=password)
    return next_step(row, is_aal2=aal2, needs_factor=needed)


def test_nobody_is_in_who_owes_a_factor_or_a_password() -> None:
    for factor, recovered, password, aal2, needed in product((False, True), repeat=5):
        found = step(factor=factor, recovered=recovered, password=password, aal2=aal2, needed=needed)
        owes = password or ((factor or needed) and not (aal2 or recovered))
        assert (found is not None) == owes


def test_the_factor_comes_before_the_password_and_setting_one_up_after_it() -> None:
    assert step(factor=True, recovered=False, password=True, aal2=False, needed=True) == "code"
    assert step(factor=False, recovered=False, password=True, aal2=False, needed=True) == "password"
    assert step(factor=False, recovered=False, password=False, aal2=False, needed=True) == "enrolment"


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "Zw7!pQ2vLm9x", "drei müde Igel im Schnee"]
)
def test_a_password_that_takes_long_to_guess_is_let_in(password: str) -> None:
    assert passwords.objection(password, about=("nora@clinic.example", "Nora New")) is None


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaa", "qwertyuiop", "norasecret1", "voxanne2026", "é" * 40]
)
def test_one_that_is_short_known_or_about_its_owner_is_not(password: str) -> None:
    assert passwords.objection(password, about=("nora@clinic.example", "Nora Secret"))


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.x"), ("2001:db8:1:2::5", "2001:db8:1:…"), ("", ""), ("unknown", "")],
)
def test_an_address_is_kept_without_its_end(address: str, network: str) -> None:
    assert network_of(address) == network
