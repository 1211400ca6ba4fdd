"""Calls: who called, why, what came of it."""

from typing import Any

import reflex as rx

from voxanne_app.calls.ui.call_lines import Line
from voxanne_app.calls.ui.calls_address import DIRECTIONS, PAGE_SIZES, TABS, TIMES
from voxanne_app.calls.ui.calls_state import CallsState, TabView
from voxanne_app.calls.ui.wording import OUTCOMES
from voxanne_app.ui.components.controls import (
    button,
    in_app_link,
    search_field,
    select_field,
    select_field_of,
    tab,
)
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.components.lists import column_head, day_row, pager, sortable_head
from voxanne_app.ui.components.marks import badge, inline_style, live_state, moment, state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen

_WIDTHS = ("262px", "auto", "142px", "126px", "76px")
_WIDTH_OF_COST, _WIDTH_OF_WHEN = "108px", "152px"


def calls() -> rx.Component:
    return sheet(
        rx.el.nav(
            rx.foreach(CallsState.tabs, _tab), class_name="tabs", custom_attrs={"aria-label": "Saved views"}
        ),
        _filter_bar(),
        body(
            rx.cond(
                CallsState.is_loaded,
                rx.cond(CallsState.lines.length() > 0, _table(), _nothing()),  # type: ignore[attr-defined]
                skeleton_rows(12),
            )
        ),
        _pager(),
        title="Calls",
        aside=Screen.person.zone_name,
        acts=[button("Export CSV", mark="download", on_click=CallsState.export)],
    )


def _tab(view: TabView) -> rx.Component:
    return tab(
        view.word,
        chosen=CallsState.address.tab == view.key,
        count=view.count,
        on_click=CallsState.open_tab(view.key),
    )


def _filter_bar() -> rx.Component:
    address = CallsState.address
    return rx.el.div(
        search_field(
            value=address.q,
            on_change=CallsState.search.debounce(250),
            label="Search calls",
            placeholder="Name, number or words said",
        ),
        _choice("Time", "time", *TIMES.items()),
        _until(),
        select_field_of(
            CallsState.agents,
            label="Agent",
            everything="All",
            value=address.agent,
            on_change=lambda value: CallsState.choose("agent", value),
        ),
        _choice("Outcome", "outcome", ("", "All"), *((key, words.word) for key, words in OUTCOMES.items())),
        _choice("Direction", "direction", *DIRECTIONS.items()),
        rx.cond(
            _is_filtered(), rx.el.button("Clear", type="button", class_name="link", on_click=CallsState.clear)
        ),
        rx.el.span(class_name="grow"),
        rx.el.span(CallsState.summary, class_name="explains dim", role="status"),
        class_name="filter-bar",
    )


def _until() -> rx.Component:
    return rx.el.label(
        rx.el.span("Until", class_name="dim nowrap"),
        rx.el.input(
            type="date",
            default_value=CallsState.address.until,
            key=CallsState.address.until,
            on_change=lambda day: CallsState.choose("until", day),
        ),
        class_name="field",
    )


def _choice(label: str, name: str, *options: tuple[str, str]) -> rx.Component:
    return select_field(
        *options,
        label=label,
        value=getattr(CallsState.address, name),
        on_change=lambda value: CallsState.choose(name, value),
    )


def _is_filtered() -> Any:
    address = CallsState.address
    given = address.q + address.time + address.until + address.agent + address.outcome + address.direction
    return given != ""


def _table() -> rx.Component:
    return rx.el.table(
        rx.el.caption("Calls", class_name="spoken"),
        rx.el.colgroup(
            *(_col(width) for width in _WIDTHS),
            _if_costs(_col(_WIDTH_OF_COST)),
            _col(_WIDTH_OF_WHEN),
            class_name="desk-only",
        ),
        rx.el.thead(
            rx.el.tr(
                _sortable("Caller", "caller"),
                column_head("Reason"),
                column_head("Outcome"),
                column_head("Agent"),
                _sortable("Length", "length", numeric=True),
                _if_costs(_sortable("Cost", "cost", numeric=True)),
                _sortable("When", "when", numeric=True),
            )
        ),
        rx.el.tbody(rx.foreach(CallsState.lines, _line)),
        class_name="list",
    )


def _col(width: str) -> rx.Component:
    return rx.el.col(custom_attrs=inline_style({"width": width}))


def _sees_costs() -> Any:
    return Screen.permissions.contains("calls.read_cost")  # type: ignore[attr-defined]


def _if_costs(cell: rx.Component) -> rx.Component:
    return rx.cond(_sees_costs(), cell)


def _sortable(word: str, column: str, *, numeric: bool = False) -> rx.Component:
    return sortable_head(
        word,
        column=column,
        sorted_by=CallsState.address.sort,
        descending=CallsState.address.order == "down",
        on_sort=CallsState.sort_by,
        numeric=numeric,
    )


def _columns() -> Any:
    least = len(_WIDTHS) + 1
    return rx.cond(_sees_costs(), least + 1, least)


def _line(line: Line) -> rx.Component:
    return rx.cond(
        line.heading != "",
        day_row(line.heading, line.heading_rest, line.heading_end, columns=_columns()),
        rx.el.tr(
            rx.el.td(
                in_app_link(
                    rx.el.span(line.caller, class_name=rx.cond(line.is_known, "name", "name dim")),
                    rx.el.span(line.phone, class_name="phone desk-only"),
                    href=line.href,
                    class_name="whole-row",
                ),
                class_name="cell-who",
            ),
            rx.el.td(
                rx.cond(
                    line.is_promise_open,
                    rx.fragment(badge(TABS["disputed"], tone="bad", mark="triangle-alert"), " "),
                ),
                line.why,
                title=line.why,
                class_name="cell-why dim",
            ),
            rx.el.td(
                rx.cond(
                    line.is_live,
                    live_state(line.outcome),
                    state(line.outcome, tone=line.tone, mark=line.mark),
                ),
                class_name="cell-outcome",
            ),
            rx.el.td(line.agent, class_name="dim desk-only"),
            rx.el.td(line.lasted, class_name="number cell-length"),
            _if_costs(rx.el.td(line.cost, class_name="number dim desk-only")),
            rx.el.td(moment(line.when, line.exact), class_name="number dim cell-when"),
        ),
    )


def _nothing() -> rx.Component:
    return rx.cond(
        _is_filtered() | (CallsState.address.tab != "all"),
        empty(
            "No call is like that",
            "Try fewer words, another time or another view.",
            button("Clear the filters", on_click=CallsState.clear),
            mark="search",
        ),
        empty("No calls yet", "The first one appears here while it rings.", mark="phone"),
    )


def _pager() -> rx.Component:
    return pager(
        summary=CallsState.shown,
        page=CallsState.page_of,
        on_previous=CallsState.previous_page,
        on_next=CallsState.next_page,
        has_previous=CallsState.has_previous,
        has_next=CallsState.has_next,
        rows=select_field(
            *((size, size) for size in PAGE_SIZES),
            label="Rows",
            value=CallsState.address.rows,
            on_change=lambda value: CallsState.choose("rows", value),
        ),
    )


PAGES = [Page(route="/calls", title="Calls", content=calls, on_load=[CallsState.load, CallsState.follow])]
