"""One call: what was said and done."""

import reflex as rx

from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page


def call() -> rx.Component:
    nothing = empty("This call does not exist", "It may have been deleted.", mark="phone")
    return sheet(body(rx.cond(CallState.is_loaded, nothing, skeleton_rows())), title="Call")


PAGES = [
    Page(route="/calls/[call_id]", title="Call", content=call, on_load=[CallState.load], current="/calls")
]
