"""The calendar: whose it is, a column per day or per person, and on a phone one of them at a time."""

from typing import Any

import reflex as rx

from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.bookings.ui.calendar_view import Closed, Column, Placed
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


def practitioners() -> rx.Component:
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


def day_picker() -> rx.Component:
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


def calendar_grid() -> rx.Component:
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
