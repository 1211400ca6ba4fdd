"""What was said and done on the phone: turns, tool calls in their place, cost by component."""

from typing import Any

import reflex as rx

from voxanne_app.ui.components.marks import Text, icon, inline_style


def turn(
    speaker: Text, words: Text, *, is_agent: Any, at: Text | None = None, still_speaking: Any = False
) -> rx.Component:
    """One turn. With `at` ("0:46") it is a line of a call's record, without it a line of a live card."""
    return rx.el.div(
        rx.el.time(at) if at is not None else None,
        rx.el.span(speaker, class_name="speaker"),
        rx.el.p(words, rx.cond(still_speaking, rx.el.span(class_name="caret"))),
        class_name=rx.cond(is_agent, "turn agent", "turn"),
    )


def tool_call(
    name: Text,
    summary: Text,
    *,
    arguments: Any,
    result: Text,
    took: Text,
    tone: Any = "good",
    is_open: Any = False,
    time: Text = "",
) -> rx.Component:
    """What the receptionist looked up or did. `arguments` is a Var of pairs (name, value); `time` is a line
    about how long it took.
    """
    return rx.el.details(
        rx.el.summary(
            rx.match(
                tone,
                ("bad", icon("triangle-alert", tone="bad", label="Failed")),
                ("waits", icon("ban", tone="waits", label="Could not be done")),
                icon("check", tone="good", label="Done"),
            ),
            rx.el.span(name, class_name="function"),
            rx.el.span(summary, class_name="explains dim cut desk-only"),
            rx.el.span(took, class_name="took"),
            icon("chevron-down"),
        ),
        rx.el.dl(
            rx.el.dt("Arguments"),
            rx.el.dd(rx.foreach(arguments, _argument)),
            rx.el.dt("Result"),
            rx.el.dd(result),
            rx.cond(time != "", rx.el.dt("Time")),
            rx.cond(time != "", rx.el.dd(time)),
        ),
        class_name="tool",
        open=is_open,
    )


def _argument(pair: Any) -> rx.Component:
    return rx.el.span(rx.el.span(pair[0], " "), pair[1], class_name="argument")


def step(words: Text, took: Text, *, mark: Text = "search") -> rx.Component:
    """A tool call in one line, for a call that is still on."""
    return rx.el.div(
        icon(mark),
        rx.el.span(words, class_name="grow cut"),
        rx.el.span(took, class_name="nowrap"),
        class_name="step",
    )


def waterfall(parts: Any, total: Text) -> rx.Component:
    """Cost by component. `parts`: a Var of objects with `name`, `amount`, `used`, `is_odd`, and
    `start`, `width` (`12.5%`)."""
    return rx.el.div(
        rx.foreach(parts, _bar),
        rx.el.span("Total", class_name="strong"),
        rx.el.span(rx.el.i(class_name="total"), class_name="lane"),
        rx.el.span(total, class_name="number strong"),
        class_name="waterfall",
    )


def _bar(part: Any) -> rx.Component:
    return rx.fragment(
        rx.el.span(part.name, title=part.used, class_name=rx.cond(part.is_odd, "odd", "dim")),
        rx.el.span(
            rx.el.i(custom_attrs=inline_style({"marginLeft": part.start, "width": part.width})),
            class_name="lane",
        ),
        rx.el.span(part.amount, class_name="number"),
    )
