"""Today, the first screen of the clinic."""

import reflex as rx

from voxanne_app.today.ui.today_state import TodayState
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen


def today() -> rx.Component:
    nothing = empty("Nothing waits for you", "What needs somebody appears here by itself.", mark="sun")
    return sheet(
        body(rx.cond(TodayState.is_loaded, nothing, skeleton_rows())),
        title="Today",
        aside=Screen.person.zone_name,
    )


PAGES = [Page(route="/", title="Today", content=today, on_load=[TodayState.load])]
