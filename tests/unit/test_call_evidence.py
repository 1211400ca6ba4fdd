"""However often and in whatever order a call's events come, what is known in the end is the same."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.payloads import vapi
from voxanne_app.calls.evidence import CallRecord, as_json, fold, from_json
from voxanne_app.calls.ports import CallNews, register
from voxanne_app.calls.projection import columns_of
from voxanne_app.calls.transcript import with_finals
from voxanne_app.integrations.vapi.call_news import read_news

EXAMPLES = 1000 if os.environ.get("VOXANNE_FAULTS_FULL") else 200
FIRST_HEARD = datetime(2026, 11, 2, 18, tzinfo=UTC)


def news_of(body: dict[str, Any]) -> CallNews:
    news = read_news(body["message"])
    assert news
    return news


def events_of_a_call(call_id: str) -> list[dict[str, Any]]:
    """In the order in which they happen, a poorer second report included."""
    call = vapi.call(id=call_id)
    poorer = {"artifact": {}, "analysis": {}, "cost": 0, "costs": [], "startedAt": None, "endedAt": None}
    return [
        vapi.message("assistant-request", call=call, timestamp="2026-11-02T16:59:58Z"),
        vapi.status_update("ringing", after=-1, call=call),
        vapi.status_update("in-progress", after=0, call=call),
        vapi.conversation_update(1, call=call),
        vapi.final_transcript("user", vapi.CONVERSATION[1][1], after=10.4, call=call),
        vapi.conversation_update(3, call=call),
        vapi.message("hang", call=call),
        vapi.tool_calls(vapi.asked_for("book_appointment", {}, tool_call_id="t1"), call=call),
        vapi.final_transcript("user", "Oh, and one more thing.", after=27.0, call=call),
        vapi.message("transfer-update", destination={"type": "number", "number": "+15035550111"}, call=call),
        vapi.status_update("ended", after=30, endedReason="customer-ended-call", call=call),
        vapi.report_of_2026(call=call),
        vapi.report_of_2026(call=call, timestamp=1793638990000, **poorer),
    ]


def outcome_of(events: list[dict[str, Any]]) -> dict[str, Any]:
    """What anybody can see of the call after these events."""
    record = reduce(fold, map(news_of, events), CallRecord())
    columns = columns_of(record, (), first_heard_at=FIRST_HEARD)
    said = with_finals(record.value("turns") or (), record.finals)
    return columns | {"said": said, "costs": record.value("costs"), "transcript": record.value("transcript")}


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_any_order_and_number_of_deliveries_ends_like_one_delivery_in_order(data: st.DataObject) -> None:
    happened = events_of_a_call("the-call")
    kept = data.draw(st.lists(st.sampled_from(range(len(happened))), min_size=1, unique=True).map(sorted))
    delivered = [index for index in kept for _ in range(data.draw(st.integers(1, 5)))]
    shuffled = data.draw(st.permutations(delivered))
    assert outcome_of([happened[i] for i in shuffled]) == outcome_of([happened[i] for i in kept])


_values = st.one_of(st.none(), st.integers(0, 3), st.text(max_size=2))
_strengths = st.tuples(st.integers(0, 2).map(float), st.integers(0, 2).map(float))
_registers = st.dictionaries(
    st.sampled_from(["status", "summary", "turns", "has_report", "caller_number"]),
    st.builds(lambda value, strength: register(value, *strength), _values, _strengths),
)
_finals = st.frozensets(
    st.sampled_from([turn for body in events_of_a_call("x") for turn in news_of(body).finals])
)
_news = st.builds(lambda told, finals: CallNews("the-call", told, finals), _registers, _finals)


def folded(*news: CallNews) -> CallRecord:
    return reduce(fold, news, CallRecord())


def known(record: CallRecord) -> tuple[Any, ...]:
    strengths = sorted((name, told.order) for name, told in record.registers.items())
    return strengths, record.finals


@settings(max_examples=EXAMPLES, deadline=None)
@given(_news, _news, _news)
def test_folding_is_commutative_associative_and_idempotent(a: CallNews, b: CallNews, c: CallNews) -> None:
    once = known(folded(a, b, c))
    assert all(known(folded(*order)) == once for order in permutations((a, b, c)))
    assert known(folded(a, b, c, a, c, b, b)) == once


def test_what_is_known_survives_being_written_down() -> None:
    record = folded(*map(news_of, events_of_a_call("the-call")[:10]))
    kept = from_json(as_json(record))
    assert (kept.registers, kept.finals) == (record.registers, record.finals)
    elsewhere = {"turns", "costs", "transcript"}
    for name in record.registers.keys() - elsewhere:
        assert kept.value(name) == record.value(name)


def test_a_later_poorer_report_takes_nothing_away() -> None:
    happened = events_of_a_call("the-call")
    seen = outcome_of(happened)
    rich = outcome_of(happened[:-1])
    assert {name: held for name, held in seen.items() if name != "last_event_at"} == {
        name: held for name, held in rich.items() if name != "last_event_at"
    }


def test_sentences_heard_after_the_last_history_stand_at_its_end() -> None:
    said = outcome_of(events_of_a_call("the-call")[:9])["said"]
    assert [turn.words for turn in said][-2:] == ["Tuesday at ten is free.", "Oh, and one more thing."]
    assert len(said) == 4  # what the history has already is not said twice


def test_the_report_has_the_last_word_about_what_was_said() -> None:
    said = outcome_of(events_of_a_call("the-call"))["said"]
    assert [turn.words for turn in said] == [words for _, words in vapi.CONVERSATION]


def test_a_status_never_goes_back() -> None:
    happened = events_of_a_call("the-call")
    assert outcome_of([happened[10], happened[1], happened[2]])["status"] == "ended"
    assert outcome_of([happened[2], happened[1]])["status"] == "in_progress"


def test_a_stronger_value_replaces_a_weaker_one_of_its_register_only() -> None:
    weak, strong = register("weak", 1.0), register("strong", 2.0)
    news = CallNews("the-call", {"summary": weak, "caller_number": strong})
    record = folded(news, replace(news, registers={"summary": strong, "caller_number": weak}))
    assert (record.value("summary"), record.value("caller_number")) == ("strong", "strong")
