"""What Sentry hears: over the wire, from the SDK as it is set up, given all that must not leave."""

import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import sentry_sdk
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.shared_postgres import Database
from tests.wire.sandbox_process import running_sandbox
from voxanne_app.foundation import logs
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import SettingMissing, get_settings
from voxanne_app.integrations.sentry import error_reports

log = logging.getLogger("voxanne_app.tests")
PRIVATE = (
    "Wilhelmina Okonkwo",
    "Okonkwo",
    "+12125550142",
    "212-555-0142",
    "wilhelmina@example.test",
    "1961-04-30",
)
SECRET = "sk_live_abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture
def sentry(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    with running_sandbox({"sentry": {"public_key": "k1"}}) as url, httpx.Client(base_url=url) as client:
        monkeypatch.setenv("SENTRY_DSN", f"{url.replace('//', '//k1@')}/sentry/1")
        get_settings.cache_clear()
        error_reports.start("tests")
        yield client
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)


def heard(sentry: httpx.Client) -> list[dict[str, Any]]:
    error_reports.flush()
    return list(sentry.get("/_sandbox/sentry").json()["items"])


def assert_nothing_private(sentry: httpx.Client) -> None:
    journal = sentry.get("/_sandbox/journal", params={"vendor": "sentry"}).text
    assert "logentry" in journal or "exception" in journal, "nothing came"
    for private in (*PRIVATE, SECRET):
        assert private not in journal


def fail_with(about: str) -> None:
    patient = {"name": about, "phone": PRIVATE[2]}  # a local variable, which stays here
    raise ValueError(f"cannot book {patient}")


def test_an_error_arrives_with_its_place_and_without_its_message(sentry: httpx.Client) -> None:
    try:
        fail_with(PRIVATE[0])
    except ValueError:
        with logs.bound(job_id="7"):
            log.exception("A booking for %s failed, %s", PRIVATE[0], PRIVATE[4], extra={"note": PRIVATE[5]})
    (item,) = heard(sentry)
    event = item["payload"]
    (error,) = event["exception"]["values"]
    assert (item["type"], error["type"], error["value"]) == ("event", "ValueError", "")
    assert error["stacktrace"]["frames"][-1]["function"] == "fail_with"
    assert event["logentry"] == {"message": "A booking for %s failed, %s"}
    assert event["tags"] == {"process": "tests", "job_id": "7"}
    assert_nothing_private(sentry)


def test_an_error_of_the_database_arrives_as_its_code(sentry: httpx.Client, database: Database) -> None:
    try:
        with transaction(Claims.nobody()) as session:
            session.connection().execute(text("select cast(:name as integer)"), {"name": PRIVATE[0]})
    except DBAPIError:
        log.exception("The database said no")
    (item,) = heard(sentry)
    errors = item["payload"]["exception"]["values"]
    assert [error["value"] for error in errors][-1] == "22P02"
    assert_nothing_private(sentry)


def test_what_other_libraries_say_stays_here(sentry: httpx.Client) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved: %r", ValueError(PRIVATE[0]))
    logging.getLogger("_granian").error(f"Application callable raised an exception\n{PRIVATE[0]}")
    messages = [item["payload"]["logentry"]["message"] for item in heard(sentry)]
    assert messages == ["An error of asyncio", "An error of _granian"]
    assert_nothing_private(sentry)


def test_breadcrumbs_requests_and_people_stay_here(sentry: httpx.Client) -> None:
    sentry_sdk.set_user({"email": PRIVATE[4]})
    sentry_sdk.set_context("patient", {"name": PRIVATE[0]})
    sentry_sdk.set_extra("transcript", PRIVATE[0])
    sentry_sdk.add_breadcrumb(message=PRIVATE[0])
    log.warning("before %s", PRIVATE[0])
    httpx.get(f"{sentry.base_url}/_sandbox/health", params={"patient": PRIVATE[0], "token": SECRET})
    with sentry_sdk.start_transaction(name=PRIVATE[0]), sentry_sdk.start_span(name=PRIVATE[1]):
        sentry_sdk.metrics.count("calls", 1, attributes={"name": PRIVATE[0]})
        log.error("Something failed")
    sentry_sdk.capture_message(PRIVATE[0])
    items = heard(sentry)
    assert {item["type"] for item in items} == {"event"}
    for item in items:
        assert (
            not {"user", "contexts", "extra", "breadcrumbs", "request", "modules", "server_name"}
            & item["payload"].keys()
        )
    assert_nothing_private(sentry)


def test_no_vendor_is_told_of_our_traces(sentry: httpx.Client) -> None:
    httpx.get(f"{sentry.base_url}/vapi/assistant")
    (entry,) = sentry.get("/_sandbox/journal", params={"vendor": "vapi"}).json()["entries"]
    assert not {"sentry-trace", "baggage"} & entry["headers"].keys()


def test_a_sentry_that_has_enough_delays_nobody(sentry: httpx.Client) -> None:
    sentry.post("/_sandbox/faults", json={"preset": "sentry_has_enough"}).raise_for_status()
    for number in range(20):
        log.error("Failure %d", number)
    error_reports.flush()
    entries = sentry.get("/_sandbox/journal", params={"vendor": "sentry"}).json()["entries"]
    assert 1 <= len(entries) <= 3 and {entry["status"] for entry in entries} == {429}


def test_without_a_dsn_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTRY_DSN", raising=False)
    get_settings.cache_clear()
    error_reports.start("tests")
    assert not sentry_sdk.get_client().is_active()


def test_a_dsn_that_is_none_stops_the_process_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "not a dsn")
    get_settings.cache_clear()
    with pytest.raises(SettingMissing, match="SENTRY_DSN is not the address"):
        error_reports.start("tests")
