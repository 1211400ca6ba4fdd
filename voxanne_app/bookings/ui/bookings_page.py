"""Bookings: what the week looks like."""

from typing import Any

import reflex as rx

from voxanne_app.bookings.ui.booking_detail import beside
from voxanne_app.bookings.ui.booking_form import booking_form
from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.bookings.ui.booking_list import filter_bar, listed
from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.bookings.ui.calendar_view import Closed, Column, Placed
from voxanne_app.ui.components.controls import button, segment, segments
from voxanne_app.ui.components.feedback import empty, problem, skeleton_rows
from voxanne_app.ui.components.marks import avatar, spoken
from voxanne_app.ui.components.week import (
    booking,
    closed,
    corner,
    day_column,
    day_head,
    hour_marks,
    now_line,
    week,
)
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen

_VIEWS = {"week": "Week", "day": "Day", "list": "List"}


def bookings() -> rx.Component:
    state = BookingsState
    return sheet(
        rx.cond(state.is_loaded, _content(), rx.cond(state.is_failing, _failing(), body(skeleton_rows(12)))),
        booking_form(),
        title="Bookings",
        aside=rx.cond(
            state.heading != "",
            rx.el.span(state.heading, rx.el.span(" · ", Screen.person.zone_name, class_name="desk-only")),
        ),
        acts=[_steps(), _views(), _export(), _new()],
    )


def _steps() -> rx.Component:
    span = rx.cond(BookingsState.address.view == "day", "day", "week")
    return rx.el.span(
        button(
            mark="chevron-left",
            kind="ghost",
            small=True,
            label="Previous " + span,
            on_click=BookingsState.go_on(-1),
        ),
        button("Today", small=True, on_click=BookingsState.go_on(0)),
        rx.el.label(
            spoken("Go to a day"),
            rx.el.input(
                type="date",
                default_value=BookingsState.on,
                key=BookingsState.on,
                on_change=BookingsState.choose_day,
            ),
            class_name="field go-to-day desk-only",
        ),
        button(
            mark="chevron-right",
            kind="ghost",
            small=True,
            label="Next " + span,
            on_click=BookingsState.go_on(1),
        ),
        class_name="row steps",
    )


def _views() -> rx.Component:
    return segments(
        *(
            segment(
                word, chosen=BookingsState.address.view == view, on_click=BookingsState.choose("view", view)
            )
            for view, word in _VIEWS.items()
        ),
        label="View",
    )


def _export() -> rx.Component:
    return rx.cond(
        BookingsState.address.view == "list",
        button("Export CSV", mark="download", class_name="desk-only", on_click=BookingsState.export),
    )


def _new() -> rx.Component:
    return rx.cond(
        Screen.permissions.contains("bookings.edit"),  # type: ignore[attr-defined]
        button(
            rx.el.span("New booking"),
            mark="calendar-plus",
            class_name="new-booking",
            on_click=BookingFormState.open_new,
        ),
    )


def _failing() -> rx.Component:
    return rx.el.div(
        problem(
            "The bookings could not be read. Nothing is lost: they are where they were.",
            rx.el.div(button("Try again", on_click=BookingsState.load)),
        ),
        class_name="sheet-body padded",
    )


def _content() -> rx.Component:
    return rx.cond(
        BookingsState.address.view == "list",
        rx.fragment(filter_bar(), rx.el.div(listed(), beside(), class_name="week-and-detail")),
        rx.cond(BookingsState.people.length() > 0, _around_the_calendar(), _nobody()),  # type: ignore[attr-defined]
    )


def _around_the_calendar() -> rx.Component:
    return rx.fragment(
        rx.cond(BookingsState.address.view == "week", _practitioners()),
        _day_picker(),
        rx.el.div(_calendar(), beside(), class_name="week-and-detail"),
    )


def _nobody() -> rx.Component:
    return body(
        empty(
            "Nobody can be booked yet",
            "As soon as this clinic has a practitioner with working hours, their week is shown here.",
            mark="calendar",
        )
    )


def _practitioners() -> rx.Component:
    return rx.el.div(
        _practitioner("", "Everyone", "∗", "The whole clinic"),
        rx.foreach(BookingsState.people, lambda one: _practitioner(one[0], one[1], one[2], one[3])),
        class_name="practitioners",
        role="group",
        custom_attrs={"aria-label": "Practitioners"},
    )


def _practitioner(key: Any, name: Any, initials: Any, specialty: Any) -> rx.Component:
    return rx.el.button(
        avatar(initials, large=True),
        rx.el.span(
            rx.el.span(name, class_name="strong cut"),
            rx.el.span(specialty, class_name="explains dim cut"),
            class_name="stack-tight",
        ),
        type="button",
        on_click=BookingsState.choose_practitioner(key),
        custom_attrs={"aria-pressed": rx.cond(BookingsState.address.who == key, "true", "false")},
    )


def _day_picker() -> rx.Component:
    """Phones show one column at a time."""
    return rx.el.div(
        rx.foreach(
            BookingsState.calendar.columns,
            lambda column: rx.el.button(
                column.weekday,
                rx.el.b(column.number),
                type="button",
                on_click=BookingsState.show_column(column.key),
                custom_attrs={
                    "aria-current": rx.cond(column.key == BookingsState.shown, "true", rx.Var("undefined"))
                },
            ),
        ),
        class_name=rx.cond(BookingsState.address.view == "day", "day-picker people", "day-picker"),
        role="group",
        custom_attrs={"aria-label": "What is shown"},
    )


def _calendar() -> rx.Component:
    shown = BookingsState.calendar
    return week(
        corner(),
        rx.foreach(shown.columns, _head),
        hour_marks(shown.marks),
        rx.foreach(shown.columns, _column),
        hours=shown.hours,
        days=shown.days,
        label="Calendar, " + BookingsState.heading,
    )


def _head(column: Column) -> rx.Component:
    return day_head(
        column.number,
        column.weekday,
        column.end,
        is_today=column.is_today,
        is_shown=column.key == BookingsState.shown,
    )


def _column(column: Column) -> rx.Component:
    return day_column(
        rx.foreach(column.closed, _closed),
        rx.foreach(column.placed, _placed),
        rx.cond(column.now >= 0, now_line(column.now)),
        is_shown=column.key == BookingsState.shown,
    )


def _closed(one: Closed) -> rx.Component:
    return closed(one.words, start=one.start, minutes=one.minutes, is_blocked=one.is_blocked)


def _placed(one: Placed) -> rx.Component:
    return booking(
        one.name,
        one.what,
        start=one.start,
        minutes=one.minutes,
        kind=one.kind,
        by_receptionist=one.by_receptionist,
        chosen=BookingsState.detail.id == one.id,
        lane=one.lane,
        lanes=one.lanes,
        span=one.span,
        title=one.hint,
        on_click=BookingsState.select(one.id),
    )


PAGES = [
    Page(
        route="/bookings",
        title="Bookings",
        content=bookings,
        on_load=[BookingsState.load, BookingsState.follow],
    )
]
