"""The part of an agent's page where one talks to the draft as a caller would."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.trials.ui.kept_form_state import KeptTestFormState
from voxanne_app.trials.ui.phone_panel import phoning
from voxanne_app.trials.ui.try_lines import being_answered, line_of, words_field
from voxanne_app.trials.ui.try_state import TryState
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.feedback import empty, problem, waiting
from voxanne_app.ui.session import Screen

_SHOWN = TryState.conversation


def trying() -> rx.Component:
    return rx.cond(
        Screen.permissions.contains("agents.edit"),  # type: ignore[attr-defined]
        rx.el.section(_head(), _setting(), _conversation(), phoning(), class_name="stack-wide trying"),
        empty("Not for you to try", "Whoever may change agents may also try them out.", mark="bot"),
    )


def _head() -> rx.Component:
    return rx.el.header(
        rx.el.h2("Try it"),
        rx.el.p(
            "Talk to the draft as a caller would; where there is none, what is published answers. The real "
            "tools work in the clinic’s own calendar, and nothing is booked, passed on or recorded for real. "
            "Make patients up: the voice platform reads along.",
            class_name="dim",
        ),
        rx.cond(
            EditorState.is_changed,
            waiting("What you typed is not saved yet: the draft answers as it was last saved."),
        ),
    )


def _setting() -> rx.Component:
    return rx.el.form(
        labelled(
            "As if it were",
            rx.el.input(
                name="at", type="datetime-local", default_value=_SHOWN.at, key="at" + _SHOWN.at, max_length=16
            ),
            problem=TryState.wrong_at,
        ),
        labelled(
            "Calling from",
            rx.el.input(
                name="number",
                type="tel",
                placeholder="Withheld",
                default_value=_SHOWN.number,
                key="number" + _SHOWN.number,
                max_length=40,
                auto_complete="off",
            ),
            problem=TryState.wrong_number,
        ),
        button("Start over", mark="rotate-ccw", type="submit"),
        on_submit=TryState.start_over,
        class_name="fields setting",
    )


def _conversation() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.cond(
                TryState.has_begun,
                rx.el.div(
                    rx.el.p(_SHOWN.setting, class_name="dim about"),
                    rx.foreach(_SHOWN.lines, line_of),
                    rx.cond(_SHOWN.is_answering, being_answered()),
                    class_name="lines",
                ),
                empty("Nobody has called yet", "Say something, as a caller would.", mark="phone"),
            ),
            class_name="talk",
            role="log",
            tab_index=0,
            custom_attrs={"aria-label": "Conversation"},
        ),
        _trouble(),
        rx.cond(TryState.taken_up < 0, _composer()),
        rx.cond(_SHOWN.cost != "", rx.el.p(_SHOWN.cost, class_name="dimmer cost")),
        rx.cond((_SHOWN.turns > 1) & ~_SHOWN.is_answering, _keeping()),
        class_name="panel",
    )


def _trouble() -> rx.Component:
    return rx.fragment(
        rx.cond(TryState.refusal != "", rx.el.div(problem(TryState.refusal), class_name="told")),
        rx.cond(_SHOWN.trouble != "", rx.el.div(problem(_SHOWN.trouble), class_name="told")),
    )


def _composer() -> rx.Component:
    unsent: Any = rx.cond(_SHOWN.is_answering, "", _SHOWN.asked)
    return rx.el.form(
        rx.el.label(
            rx.el.span("What the caller says", class_name="spoken"),
            words_field(unsent, auto_focus=TryState.asking_number > 0),
        ),
        button("Say it", kind="primary", type="submit", disabled=_SHOWN.is_answering),
        on_submit=TryState.send,
        class_name="composer",
        key=TryState.asking_number.to_string() + unsent,  # type: ignore[attr-defined]
    )


def _keeping() -> rx.Component:
    return rx.el.div(
        button("Keep as a test", mark="plus", small=True, on_click=KeptTestFormState.keep_conversation),
        rx.el.span("It runs before each publish.", class_name="dim"),
        class_name="row told",
    )
