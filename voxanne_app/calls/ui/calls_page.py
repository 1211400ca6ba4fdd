"""Calls: who called, why, what came of it."""

import reflex as rx

from voxanne_app.calls.ui.calls_state import CallsState
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen


def calls() -> rx.Component:
    nothing = empty("No calls yet", "The first one appears here while it rings.", mark="phone")
    return sheet(
        body(rx.cond(CallsState.is_loaded, nothing, skeleton_rows())),
        title="Calls",
        aside=Screen.person.zone_name,
    )


PAGES = [Page(route="/calls", title="Calls", content=calls, on_load=[CallsState.load])]
