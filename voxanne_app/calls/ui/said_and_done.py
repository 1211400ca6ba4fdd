"""Said and done: each promise of the agent's with what came of it, each deed with what the caller said."""

import reflex as rx

from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.calls.ui.said_lines import SaidLine
from voxanne_app.ui.components.controls import in_app_link
from voxanne_app.ui.components.marks import state


def said_and_done() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Said and done"),
        rx.el.div(rx.foreach(CallState.call.said, _line), class_name="stack"),
        class_name="block",
    )


def _line(line: SaidLine) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(line.what, class_name="grow"),
            state(line.verdict, tone=line.tone, mark=line.mark),
            class_name="row",
        ),
        rx.cond(line.more != "", rx.el.p(line.more, class_name="dim")),
        rx.el.div(
            rx.cond(
                line.position >= 0,
                rx.el.button(
                    "Show the line",
                    type="button",
                    class_name="link",
                    on_click=CallState.go_to(line.position),
                ),
            ),
            rx.cond(line.href != "", in_app_link("Open the booking", href=line.href, class_name="link")),
            class_name="row",
        ),
        class_name="card",
        key=line.key,
    )
