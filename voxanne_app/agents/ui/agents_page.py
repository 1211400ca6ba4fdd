"""What do the clinic's receptionists say and do? All of them, with what callers hear."""

from typing import Any

import reflex as rx

from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.agents.ui.agents_state import PAGE_SIZE, AgentsState
from voxanne_app.ui.components.controls import button, in_app_link, labelled, link_button
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.components.lists import column_head
from voxanne_app.ui.components.marks import state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen

_FORM = "agent-fields"
_MAY_EDIT = Screen.permissions.contains("agents.edit")  # type: ignore[attr-defined]


def agents() -> rx.Component:
    nothing = empty(
        "No agents yet",
        "Make one from a template: nobody hears it until you publish it.",
        rx.cond(_MAY_EDIT, button("New agent", kind="primary", on_click=AgentsState.open_new)),
        mark="bot",
    )
    return sheet(
        body(
            rx.cond(
                AgentsState.is_loaded,
                rx.cond(AgentsState.rows.length() > 0, _list(), nothing),  # type: ignore[attr-defined]
                skeleton_rows(4),
            )
        ),
        _new(),
        title="Agents",
        acts=[
            rx.cond(
                _MAY_EDIT & (AgentsState.total > 0),
                button("New agent", mark="plus", kind="primary", on_click=AgentsState.open_new),
            )
        ],
    )


def _list() -> rx.Component:
    return rx.fragment(
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    column_head("Agent"),
                    column_head("State"),
                    column_head("Numbers", class_name="desk-only"),
                    column_head("Voice", class_name="desk-only"),
                    column_head("Published", class_name="desk-only"),
                )
            ),
            rx.el.tbody(rx.foreach(AgentsState.rows, _row)),
            class_name="list agents",
        ),
        rx.cond(AgentsState.total > PAGE_SIZE, _pager()),
    )


def _row(one: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            in_app_link(one.name, href=one.href, class_name="whole-row name"),
            rx.cond(one.calls_out, rx.el.span("calls out", class_name="dim desk-only")),
        ),
        rx.el.td(state(one.state, tone=one.tone, mark=one.mark)),
        rx.el.td(one.numbers, class_name="desk-only"),
        rx.el.td(one.voice, class_name="desk-only"),
        rx.el.td(one.published, class_name="desk-only dim"),
        key=one.href,
    )


def _pager() -> rx.Component:
    page = AgentsState.page
    return rx.el.footer(
        rx.cond(page > 1, link_button("Before", href="/agents?page=" + (page - 1).to_string(), small=True)),  # type: ignore[attr-defined]
        rx.cond(
            page * PAGE_SIZE < AgentsState.total,
            link_button("After", href="/agents?page=" + (page + 1).to_string(), small=True),  # type: ignore[attr-defined]
        ),
        class_name="pager",
    )


def _new() -> rx.Component:
    wrong = AgentsState.name_problem
    return modal(
        "new-agent",
        rx.el.form(
            labelled(
                "Name, for your team",
                rx.el.input(
                    name="name",
                    auto_complete="off",
                    auto_focus=True,
                    placeholder="Main line",
                    custom_attrs={"aria-invalid": rx.cond(wrong != "", "true", "false")},
                ),
                problem=wrong,
            ),
            labelled(
                "Start from",
                rx.el.select(
                    *(rx.el.option(one.name, value=key) for key, one in TEMPLATES.items()), name="template"
                ),
            ),
            id=_FORM,
            class_name="stack-wide",
            on_submit=AgentsState.create,
            no_validate=True,
        ),
        is_open=AgentsState.is_new_open,
        on_close=AgentsState.close_new,
        title="New agent",
        acts=[button("Make the agent", kind="primary", type="submit", form=_FORM)],
    )


PAGES = [
    Page(route="/agents", title="Agents", content=agents, on_load=[AgentsState.load, AgentsState.follow])
]
