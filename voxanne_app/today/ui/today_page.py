"""Today, the first screen of the clinic: what waits, who is on the phone, what is booked."""

import reflex as rx

from voxanne_app.calls.ui.attempts_state import AttemptsState
from voxanne_app.calls.ui.call_back_dialog import attempt, call_back_dialog
from voxanne_app.today.ui.case_acts_state import CaseActsState
from voxanne_app.today.ui.figures_view import Figure
from voxanne_app.today.ui.first_steps_list import first_steps
from voxanne_app.today.ui.first_steps_state import FirstStepsState
from voxanne_app.today.ui.today_cases import todo
from voxanne_app.today.ui.today_live import ending_dialog, on_the_phone
from voxanne_app.today.ui.today_state import CALLERS, TodayState
from voxanne_app.today.ui.today_view import AgendaLine
from voxanne_app.ui.components.controls import button, in_app_link, link_button
from voxanne_app.ui.components.dialogs import choice
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.components.lists import figure, section
from voxanne_app.ui.components.marks import icon, state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen

_SIMULATE = "simulate-a-call"


def today() -> rx.Component:
    return sheet(
        body(
            rx.cond(
                TodayState.is_loaded,
                rx.el.div(
                    rx.el.div(first_steps(), todo(), _agenda()),
                    rx.el.div(on_the_phone(), _calling_out(), _figures()),
                    class_name="today",
                ),
                skeleton_rows(10),
            )
        ),
        _callers(),
        ending_dialog(),
        call_back_dialog(),
        title="Today",
        aside=rx.el.span(TodayState.day, rx.el.span(" · ", Screen.person.zone_name, class_name="desk-only")),
        acts=[
            link_button("Hand-over sheet", href="/handover", mark="list"),
            rx.cond(
                TodayState.is_demo & Screen.permissions.contains("demo.simulate"),  # type: ignore[attr-defined]
                button("Simulate a call", mark="phone-incoming", opens=_SIMULATE),
            ),
            rx.cond(
                Screen.permissions.contains("bookings.edit"),  # type: ignore[attr-defined]
                rx.el.span(
                    link_button("New booking", href="/bookings?new=1", mark="calendar-plus"),
                    class_name="desk-only",
                ),
            ),
        ],
    )


def _calling_out() -> rx.Component:
    """Only where something was asked for."""
    return rx.cond(
        AttemptsState.attempts.length() > 0,  # type: ignore[attr-defined]
        section(
            "Calling back",
            rx.el.div(rx.foreach(AttemptsState.attempts, attempt), class_name="stack"),
            count=AttemptsState.attempts.length().to_string(),  # type: ignore[attr-defined]
            class_name="second",
        ),
    )


def _callers() -> rx.Component:
    """Only where the vendors are played: who may ring."""
    return choice(
        _SIMULATE,
        *(
            button(words, mark="phone-incoming", on_click=TodayState.simulate(script))
            for script, words in CALLERS.items()
        ),
        title="Who is calling?",
        explanation="A pretended patient rings your first number, and everything behind it is real.",
    )


def _agenda() -> rx.Component:
    return section(
        rx.cond(TodayState.agenda_day != "", "Next bookings, " + TodayState.agenda_day, "Today’s bookings"),
        rx.cond(
            TodayState.agenda.length() > 0,  # type: ignore[attr-defined]
            rx.el.div(
                rx.el.table(
                    rx.el.caption("Bookings in order of time", class_name="spoken"),
                    rx.el.tbody(
                        rx.foreach(TodayState.agenda, _agenda_line),
                        rx.cond(
                            TodayState.rest != "",
                            rx.el.tr(
                                rx.el.td(in_app_link(TodayState.rest, href="/bookings"), col_span=6),
                                class_name="rest",
                            ),
                        ),
                    ),
                    class_name="table agenda",
                ),
                class_name="panel fills",
            ),
            rx.el.div(
                empty("Nothing is booked", "What callers book appears here by itself.", mark="calendar"),
                class_name="panel fills",
            ),
        ),
        count=TodayState.booked.to_string(),  # type: ignore[attr-defined]
        end=rx.el.span(
            rx.cond(
                TodayState.booked > 0,
                rx.el.span(
                    icon("bot"), "booked by the receptionist", class_name="explains dim desk-only row nowrap"
                ),
            ),
            in_app_link("Open the week", href="/bookings", class_name="link explains"),
            class_name="row",
        ),
        class_name="third fills",
    )


def _agenda_line(line: AgendaLine) -> rx.Component:
    return rx.cond(
        line.now != "",
        rx.el.tr(rx.el.td(rx.el.i(), rx.el.span(line.now), col_span=6), class_name="now"),
        rx.el.tr(
            rx.el.td(line.clock, class_name="clock"),
            rx.el.td(in_app_link(line.patient, href=line.href, class_name="medium")),
            rx.el.td(line.what, class_name="dim desk-only"),
            rx.el.td(line.practitioner, class_name="dim desk-only"),
            rx.el.td(state(line.status, tone=line.tone, mark=line.mark)),
            rx.el.td(rx.cond(line.by_receptionist, icon("bot", label="Booked by the receptionist"))),
            class_name=rx.cond(line.is_past, "past", ""),
        ),
    )


def _figures() -> rx.Component:
    return section(
        "Last 7 days",
        rx.el.dl(rx.foreach(TodayState.figures, _figure), class_name="panel figures"),
        count="against the 7 before",
        class_name="fourth",
    )


def _figure(shown: Figure) -> rx.Component:
    return figure(
        shown.name,
        shown.value,
        unit=shown.unit,
        against=shown.against,
        direction=shown.direction,
        before=shown.before,
        since=shown.since,
    )


PAGES = [
    Page(
        route="/",
        title="Today",
        content=today,
        on_load=[
            TodayState.load,
            FirstStepsState.load_steps,
            CaseActsState.load,
            AttemptsState.load,
            TodayState.follow,
            AttemptsState.follow,
            FirstStepsState.follow_steps,
        ],
    )
]
