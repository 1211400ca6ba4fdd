"""What a kept test is made of a call, when it takes place, and what it finds in a conversation."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.agents.checks import Checks
from voxanne_app.calls.queries import ToolCallView
from voxanne_app.trials.as_if import moment_like, weekday_and_minute
from voxanne_app.trials.expectations import BadExpectations, Expectation, checked, in_words, read_expectations
from voxanne_app.trials.from_call import MADE_UP_NUMBER, MOST_LINES, NothingToTest, said_and_done
from voxanne_app.trials.judging import findings
from voxanne_app.trials.turns import Turn, UsedTool

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def used(name: str, verdict: Any = "done", line: str = "Done.", **arguments: Any) -> UsedTool:
    return UsedTool(name, arguments, line, verdict, 12)


def said(text: str, *tools: UsedTool) -> Turn:
    return Turn("assistant", text, tools)


def only(finding: tuple[str, ...]) -> str:
    (sentence,) = finding
    return sentence


BOOKED = (
    Turn("assistant", "Alder Street Dental, how can I help?"),
    Turn("caller", "A check-up, please. And do you do implants?"),
    said("I have Tuesday at ten.", used("find_free_slots", service="Check-up")),
    Turn("caller", "Yes."),
    said("Booked. Parking is behind the house.", used("book_appointment", service="a Check-up")),
)


def test_a_conversation_that_does_what_is_expected_is_found_well() -> None:
    expected = [
        Expectation("looks_up"),
        Expectation("books", arguments={"service": "check-up"}),
        Expectation("mentions", "PARKING is  behind"),
        Expectation("never_says", "implant"),
    ]
    assert findings(expected, BOOKED) == ("", "", "", "")


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        (Expectation("takes_message"), "It should have taken a message. It never tried to."),
        (
            Expectation("books", arguments={"service": "Cleaning"}),
            "It should have booked (service: Cleaning). It booked (service: a Check-up).",
        ),
        (Expectation("mentions", "the bus"), "It should have mentioned “the bus”. It never did."),
        (
            Expectation("never_says", "behind the house"),
            "It should never say “behind the house”. It said: “Booked. Parking is behind the house.”",
        ),
        (
            Expectation("no_tool"),
            "It should have used no tool. It used: find free slots, book appointment.",
        ),
    ],
)
def test_what_is_not_as_expected_is_said_in_a_sentence(expected: Expectation, sentence: str) -> None:
    assert only(findings([expected], BOOKED)) == sentence


def test_a_deed_that_was_refused_is_no_deed_and_the_reason_is_shown() -> None:
    turns = [said("I am sorry.", used("book_appointment", "refused", "That time is taken."))]
    assert only(findings([Expectation("books")], turns)) == (
        "It should have booked. It tried to, and this came back: “That time is taken.”"
    )


def test_an_appointment_that_is_not_there_on_the_day_of_the_test_may_be_refused_to_be_moved() -> None:
    turns = [said("I cannot find it.", used("move_appointment", "refused"))]
    assert findings([Expectation("moves")], turns) == ("",)
    assert only(findings([Expectation("moves")], [said("Hm.", used("move_appointment", "failed"))]))


def test_deeds_are_expected_in_their_order() -> None:
    turns = [said("Booked.", used("book_appointment")), said("Free:", used("find_free_slots"))]
    finding = findings([Expectation("looks_up"), Expectation("books")], turns)
    assert finding == (
        "",
        "It should have booked after what comes before it in this list. It booked earlier.",
    )
    assert findings([Expectation("books"), Expectation("looks_up")], turns) == ("", "")


def test_words_are_found_at_the_beginning_of_a_word_whatever_their_quotes_and_only_of_the_agent() -> None:
    turns = [Turn("caller", "Do you do veneers?"), said("We don’t replant. See you at 10:15.")]
    assert findings([Expectation("never_says", "veneers"), Expectation("mentions", "don't")], turns) == (
        "",
        "",
    )
    assert only(findings([Expectation("mentions", "plant")], turns))
    assert findings([Expectation("never_says", "plant")], turns) == ("",)


def test_expectations_that_cannot_hold_are_refused_in_words() -> None:
    for wrong in (
        [],
        [Expectation("mentions", " ")],
        [Expectation("sings")],
        [Expectation("no_tool"), Expectation("books")],
        [Expectation("mentions", "x" * 201)],
        [Expectation("mentions", "x")] * 21,
    ):
        with pytest.raises(BadExpectations):
            checked(wrong)
    kept = checked([Expectation("books", "ignored", {"service": "Check-up", "patient_name": "Dana"})])
    assert [one.as_json() for one in kept] == [
        {"kind": "books", "words": "", "arguments": {"service": "Check-up"}}
    ]
    assert read_expectations([{"kind": "of another day"}, *(one.as_json() for one in kept)]) == kept
    assert in_words(kept[0]) == "books (service: Check-up)"


def turn(speaker: str, words: str) -> tuple[bool, str]:
    return speaker == "caller", words


def tool(name: str, verdict: str | None = "done", **arguments: Any) -> ToolCallView:
    return ToolCallView(name, arguments, verdict, "", None, None, None)


def test_a_call_becomes_lines_without_numbers_and_deeds_without_names_and_times() -> None:
    turns = [
        turn("agent", "Hello."),
        turn("caller", "A check-up."),
        turn("caller", "My number is (503) 555-0199."),
        turn("agent", "On the 24th?"),
        turn("caller", "Yes, 2026-11-24 at 10:15."),
    ]
    tools = [
        tool("find_free_slots", service="Check-up"),
        tool("find_free_slots", service="Check-up", on_date="2026-11-24"),
        tool("book_appointment", "refused", service="Check-up"),
        tool("book_appointment", service="Check-up", starts_at="2026-11-24T10:15", patient_name="Dana Doe"),
    ]
    lines, expected = said_and_done(turns, tools, "booked")
    assert lines == (f"A check-up. My number is {MADE_UP_NUMBER}.", "Yes, 2026-11-24 at 10:15.")
    assert [in_words(one) for one in expected] == ["looks for free times", "books (service: Check-up)"]


def test_a_call_in_which_nothing_was_done_is_expected_to_do_nothing_again() -> None:
    turns = [turn("caller", f"Line {number}") for number in range(40) for _ in "x"]
    spoken = [one for line in turns for one in (line, turn("agent", "Yes."))]
    lines, expected = said_and_done(spoken, [], "answered")
    assert (len(lines), [one.kind for one in expected]) == (MOST_LINES, ["no_tool"])
    assert [one.kind for one in said_and_done(spoken, [], "transferred")[1]] == ["hands_over"]
    with pytest.raises(NothingToTest):
        said_and_done([turn("agent", "Hello?")], [], "hung_up_early")


@given(
    hour=st.integers(0, 2 * 365 * 24),
    weekday=st.integers(0, 6),
    minute=st.integers(0, 1439),
    zone=st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_test_takes_place_on_its_weekday_and_time_within_the_days_to_come(
    hour: int, weekday: int, minute: int, zone: str
) -> None:
    now = datetime(2026, 1, 1, 0, 29, tzinfo=UTC) + timedelta(hours=hour)
    moment = moment_like(weekday, minute, zone=zone, now=now)
    assert now < moment <= now + timedelta(days=7, hours=2)
    shown = weekday_and_minute(moment, zone)
    skipped = {(weekday, minute + 60), ((weekday + 1) % 7, minute + 60 - 1440)}
    assert shown == (weekday, minute) or shown in skipped


def test_in_the_night_when_the_clocks_skip_the_time_it_is_an_hour_later() -> None:
    before = datetime(2026, 3, 7, 12, tzinfo=UTC)  # New York springs forward on Sunday the 8th at 2:00
    moment = moment_like(6, 2 * 60 + 30, zone="America/New_York", now=before)
    assert moment.astimezone(ZoneInfo("America/New_York")).strftime("%a %H:%M") == "Sun 03:30"


def test_checks_are_said_in_words_and_counted_for_the_audit() -> None:
    assert Checks(3, 1, 0).in_words == "3 of 4 tests pass."
    assert Checks(0, 0, 1).in_words == "0 of 1 test passes. 1 has no result."
    assert (Checks().all_pass, Checks().as_details()) == (True, {})
    assert Checks(2).as_details() == {"tests_passed": 2, "tests_failed": 0, "tests_not_run": 0}
