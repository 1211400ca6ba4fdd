"""The conversation that tries an agent out: turns, tools in their place, and what is being answered."""

from typing import Any

import reflex as rx

from voxanne_app.trials.trying import LONGEST_WORDS
from voxanne_app.trials.ui.try_state import TryState
from voxanne_app.trials.ui.try_view import TryLine
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.conversation import tool_call
from voxanne_app.ui.components.marks import icon, live_state

_SHOWN = TryState.conversation


def line_of(line: TryLine) -> rx.Component:
    return rx.cond(
        line.tool != "",
        _tool(line),
        rx.cond((TryState.taken_up == line.place) & ~line.is_agent, _changing(line), _turn(line)),
    )


def _turn(line: TryLine) -> rx.Component:
    return rx.el.div(
        rx.el.span(rx.cond(line.is_agent, "Agent", "Caller"), class_name="speaker"),
        rx.el.div(
            rx.el.p(line.words),
            rx.foreach(
                line.broken,
                lambda sentence: rx.el.p(icon("triangle-alert", tone="bad"), sentence, class_name="broken"),
            ),
        ),
        rx.cond(
            line.is_agent | _SHOWN.is_answering,
            None,
            button(
                mark="pencil",
                kind="ghost",
                small=True,
                label="Say something else here",
                on_click=TryState.take_up(line.place),
            ),
        ),
        class_name=rx.cond(line.is_agent, "turn agent", "turn"),
        key=line.key,
    )


def _changing(line: TryLine) -> rx.Component:
    return rx.el.form(
        rx.el.label(rx.el.span("Caller", class_name="speaker"), words_field(line.words, auto_focus=True)),
        rx.el.div(
            button("Say this instead", kind="primary", small=True, type="submit"),
            button("Leave it", kind="ghost", small=True, on_click=TryState.take_up(line.place)),
            rx.el.span("What came after it goes.", class_name="dim"),
            class_name="row",
        ),
        on_submit=TryState.send,
        class_name="changing",
        key=line.key + "-changing",
    )


def _tool(line: TryLine) -> rx.Component:
    return tool_call(
        line.tool,
        line.tool_words,
        arguments=line.arguments,
        result=line.result,
        took=line.took,
        tone=line.tone,
    )


def being_answered() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.span("Caller", class_name="speaker"), rx.el.div(rx.el.p(_SHOWN.asked)), class_name="turn"
        ),
        rx.foreach(_SHOWN.used, _tool),
        rx.el.div(
            rx.el.span("Agent", class_name="speaker"),
            rx.el.div(
                live_state("The agent is answering"),
                button("Stop waiting", kind="ghost", small=True, on_click=TryState.stop_waiting),
                class_name="row",
            ),
            class_name="turn agent",
            role="status",
        ),
    )


def words_field(words: Any, **props: Any) -> rx.Component:
    return rx.el.span(
        rx.el.input(
            name="words",
            default_value=words,
            placeholder="I would like to book a check-up",
            max_length=LONGEST_WORDS,
            auto_complete="off",
            required=True,
            **props,
        ),
        class_name="field",
    )
