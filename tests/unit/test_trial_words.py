"""What a draft says in a trial, held against what it did there; and the moment that its prompt is given."""

from datetime import UTC, datetime

import pytest

from voxanne_app.integrations.vapi.trial_chats import at_moment
from voxanne_app.trials.kept_words import broken_words
from voxanne_app.trials.turns import Turn, UsedTool, Verdict, read_turns

ZONE = "America/Los_Angeles"
AT = datetime(2026, 11, 30, 16, 5, tzinfo=UTC)
NINE = {"booking": {"id": "a", "starts_at": "2026-12-01T09:00:00-08:00"}}
TEN = {"booking": {"id": "b", "starts_at": "2026-12-01T10:00:00-08:00"}}


def caller(words: str) -> Turn:
    return Turn("caller", words)


def agent(words: str, *tools: UsedTool) -> Turn:
    return Turn("assistant", words, tools)


def used(
    name: str, data: dict[str, object] | None = None, verdict: Verdict = "done", **asked: str
) -> UsedTool:
    return UsedTool(name, asked, "…", verdict, 3, "id", data or {})


def broken(*turns: Turn) -> dict[int, list[str]]:
    return broken_words(turns, happens_at=AT, zone=ZONE)


BOOKED = "You are booked for Tuesday, December 1 at 9 AM."


def test_a_booking_that_was_made_is_no_broken_word() -> None:
    book = used("book_appointment", NINE, starts_at="2026-12-01T09:00")
    assert broken(caller("A check-up on Tuesday at nine, please."), agent(BOOKED, book)) == {}


@pytest.mark.parametrize("verdict", ["refused", "failed", None])
def test_a_booking_that_nobody_made_is_one(verdict: Verdict | None) -> None:
    tools = [used("book_appointment", NINE, verdict)] if verdict else []
    found = broken(caller("A check-up on Tuesday at nine, please."), agent(BOOKED, *tools))
    assert found == {1: ["Said and not done: an appointment. There is no such appointment."]}


def test_one_at_another_time_than_was_said_is_one() -> None:
    book = used("book_appointment", TEN, starts_at="2026-12-01T10:00")
    assert "another time" in broken(caller("Tuesday at nine, please."), agent(BOOKED, book))[1][0]


def test_what_was_booked_moved_and_cancelled_is_followed_by_its_time() -> None:
    assert (
        broken(
            caller("A check-up on Tuesday at nine, please."),
            agent(BOOKED, used("book_appointment", NINE, starts_at="2026-12-01T09:00")),
            caller("Could I come at ten?"),
            agent(
                "I have moved it to Tuesday, December 1 at 10 AM.",
                used("move_appointment", TEN, starts_at="2026-12-01T09:00", new_starts_at="2026-12-01T10:00"),
            ),
            caller("Please cancel it."),
            agent(
                "I have cancelled your appointment.",
                used("cancel_appointment", TEN, starts_at="2026-12-01T10:00"),
            ),
        )
        == {}
    )


def test_a_message_that_was_not_taken_is_one() -> None:
    words = "I have passed your message on to the doctor."
    assert list(broken(caller("Tell the doctor."), agent(words))) == [1]
    assert broken(caller("Tell the doctor."), agent(words, used("take_message"))) == {}


def test_turns_come_back_from_their_column_as_they_went_in() -> None:
    turns = (caller("Hello."), agent("Hello!", used("find_free_slots", {"slots": []}, service="Check-up")))
    assert read_turns([turn.as_json() for turn in turns]) == turns


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ('It is {{"now" | date: "%A, %B %d, %Y, %I:%M %p", "America/Los_Angeles"}}.',
         "It is Monday, November 30, 2026, 08:05 AM."),
        ('{{ "now"|date:"%H:%M" , "Europe/Berlin" }} and {{"now" | date: "%H:%M"}}', "17:05 and 08:05"),
        ('{{"now" | date: "%H:%M", "Nowhere/Else"}}', "08:05"),
        ("{{now}} {{ customer.number }}", "{{now}} {{ customer.number }}"),
    ],
)  # fmt: skip
def test_wherever_a_prompt_asks_for_now_the_moment_of_the_trial_stands(asked: str, shown: str) -> None:
    assert at_moment(asked, AT, ZONE) == shown
