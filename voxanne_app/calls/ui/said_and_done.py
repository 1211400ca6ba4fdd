"""Said and done: each promise of the agent's with what came of it, each deed with what the caller said."""

import reflex as rx

from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.calls.ui.said_lines import SaidLine
from voxanne_app.ui.components.controls import in_app_link
from voxanne_app.ui.components.marks import icon


def said_and_done() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Said and done"),
        rx.el.ul(rx.foreach(CallState.call.said, _line), class_name="promises"),
        class_name="block",
    )


def _line(line: SaidLine) -> rx.Component:
    return rx.el.li(
        _mark(line),
        rx.el.p(line.what, class_name=rx.cond(line.is_deed, "deed", "said")),
        rx.el.p(line.verdict, class_name="done"),
        rx.cond(line.more != "", rx.el.p(line.more, class_name="more")),
        rx.cond((line.position >= 0) | (line.href != ""), _ways_on(line)),
        class_name=rx.cond(line.tone == "bad", "missed", ""),
        key=line.key,
    )


def _mark(line: SaidLine) -> rx.Component:
    """The verdict stands beside it in words."""
    return rx.match(
        line.tone,
        ("good", icon("circle-check", tone="good")),
        ("bad", icon("circle-x", tone="bad")),
        icon("circle"),
    )


def _ways_on(line: SaidLine) -> rx.Component:
    return rx.el.div(
        rx.cond(
            line.position >= 0,
            rx.el.button(
                "Show the line", type="button", class_name="link", on_click=CallState.go_to(line.position)
            ),
        ),
        rx.cond(line.href != "", in_app_link("Open the booking", href=line.href, class_name="link")),
        class_name="mend",
    )
