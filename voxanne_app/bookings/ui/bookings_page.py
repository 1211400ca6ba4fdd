"""Bookings: what the week looks like."""

import reflex as rx

from voxanne_app.bookings.ui.booking_detail import beside
from voxanne_app.bookings.ui.booking_form import booking_form
from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.bookings.ui.booking_list import filter_bar, listed
from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.bookings.ui.calendar_grid import calendar_grid, day_picker, practitioners
from voxanne_app.ui.components.controls import button, segment, segments
from voxanne_app.ui.components.feedback import empty, problem, skeleton_rows
from voxanne_app.ui.components.marks import spoken
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
        rx.cond(BookingsState.address.view == "week", practitioners()),
        day_picker(),
        rx.el.div(calendar_grid(), beside(), class_name="week-and-detail"),
    )


def _nobody() -> rx.Component:
    return body(
        empty(
            "Nobody can be booked yet",
            "As soon as this clinic has a practitioner with working hours, their week is shown here.",
            mark="calendar",
        )
    )


PAGES = [
    Page(
        route="/bookings",
        title="Bookings",
        content=bookings,
        on_load=[BookingsState.load, BookingsState.follow],
    )
]
