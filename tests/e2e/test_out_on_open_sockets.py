"""Whoever is cut off reads and writes nothing within five seconds, on sockets that are open all the while."""

import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.e2e.test_raw_sockets import REFUSED, Wire, begin_visit, cookie_of, dial
from tests.running_app import RunningApp
from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.foundation.database import Claims
from voxanne_app.today.ui.today_state import TodayState

OUT_WITHIN_SECONDS = 5.0
# What this reads is sent each time, new or not; and so is that it has not failed.
READ, SHOWN = f"{BookingsState.get_full_name()}.load", "is_failing"
WRITE = f"{TodayState.get_full_name()}.settle"
OF_PERSON = "(select id from people where email = %(email)s)"

# What is done to whom, and how it is undone for the tests after this one.
CUTS = {
    "removed from the clinic": (
        "staff",
        f"update memberships set removed_at = now() where person_id = {OF_PERSON}",
        f"update memberships set removed_at = null where person_id = {OF_PERSON}",
    ),
    "the clinic is suspended": (
        "owner",
        "update organizations set suspended_at = now() where id = %(org_id)s",
        "update organizations set suspended_at = null where id = %(org_id)s",
    ),
    "signed out everywhere": (
        "viewer",
        f"update sessions set ended_at = now() where person_id = {OF_PERSON} and ended_at is null",
        "select 1",
    ),
    "the role is cut": (
        "admin",
        f"update memberships set role = 'viewer' where person_id = {OF_PERSON}",
        f"update memberships set role = 'admin' where person_id = {OF_PERSON}",
    ),
}


class Cut:
    """A change that another process makes in the database, and takes back at the end."""

    def __init__(self, app: RunningApp, name: str) -> None:
        self.role, self.do, self.undo = CUTS[name]
        organization = app.run["organizations"][0]["id"]
        self.values = {"email": app.sign_in(self.role)["email"], "org_id": organization}
        self.url, self.organization = app.run["database_url"], organization

    def run(self, statement: str) -> None:
        # Memberships and clinics are changed in the clinic's name, sessions in the platform's.
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "select set_config('request.jwt.claims', %s, true)", [Claims.system().as_json()]
            )
            connection.execute(statement, self.values)


@pytest.fixture
def cut(app: RunningApp, request: pytest.FixtureRequest) -> Any:
    made = Cut(app, request.param)
    yield made
    made.run(made.undo)


def answers(line: Wire, event: str, sign: str) -> bool:
    """Whether the event does what it does for those who may; not, once the socket is closed or it refuses."""
    payload = {} if event == READ else {"case_id": "00000000-0000-4000-8000-000000000000"}
    line.send(event, payload)
    heard = line.heard_until(sign, within=1.5)
    return sign in heard and REFUSED not in heard


def seconds_until(holds: Callable[[], bool]) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 15:
        try:
            if not holds():
                break
        except ConnectionClosed:
            break
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.mark.parametrize("cut", CUTS, ids=list(CUTS), indirect=True)
def test_an_open_socket_reads_and_writes_nothing_five_seconds_later(
    app: RunningApp, cut: Cut, capsys: pytest.CaptureFixture[str]
) -> None:
    cookie = cookie_of(app, cut.role)
    event, sign = (WRITE, "This case") if cut.role == "admin" else (READ, SHOWN)
    with dial(app, cookie=cookie, origin=app.url) as socket:
        line = Wire(socket)
        assert answers(line, event, sign), (
            "Nothing is shown before the cut, so nothing is shown by this test."
        )
        cut.run(cut.do)
        took = seconds_until(lambda: answers(line, event, sign))
    with capsys.disabled():
        print(f"\n{cut.role}, {cut.do.split(' set ')[1][:30]}…: out after {took:.1f} s")
    assert took <= OUT_WITHIN_SECONDS
    if cut.role == "admin":
        with dial(app, cookie=cookie, origin=app.url) as socket:
            assert not answers(Wire(socket), event, sign)  # in, as what they are now
        return
    with pytest.raises(InvalidStatus):
        dial(app, cookie=cookie, origin=app.url)


def test_a_visit_that_is_over_by_the_clock_ends_on_open_sockets(app: RunningApp) -> None:
    cookie = cookie_of(app, "platform")
    begin_visit(app, cookie)
    with dial(app, cookie=cookie, origin=app.url) as socket:
        line = Wire(socket)
        assert answers(line, READ, SHOWN)
        with psycopg.connect(app.run["database_url"]) as connection:
            claims = "select set_config('request.jwt.claims', %s, true)"
            connection.execute(claims, [Claims.system().as_json()])
            connection.execute(
                "update visits set ends_at = now() + interval '1 second' where ended_at is null"
            )
        took = seconds_until(lambda: answers(line, READ, SHOWN))
    assert took <= 1 + OUT_WITHIN_SECONDS
    with dial(app, cookie=cookie, origin=app.url) as socket:
        assert not answers(Wire(socket), READ, SHOWN)  # an operator again, and in no clinic
