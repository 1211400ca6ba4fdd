"""A clinic, for operators: who runs it, how it does; suspending it; and the way in, with a reason."""

from typing import Any

import reflex as rx

from voxanne_app.identity.ui.organization_state import OrganizationState, PersonLine
from voxanne_app.identity.ui.visits_table import visits_table
from voxanne_app.identity.visits import LENGTHS, LONGEST_REASON, SHORTEST_REASON
from voxanne_app.ui.components.controls import button, labelled, link_button
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.components.lists import column_head
from voxanne_app.ui.components.marks import icon, state
from voxanne_app.ui.layout import NativeForm
from voxanne_app.ui.pages import Page
from voxanne_app.ui.platform_layout import board

_LIST = "/platform/organizations"
_WORDS = {15: "15 minutes", 30: "30 minutes", 60: "1 hour", 120: "2 hours", 240: "4 hours"}
_REASONED = {"minLength": SHORTEST_REASON, "maxLength": LONGEST_REASON}


def organization() -> rx.Component:
    page = OrganizationState
    return board(
        rx.cond(
            page.is_loaded,
            rx.cond(page.exists, _clinic(), _nothing()),
            skeleton_rows(8),
        ),
        title=rx.cond(page.exists, page.clinic.name, "Clinic"),
        before=link_button(mark="chevron-left", href=_LIST, kind="ghost", label="All organizations"),
        aside=rx.cond(
            page.clinic.suspended != "",
            state("Suspended", tone="waits", mark="ban"),
            state("Open", tone="good", mark="circle-check"),
        ),
    )


def _nothing() -> rx.Component:
    return empty(
        "There is no such clinic",
        "Its address is mistyped.",
        link_button("All organizations", href=_LIST),
    )


def _clinic() -> rx.Component:
    return rx.el.div(
        rx.el.div(_team(), _visits()),
        rx.el.div(_facts(), _visit_form(), _standing()),
        class_name="clinic-board",
    )


def _panel(title: str, *content: Any) -> rx.Component:
    return rx.el.section(rx.el.header(rx.el.h2(title)), *content, class_name="panel")


def _facts() -> rx.Component:
    facts = rx.el.dl(
        rx.foreach(
            OrganizationState.clinic.facts, lambda fact: rx.fragment(rx.el.dt(fact[0]), rx.el.dd(fact[1]))
        ),
        class_name="facts inside",
    )
    return _panel("How it does", facts)


def _team() -> rx.Component:
    return _panel(
        "People",
        rx.el.table(
            rx.el.caption("People", class_name="spoken"),
            rx.el.thead(rx.el.tr(column_head("Person"), column_head("Address"), column_head("Role"))),
            rx.el.tbody(
                rx.foreach(OrganizationState.team, lambda one: _person(one, one.name)),
                rx.foreach(OrganizationState.invited, lambda one: _person(one, "Invited")),
            ),
            class_name="table people",
        ),
    )


def _person(line: PersonLine, name: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(name, class_name="medium"), rx.el.td(line.email, class_name="dim cut"), rx.el.td(line.role)
    )


def _visits() -> rx.Component:
    return _panel(
        "Visits",
        visits_table(
            OrganizationState.visits,
            nobody="Nobody was there",
            then="The clinic reads this list, too, in its settings.",
        ),
    )


def _visit_form() -> rx.Component:
    """A plain form: after it every open page of this session is a visitor's."""
    return _panel(
        "Look into this clinic",
        NativeForm.create(
            rx.el.p("You see its screens and change nothing. The clinic reads who, when, what and why."),
            rx.el.input(type="hidden", name="clinic", value=OrganizationState.clinic.id),
            labelled(
                "Reason, for the clinic",
                rx.el.input(name="reason", required=True, auto_complete="off", custom_attrs=_REASONED),
            ),
            labelled(
                "For",
                rx.el.select(
                    *(rx.el.option(_WORDS[minutes], value=str(minutes)) for minutes in LENGTHS),
                    name="minutes",
                ),
            ),
            rx.el.button(icon("eye"), "Begin the visit", type="submit", class_name="button primary"),
            action="/auth/visit",
            method="post",
            class_name="inside",
        ),
    )


def _standing() -> rx.Component:
    clinic = OrganizationState.clinic
    return rx.cond(
        clinic.suspended != "",
        _panel(
            "Suspended",
            rx.el.div(
                rx.el.p("Since ", clinic.suspended, ": ", clinic.suspended_reason),
                button("Open the clinic again", on_click=OrganizationState.resume),
                class_name="inside stack",
            ),
        ),
        _panel(
            "Suspend this clinic",
            rx.el.form(
                rx.el.p(
                    "Its people are signed out and read the reason. Calls are still stored; callers hear "
                    "that nothing can be booked now."
                ),
                labelled("Reason, for its people", rx.el.input(name="reason", auto_complete="off")),
                button("Suspend the clinic", danger=True, type="submit"),
                on_submit=OrganizationState.suspend,
                class_name="inside",
                no_validate=True,
            ),
        ),
    )


PAGES = [
    Page(
        route="/platform/organizations/[clinic_id]",
        title="Clinic",
        content=organization,
        on_load=[OrganizationState.load],
        current=_LIST,
    )
]
