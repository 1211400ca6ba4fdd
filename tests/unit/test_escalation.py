"""When people must hear of a call: found in what was said, and not in what was not."""

import pytest

from voxanne_app.agents.configuration import Escalation
from voxanne_app.calls.escalation import reasons_in, urgent_in
from voxanne_app.calls.ports import SpokenTurn

RULES = Escalation(urgent_words=("swelling", "trouble breathing"), misunderstandings=2)
SORRY = "I am sorry, I did not catch that. Could you say that again?"


def call(*said: str) -> list[SpokenTurn]:
    """Turns: those of the agent begin with "> "."""
    return [
        SpokenTurn("agent" if words.startswith("> ") else "caller", words.removeprefix("> "))
        for words in said
    ]


def keys(*said: str, rules: Escalation = RULES, **analysed: object) -> list[str]:
    return [reason.key for reason in reasons_in(rules, call(*said), dict(analysed))]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("My cheek is Swelling up", "urgent"),
        ("I have trouble breathing", "urgent"),
        ("Can I speak to a real person?", "person"),
        ("Could you put me through to someone?", "person"),
        ("Quiero hablar con una persona", "person"),
        ("This is unacceptable", "unhappy"),
        ("I want to make a complaint", "unhappy"),
    ],
)
def test_a_rule_acts_on_the_callers_words(words: str, key: str) -> None:
    assert keys(words) == [key]


@pytest.mark.parametrize(
    "words",
    [
        "I would like to book a check-up",
        "The person I saw last time was kind",
        "I speak English",
        "No compliance",
    ],
)
def test_what_is_ordinary_opens_nothing(words: str) -> None:
    assert keys(words) == []


def test_the_agents_own_words_are_not_the_callers() -> None:
    assert keys("> If there is swelling, would you like to speak to a person?") == []


def test_misunderstandings_count_in_a_row() -> None:
    assert keys(f"> {SORRY}", "Hm", f"> {SORRY}") == ["misunderstood"]
    assert keys(f"> {SORRY}", "Hm", "> Thank you, booked.", f"> {SORRY}") == []


def test_the_analysis_counts_where_words_do_not_show_it() -> None:
    assert keys("Well, thank you for nothing.", is_unhappy=True) == ["unhappy"]


def test_rules_that_are_off_do_not_act() -> None:
    off = Escalation(asks_for_person=False, is_unhappy=False, misunderstandings=0)
    assert keys("A real person! Unacceptable! Swelling!", f"> {SORRY}", f"> {SORRY}", rules=off) == []
    assert urgent_in(off, call("swelling")) is None
