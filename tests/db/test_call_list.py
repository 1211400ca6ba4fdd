"""The list of calls: filters, search, sorting, paging and counts, in the database."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Row, text

from tests.factories import make_agent, make_call, make_case, make_contact
from voxanne_app.calls import call_list, call_list_statement, figures, searching
from voxanne_app.calls.call_list import CallsPage, calls_page
from voxanne_app.calls.call_list_statement import CallFilters
from voxanne_app.calls.insights.cells import DIRECT
from voxanne_app.calls.searching import search_query
from voxanne_app.foundation.database import Claims, transaction

NOON = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
ZONE = "America/Los_Angeles"
EVERYTHING = CallFilters()


def listed(organization: Row[Any], filters: CallFilters = EVERYTHING, **how: Any) -> CallsPage:
    with transaction(Claims.organization(organization.id)) as session:
        return calls_page(session, filters, org_id=organization.id, zone=ZONE, **how)


def test_the_newest_call_comes_first_and_pages_do_not_overlap(organization: Row[Any]) -> None:
    made = [make_call(org_id=organization.id, created_at=NOON - timedelta(minutes=n)).id for n in range(5)]
    pages = [listed(organization, page=page, page_size=2) for page in (1, 2, 3)]
    assert [row.id for page in pages for row in page.rows] == made
    assert {page.total for page in pages} == {5}


def test_another_clinics_calls_are_not_there(organization: Row[Any], other_organization: Row[Any]) -> None:
    make_call(org_id=other_organization.id, created_at=NOON, caller_name="Charlie")
    assert listed(organization).rows == ()
    assert listed(organization, CallFilters(words="Charlie")).total == 0


@pytest.mark.parametrize(
    "typed", ["okafor", "Nadia Oka", "(503) 555-0137", "503555", "5550137", "0137", "swelling"]
)
def test_a_call_is_found_by_name_number_and_words_said(organization: Row[Any], typed: str) -> None:
    wanted = make_call(
        org_id=organization.id,
        created_at=NOON,
        caller_name="Nadia Okafor",
        caller_number="+15035550137",
        transcript="User: There is some swelling.",
    )
    make_call(org_id=organization.id, created_at=NOON, caller_name="Tomas", caller_number="+19715550999")
    assert [row.id for row in listed(organization, CallFilters(words=typed)).rows] == [wanted.id]


@pytest.mark.parametrize("typed", ["!", "a & | !", "':*", "\\", "%", "<script>", "x" * 5000])
def test_odd_search_words_find_nothing_and_break_nothing(organization: Row[Any], typed: str) -> None:
    make_call(org_id=organization.id, created_at=NOON, caller_name="Nadia")
    assert listed(organization, CallFilters(words=typed)).total in (0, 1)


def test_digits_are_one_number_however_written() -> None:
    assert search_query("(503) 555-01") == "50355501:*"
    assert search_query("Dr. Voss") == "dr & voss:*"


def test_tabs_count_what_they_would_show(organization: Row[Any]) -> None:
    waiting = make_call(org_id=organization.id, created_at=NOON, outcome="callback")
    make_case(org_id=organization.id, call_id=waiting.id)
    make_call(
        org_id=organization.id, created_at=NOON, outcome="booked", has_booking=True, is_after_hours=True
    )
    make_call(org_id=organization.id, created_at=NOON, outcome="failed")
    page = listed(organization)
    assert page.tabs == {
        "all": 3,
        "needs_someone": 1,
        "booked": 1,
        "after_hours": 1,
        "failed": 1,
        "disputed": 0,
    }
    shown = listed(organization, CallFilters(tab="needs_someone"))
    assert [row.id for row in shown.rows] == [waiting.id]
    assert shown.total == 1


def test_filters_narrow_the_list_and_its_sums(organization: Row[Any]) -> None:
    agent = make_agent(org_id=organization.id, name="After hours")
    kept = make_call(
        org_id=organization.id,
        agent_id=agent.id,
        created_at=NOON,
        outcome="booked",
        cost_usd=Decimal("0.31"),
        duration_seconds=168,
    )
    make_call(org_id=organization.id, created_at=NOON - timedelta(days=9), cost_usd=Decimal("5"))
    filters = CallFilters(
        agent_id=agent.id,
        outcome="booked",
        since=NOON - timedelta(days=1),
        until=NOON + timedelta(days=1),
        with_costs=True,
    )
    page = listed(organization, filters)
    assert [row.id for row in page.rows] == [kept.id]
    assert (page.cost_usd, page.average_seconds, page.rows[0].agent) == (Decimal("0.31"), 168, "After hours")


def test_who_may_not_know_costs_learns_nothing_of_them(organization: Row[Any]) -> None:
    dear, newest = (
        make_call(org_id=organization.id, created_at=NOON + timedelta(hours=n), cost_usd=Decimal(5 - n))
        for n in range(2)
    )
    told = listed(organization, CallFilters(with_costs=True), sort="cost")
    assert ([row.id for row in told.rows], told.cost_usd) == ([dear.id, newest.id], 9)
    untold = listed(organization, sort="cost", descending=False)
    assert ([row.id for row in untold.rows], untold.cost_usd) == ([newest.id, dear.id], 0)
    assert {row.cost_usd for row in untold.rows} == {None}


def test_a_call_is_marked_as_long_as_what_it_promised_is_open(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    """Not what was settled, not what is open for another reason, and not another clinic's."""
    when = {"created_at": NOON, "is_disputed": True}
    is_open, settled, other_reason = (make_call(org_id=organization.id, **when) for _ in range(3))
    key = "promise:{}".format
    make_case(org_id=organization.id, call_id=is_open.id, kind="failure", request_key=key(is_open.id))
    done = {"resolved_at": NOON, "kind": "failure"}
    make_case(org_id=organization.id, call_id=settled.id, request_key=key(settled.id), **done)
    make_case(org_id=other_organization.id, request_key=key(settled.id))
    make_case(org_id=organization.id, call_id=other_reason.id)
    assert {row.id for row in listed(organization).rows if row.is_promise_open} == {is_open.id}
    assert listed(organization, CallFilters(tab="disputed")).total == 3


def test_sorting_by_length_puts_the_longest_first_and_the_unknown_last(organization: Row[Any]) -> None:
    lengths = [30, None, 90]
    for seconds in lengths:
        make_call(org_id=organization.id, created_at=NOON, duration_seconds=seconds)
    assert [row.duration_seconds for row in listed(organization, sort="length").rows] == [90, 30, None]
    assert [row.duration_seconds for row in listed(organization, sort="length", descending=False).rows] == [
        30,
        90,
        None,
    ]


def test_a_days_heading_counts_the_calls_on_other_pages_too(organization: Row[Any]) -> None:
    late = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # still the 23rd in the clinic
    make_call(org_id=organization.id, created_at=late, has_booking=True)
    make_call(org_id=organization.id, created_at=NOON)
    (counted,) = listed(organization, page_size=1).days.items()
    assert (counted[0].isoformat(), counted[1].calls, counted[1].booked) == ("2026-11-23", 2, 1)


def test_beyond_what_is_counted_numbers_are_at_least_and_pages_go_on(
    organization: Row[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (call_list, call_list_statement):
        monkeypatch.setattr(module, "COUNTED_AT_MOST", 3)
    made = [
        make_call(
            org_id=organization.id,
            created_at=NOON - timedelta(minutes=number),
            has_booking=number % 2 == 0,
            caller_name="Nadia",
            cost_usd=Decimal(1),
        )
        for number in range(5)
    ]
    make_case(org_id=organization.id, call_id=made[4].id)
    page = listed(organization, CallFilters(tab="booked"), page=2, page_size=1)
    assert (page.total, page.is_capped, page.has_more, page.cost_usd) == (2, True, True, 0)
    assert page.tabs == {
        "all": 3,
        "needs_someone": 1,
        "booked": 2,
        "after_hours": 0,
        "failed": 0,
        "disputed": 0,
    }
    assert "needs_someone" not in page.at_least  # whoever waits is found, however old the call
    last = listed(organization, CallFilters(tab="booked"), page=3, page_size=1)
    assert ([row.id for row in last.rows], last.has_more, last.is_cut) == ([made[4].id], False, False)
    end = listed(organization, page=3, page_size=1)
    assert (len(end.rows), end.has_more, end.is_cut) == (1, False, True)
    found = listed(organization, CallFilters(words="nadia", tab="booked"))
    assert (found.total, found.is_capped) == (2, True)
    waiting = listed(organization, CallFilters(tab="needs_someone"))
    assert ([row.id for row in waiting.rows], waiting.total, waiting.is_capped) == ([made[4].id], 1, False)


def test_callers_are_sorted_by_the_names_that_are_shown_and_nameless_ones_come_last(
    organization: Row[Any],
) -> None:
    known = make_contact(org_id=organization.id, phone="+15035550101", name="bea")
    unnamed = make_contact(org_id=organization.id, phone="+15035550102", name="")
    callers = ((known, "Zoe"), (unnamed, "Ada"), (None, "Carl"), (None, None), (None, ""), (known, None))
    for number, (contact, name) in enumerate(callers):
        make_call(
            org_id=organization.id,
            created_at=NOON - timedelta(hours=number),
            contact_id=contact.id if contact else None,
            caller_name=name,
        )
    shown = {
        down: [row.caller for row in listed(organization, sort="caller", descending=down).rows]
        for down in (False, True)
    }
    assert shown == {
        False: ["Ada", "bea", "bea", "Carl", "", ""],
        True: ["Carl", "bea", "bea", "Ada", "", ""],
    }
    moments = [row.created_at for row in listed(organization, sort="caller", descending=False).rows[1:3]]
    assert moments == sorted(moments, reverse=True)


def test_another_order_is_one_of_the_newest_calls_when_there_are_more(
    organization: Row[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_call(
            org_id=organization.id, created_at=NOON - timedelta(minutes=number), duration_seconds=number
        )
    assert [row.duration_seconds for row in listed(organization, sort="length").rows] == [3, 2, 1, 0]
    for module in (call_list, call_list_statement):
        monkeypatch.setattr(module, "COUNTED_AT_MOST", 3)
    page = listed(organization, sort="length")
    assert ([row.duration_seconds for row in page.rows], page.is_capped, page.looked_at) == (
        [2, 1, 0],
        True,
        3,
    )


def _conversations(organization: Row[Any]) -> dict[str, Any]:
    """Four calls that all speak of a crown, the older half missed; and one that does not."""
    made = {
        str(number): make_call(
            org_id=organization.id,
            created_at=NOON - timedelta(hours=number),
            transcript="User: About the crown.",
            outcome="booked" if number < 2 else "missed",
            has_booking=number < 2,
            cost_usd=Decimal(number),
        ).id
        for number in range(4)
    }
    make_call(org_id=organization.id, created_at=NOON, transcript="User: A cleaning.", cost_usd=Decimal(9))
    make_case(org_id=organization.id, call_id=made["3"])
    return made


@pytest.mark.parametrize("is_frequent", [False, True])
def test_a_search_shows_the_same_however_frequent_its_words_are(
    organization: Row[Any], monkeypatch: pytest.MonkeyPatch, is_frequent: bool
) -> None:
    made = _conversations(organization)
    monkeypatch.setattr(searching, "_FREQUENT", 1 if is_frequent else 1000)

    def found(how: str = "when", **filters: Any) -> tuple[list[str], int]:
        page = listed(organization, CallFilters(words="crow", with_costs=True, **filters), sort=how)
        assert not page.is_capped
        return [next(name for name, id_ in made.items() if id_ == row.id) for row in page.rows], page.total

    assert found() == (["0", "1", "2", "3"], 4)
    assert found("cost") == (["3", "2", "1", "0"], 4)
    assert found(outcome="missed") == (["2", "3"], 2)
    assert found(tab="booked") == (["0", "1"], 2)
    assert found(tab="needs_someone") == (["3"], 1)
    assert found(until=NOON - timedelta(hours=1, minutes=30)) == (["2", "3"], 2)
    whole = listed(organization, CallFilters(words="crow", with_costs=True))
    assert (whole.tabs["booked"], whole.tabs["needs_someone"], whole.cost_usd) == (2, 1, Decimal(6))
    assert sum(day.calls for day in whole.days.values()) == 4


def test_of_a_frequent_word_only_the_newest_calls_are_counted_and_the_list_goes_on(
    organization: Row[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _conversations(organization)
    monkeypatch.setattr(searching, "_FREQUENT", 1)
    monkeypatch.setattr(call_list_statement, "LOOKED_THROUGH", 3)
    page = listed(organization, CallFilters(words="crown"))
    assert [row.id for row in page.rows] == list(made.values())
    assert (page.total, page.is_capped, page.looked_at) == (3, True, 3)
    assert page.tabs["needs_someone"] == 1 and "needs_someone" not in page.at_least


def test_lists_and_figures_are_read_from_the_index_alone(organization: Row[Any]) -> None:
    """A column that they begin to ask for belongs into it, or each call itself is looked at."""
    of_relation = text("select attname from pg_attribute where attrelid = to_regclass(:name) and attnum > 0")
    with transaction(Claims.organization(organization.id)) as session:
        known, held = (
            set(session.connection().execute(of_relation, {"name": name}).scalars())
            for name in ("call_logs", "idx_call_logs_org_created")
        )
    for asked in (call_list_statement._COLUMNS, figures._CALLS.text, DIRECT.partition("from {days}")[0]):
        assert set(re.findall(r"\w+", asked)) & known <= held
