"""The parts of both audit screens, the clinic's and the platform's: `state` is theirs."""

from typing import Any

import reflex as rx

from voxanne_app.audit.ui.audit_address import TIMES
from voxanne_app.audit.ui.audit_lines import AuditLine
from voxanne_app.ui.components.controls import (
    button,
    in_app_link,
    search_field,
    select_field,
    select_field_of,
)
from voxanne_app.ui.components.feedback import empty, problem, skeleton_rows
from voxanne_app.ui.components.lists import column_head, day_row, pager
from voxanne_app.ui.components.marks import inline_style, moment
from voxanne_app.ui.components.marks import state as marked

_WIDTHS = ("200px", "auto", "132px", "230px", "112px", "108px")


def chain_state(state: Any) -> rx.Component:
    """How the chain is, and having it walked."""
    return rx.el.div(
        rx.cond(
            state.chain.is_broken,
            marked(state.chain.sentence, tone="bad", mark="triangle-alert"),
            rx.cond(
                state.chain.is_checked,
                marked(state.chain.sentence, tone="good", mark="shield-check"),
                marked(state.chain.sentence, tone="plain", mark="circle"),
            ),
        ),
        rx.el.span(class_name="grow"),
        button(
            rx.cond(state.is_walking, "Verifying", "Verify now"),
            small=True,
            on_click=state.verify,
            disabled=state.is_walking,
        ),
        class_name="filter-bar chain",
        role="status",
    )


def broken_chain(state: Any) -> rx.Component:
    return rx.cond(
        state.chain.is_broken,
        problem(
            state.chain.problem
            + " Somebody with access to the database itself has changed it. The platform's operators know."
        ),
    )


def filter_bar(state: Any) -> rx.Component:
    address = state.address
    return rx.el.div(
        search_field(
            value=address.q,
            on_change=state.search.debounce(250),
            label="Search the audit",
            placeholder="Person, act, address, id",
        ),
        _choice_of("Who", "who", "Everybody", state.people, state),
        _choice_of("Act", "act", "All", state.acts, state),
        select_field(
            *TIMES.items(),
            label="Time",
            value=address.time,
            on_change=lambda value: state.choose("time", value),
        ),
        rx.cond(
            address.record != "",
            button("One record", mark="x", small=True, kind="soft", on_click=state.choose("record", "")),
        ),
        rx.cond(
            _is_filtered(state),
            rx.el.button("Clear", type="button", class_name="link", on_click=state.clear),
        ),
        rx.el.span(class_name="grow"),
        rx.el.span(
            "Looking at a record again within five minutes counts once.", class_name="explains dim desk-only"
        ),
        class_name="filter-bar",
    )


def _choice_of(label: str, name: str, all_of: str, choices: Any, state: Any) -> rx.Component:
    return select_field_of(
        choices,
        label=label,
        everything=all_of,
        value=getattr(state.address, name),
        on_change=lambda value: state.choose(name, value),
    )


def _is_filtered(state: Any) -> Any:
    address = state.address
    return (address.q + address.who + address.act + address.record + address.time) != ""


def entries(state: Any) -> rx.Component:
    return rx.cond(
        state.is_loaded,
        rx.cond(state.lines.length() > 0, _table(state), _nothing(state)),
        skeleton_rows(12),
    )


def _table(state: Any) -> rx.Component:
    heads = ("Who", "What", "Record", "From", "Outcome")
    return rx.el.table(
        rx.el.caption("Audit", class_name="spoken"),
        rx.el.colgroup(
            *(rx.el.col(custom_attrs=inline_style({"width": width})) for width in _WIDTHS),
            class_name="desk-only",
        ),
        rx.el.thead(rx.el.tr(*(column_head(word) for word in heads), column_head("When", numeric=True))),
        rx.el.tbody(rx.foreach(state.lines, lambda line: _line(line, state))),
        class_name="list",
    )


def _line(line: AuditLine, state: Any) -> rx.Component:
    return rx.cond(
        line.heading != "",
        day_row(line.heading, line.heading_rest, "", columns=len(_WIDTHS)),
        rx.el.tr(
            rx.el.td(
                rx.el.span(line.who, class_name="medium"),
                rx.cond(line.kind != "", rx.el.span(line.kind, class_name="phone desk-only")),
                class_name="cell-who",
            ),
            rx.el.td(
                line.what,
                rx.cond(line.more != "", rx.el.span(" · ", line.more, class_name="dim")),
                title=line.more,
                class_name="cell-why",
            ),
            rx.el.td(_record(line, state), class_name="cell-length"),
            rx.el.td(line.device, " ", rx.el.span(line.whence, class_name="dim"), class_name="dim desk-only"),
            rx.el.td(
                rx.cond(
                    line.is_refused,
                    marked("Refused", tone="bad", mark="ban"),
                    marked("Done", tone="plain", mark="check"),
                ),
                class_name="cell-outcome",
            ),
            rx.el.td(moment(line.when, line.exact), class_name="number dim cell-when"),
        ),
    )


def _record(line: AuditLine, state: Any) -> rx.Component:
    """Leads to the record; beside it, its own history."""
    return rx.el.span(
        rx.cond(line.href != "", in_app_link(line.record, href=line.href, class_name="link"), line.record),
        rx.cond(
            line.href != "",
            button(
                mark="history",
                kind="ghost",
                small=True,
                label="All about this record",
                on_click=state.choose("record", line.record_id),
            ),
        ),
        class_name="state",
    )


def _nothing(state: Any) -> rx.Component:
    return rx.cond(
        _is_filtered(state),
        empty(
            "Nothing was done that is like that",
            "Try fewer words, somebody else or another time.",
            button("Clear the filters", on_click=state.clear),
            mark="search",
        ),
        empty(
            "Nothing yet",
            "Whatever people do here is written down, and can be changed by nobody.",
            mark="history",
        ),
    )


def turning(state: Any) -> rx.Component:
    return pager(
        summary="Newest first. Kept for six years.",
        page="",
        on_previous=state.newer,
        on_next=state.older,
        has_previous=state.has_newer,
        has_next=state.has_older,
    )
