"""What operators read about a probe: green only when everything was tried lately, and nothing got through."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from voxanne_app.monitoring.alert_list import AlertRow
from voxanne_app.monitoring.isolation import attacks
from voxanne_app.monitoring.models import IsolationProbe
from voxanne_app.monitoring.ui import isolation_view as view

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def probe(**values: Any) -> IsolationProbe:
    lately = {
        "state": "done",
        "finished_at": NOW - timedelta(minutes=4),
        "attempts": 4100,
        "duration_ms": 2400,
    }
    return IsolationProbe(**lately | values)


def tried(verdict: str = "held", **values: Any) -> dict[str, Any]:
    return {"verdict": verdict, "times": 10, "holes": [], "trouble": ""} | values


FINDINGS = {
    "facts": [{"says": "bypasses row level security", "holds": False}],
    "rules": [
        {"number": "I-01", "says": "fine", "remedy": "", "broken_by": [], "trouble": ""},
        {"number": "I-07", "says": "views", "remedy": "Do so.", "broken_by": ["all_calls"], "trouble": ""},
        {"number": "I-09", "says": "functions", "remedy": "", "broken_by": [], "trouble": "Timeout"},
    ],
    "tables": [
        {"name": "agents", "took_ms": 40, "tried": {"select": tried()}},
        {
            "name": "calls",
            "took_ms": 50,
            "tried": {
                "select": tried("hole", holes=["nobody", "empty"]),
                "delete": tried("not_run", trouble="No row could be made in it"),
            },
        },
    ],
}


@pytest.mark.parametrize(
    ("values", "tone", "title"),
    [
        ({}, "good", "The walls hold"),
        ({"holes": 1}, "bad", "The walls do not hold"),
        ({"not_run": 1}, "bad", "The walls do not hold"),
        ({"not_run": 1, "findings": {"trouble": "OperationalError"}}, "bad", "Not known"),
        ({"finished_at": NOW - timedelta(hours=3)}, "bad", "The last probe is old"),
    ],
)
def test_the_verdict_is_good_only_when_all_was_tried_lately(
    values: dict[str, Any], tone: str, title: str
) -> None:
    verdict = view.verdict(probe(**values), now=NOW)
    assert (verdict.tone, verdict.title) == (tone, title)


def test_before_the_first_probe_nothing_is_claimed() -> None:
    assert view.verdict(None, now=NOW).tone == "waits"


def test_what_is_red_stands_first_and_says_who_could_do_what() -> None:
    assert [line.name for line in view.table_lines(FINDINGS)] == ["calls", "agents"]
    assert [line.words for line in view.red_cells(FINDINGS)] == [
        "calls: nobody and empty could read a row",
        "calls: to delete a row could not be tried: No row could be made in it",
    ]
    rules = view.rule_lines(FINDINGS)
    assert [(rule.words[:4], rule.mark) for rule in rules] == [
        ("I-07", "bad"),
        ("I-09", "bad"),
        ("I-01", "good"),
    ]
    assert rules[0].detail == "all_calls" and "Could not be checked: Timeout" in rules[1].detail
    assert view.role_lines(FINDINGS)[0].mark == "bad"


def test_every_attack_has_its_column() -> None:
    known = {
        verb.__name__
        for verb in (
            *attacks.ANYBODYS,
            *attacks.ONLY_WITH_A_CLINIC,
            attacks.insert_for_nobody,
            attacks.refer_to,
        )
    }
    assert set(view.VERBS) == known


def test_an_alert_says_since_when_how_often_and_who_looks_after_it() -> None:
    person = uuid4()
    row = AlertRow(
        uuid4(), "critical", "It is wrong", "So wrong.", 3, NOW - timedelta(minutes=9), True, NOW, person, ""
    )
    (line,) = view.alert_lines([row], {person: "Olga"}, now=NOW)
    assert line.since == "since 9 min ago, 3 times"
    assert line.body == "So wrong. It seems gone, and is watched for a while."
    assert line.seen_by.startswith("Olga looks after it")
