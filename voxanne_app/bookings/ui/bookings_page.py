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
from voxanne_app.ui.components.feedback import skeleton_rows
from voxanne_app.ui.components.marks import avatar
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
        rx.cond(state.is_loaded, _content(), body(skeleton_rows(12))),
        booking_form(),
        title="Bookings",
        aside=rx.el.span(state.heading, rx.el.span(" · ", Screen.person.zone_name, class_name="desk-only")),
        acts=[
            _steps(),
            segments(
                *(
                    segment(
                        word,
                        chosen=state.address.view == view,
                        on_click=BookingsState.choose("view", view),
                    )
                    for view, word in _VIEWS.items()
                ),
                label="View",
            ),
            rx.cond(
                Screen.permissions.contains("bookings.edit"),  # type: ignore[attr-defined]
                button("New booking", mark="calendar-plus", on_click=BookingFormState.open_new),
            ),
        ],
    )


def _steps() -> rx.Component:
    span = rx.cond(BookingsState.address.view == "week", "week", "day")
    return rx.el.span(
        button(
            mark="chevron-left",
            kind="ghost",
            small=True,
            label=span + " before",
            on_click=BookingsState.go_on(-1),
        ),
        button("Today", small=True, on_click=BookingsState.go_on(0)),
        button(
            mark="chevron-right",
            kind="ghost",
            small=True,
            label="Next " + span,
            on_click=BookingsState.go_on(1),
        ),
        class_name="row",
    )


def _content() -> rx.Component:
    return rx.cond(
        BookingsState.address.view == "list",
        rx.fragment(filter_bar(), rx.el.div(listed(), beside(), class_name="week-and-detail")),
        rx.fragment(
            rx.cond(BookingsState.address.view == "week", _practitioners()),
            _day_picker(),
            rx.el.div(_calendar(), beside(), class_name="week-and-detail"),
        ),
    )


def _practitioners() -> rx.Component:
    return rx.el.div(
        _practitioner("", "Everyone", "∗", "All side by side"),
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
        class_name="day-picker",
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
        label="Calendar",
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
