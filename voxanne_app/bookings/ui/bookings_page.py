"""Bookings: what the week looks like."""

import reflex as rx

from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen


def bookings() -> rx.Component:
    nothing = empty(
        "Nothing is booked this week", "What callers book appears here by itself.", mark="calendar"
    )
    return sheet(
        body(rx.cond(BookingsState.is_loaded, nothing, skeleton_rows())),
        title="Bookings",
        aside=Screen.person.zone_name,
    )


PAGES = [Page(route="/bookings", title="Bookings", content=bookings, on_load=[BookingsState.load])]
