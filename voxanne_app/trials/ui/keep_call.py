"""The button on a call's screen that makes a test of it."""

import reflex as rx

from voxanne_app.trials.ui.keep_call_state import KeepCallState
from voxanne_app.ui.components.controls import button, link_button
from voxanne_app.ui.session import Screen


def keep_call() -> rx.Component:
    return rx.cond(
        KeepCallState.test_href != "",
        link_button("Its test", href=KeepCallState.test_href, mark="circle-check", small=True),
        rx.cond(
            Screen.permissions.contains("agents.edit"),  # type: ignore[attr-defined]
            button("Make a test of this call", mark="plus", small=True, on_click=KeepCallState.keep),
        ),
    )
