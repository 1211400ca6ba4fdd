"""What is asked before somebody is called: each rule, its sentence, and until when it waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.calls.lines import Lines, may_call_out, without_one_of
from voxanne_app.calls.outbound.checks import AGAIN_AFTER, MOST_A_DAY, Facts, checks, refusal, wait
from voxanne_app.calls.outbound.hours import Whereabouts, is_decent, next_decent, whereabouts
from voxanne_app.contacts.calling_consent import Consent
from voxanne_app.foundation.phone_numbers import may_be_dialled
from voxanne_app.foundation.time_zones import zone_of

NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # in Los Angeles
PORTLAND, BERLIN = "+15035550164", "+493012345678"
AGREED = Consent(is_given=True, how="in_writing", recorded_by_name="Alice", recorded_at=NOON)
FINE = Facts(number=PORTLAND, where=whereabouts(PORTLAND, clinic_zone="UTC"), consent=AGREED, line_id="line")


def found(**changed: Any) -> Any:
    return checks(replace(FINE, **changed), now=NOON)


def test_all_in_order_is_dialled_now() -> None:
    assert {check.verdict for check in found()} == {"fine"}
    assert refusal(found()) is None and wait(found()) is None


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"consent": None}, "consent"),
        ({"consent": replace(AGREED, is_given=False)}, "consent"),
        ({"own_numbers": frozenset({PORTLAND})}, "number"),
        ({"number": "+19005551234"}, "number"),
        ({"is_suspended": True}, "clinic"),
        ({"is_on_the_phone": True}, "phone"),
        ({"has_open_attempt": True}, "again"),
        ({"is_agent_ready": False}, "agent"),
        ({"line_id": None}, "line"),
    ],
)
def test_what_stands_in_the_way_for_good_is_refused(changed: dict[str, Any], about: str) -> None:
    no = refusal(found(**changed))
    assert no and no.about == about and no.sentence.endswith(".")


def test_it_waits_for_the_hour_the_pause_and_the_day() -> None:
    night = checks(replace(FINE, where=whereabouts(BERLIN, clinic_zone="UTC")), now=NOON)
    later = wait(night)
    assert later and later.until == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # eight in Berlin
    assert "Berlin" in later.sentence
    paused = wait(found(last_dialled_at=NOON - timedelta(minutes=10)))
    assert paused and paused.until == NOON - timedelta(minutes=10) + AGAIN_AFTER
    assert wait(found(last_dialled_at=NOON - AGAIN_AFTER)) is None
    assert wait(found(last_dialled_at=NOON - timedelta(minutes=2), needs_consent=False)) is None  # a test
    first = NOON - timedelta(hours=20)
    capped = wait(found(dialled_today=MOST_A_DAY, first_dialled_at=first))
    assert capped and capped.until == first + timedelta(hours=24)


def test_of_several_reasons_to_wait_the_longest_counts() -> None:
    later = wait(
        found(
            last_dialled_at=NOON - timedelta(minutes=1),
            dialled_today=MOST_A_DAY,
            first_dialled_at=NOON - timedelta(hours=1),
        )
    )
    assert later and later.about == "cap"


def test_the_zone_is_the_numbers_own_and_else_the_clinics_and_that_is_said() -> None:
    assert whereabouts(PORTLAND, clinic_zone="Europe/Berlin") == Whereabouts(("America/Los_Angeles",), True)
    toll_free = whereabouts("+18005550100", clinic_zone="America/New_York")
    assert toll_free == Whereabouts(("America/New_York",), is_from_number=False)
    hours = next(check for check in found(where=toll_free) if check.about == "hours")
    assert "clinic’s own clock, New York" in hours.sentence
    london = whereabouts("+447700900123", clinic_zone="Europe/London")
    assert london == Whereabouts(("Europe/London",), is_from_number=True)
    assert len(whereabouts("+447700900123", clinic_zone="America/New_York").zones) == 3


@given(
    st.integers(0, 730 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_the_next_decent_time_is_decent_and_none_before_it_is(at: datetime, zone: str) -> None:
    where = Whereabouts((zone,), is_from_number=True)
    until = next_decent(where, at)
    assert is_decent(where, until) and until - at < timedelta(hours=13)
    if until != at:
        assert until.astimezone(zone_of(zone)).strftime("%H:%M") == "08:00"


@pytest.mark.parametrize("number", ["+1911", "+19005551234", "+870776123456", "+491805123456", "x", "+"])
def test_some_numbers_are_never_dialled(number: str) -> None:
    assert not may_be_dialled(number)
    assert may_be_dialled(PORTLAND) and may_be_dialled(BERLIN)


def test_who_has_been_counted_already_is_asked_about_as_if_they_had_not() -> None:
    clinic = uuid4()
    counted = Lines(4, {clinic: 1})
    assert not may_call_out(counted, clinic)
    assert may_call_out(without_one_of(counted, clinic), clinic)
