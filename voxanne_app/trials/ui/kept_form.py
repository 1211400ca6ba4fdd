"""The form of a test: what the caller says, as if it were when, and what is expected of the agent.

Fields are told when they are left, which is before any button is pressed: nothing that was typed is missed.
"""

from typing import Any

import reflex as rx

from voxanne_app.trials.as_if import WEEKDAYS
from voxanne_app.trials.expectations import KINDS
from voxanne_app.trials.ui.kept_form_state import KeptTestFormState
from voxanne_app.trials.ui.kept_typed import NUMBERS
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.feedback import problem

_TYPED = KeptTestFormState.typed_test


def form() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2(rx.cond(KeptTestFormState.written == "new", "New test", "Change the test")),
            rx.el.p(
                "The caller says these lines one after the other, whatever is answered. Take out names of "
                "patients that are not needed: the voice platform is given these lines with each run.",
                class_name="dim",
            ),
        ),
        rx.cond(KeptTestFormState.refusal != "", problem(KeptTestFormState.refusal)),
        rx.el.div(
            labelled("Name", _input("name", _TYPED.name)),
            _lines(),
            _occasion(),
            rx.el.h3("What is expected"),
            rx.el.ol(
                rx.foreach(KeptTestFormState.expected, _expectation),
                class_name="expected",
                key=KeptTestFormState.drawn.to_string(),  # type: ignore[attr-defined]
            ),
            class_name="stack-wide kept-form",
        ),
        _more(),
        rx.el.div(
            button("Keep the test", kind="primary", on_click=KeptTestFormState.save_test),
            button("Close", kind="ghost", on_click=KeptTestFormState.close_form),
            class_name="row",
            custom_attrs={"data-unsaved": "What you typed is not kept. Leave all the same?"},
        ),
        class_name="stack-wide",
    )


def _more() -> rx.Component:
    more = KeptTestFormState.add_expected
    return rx.fragment(
        rx.el.div(button("Expect something more", mark="plus", kind="ghost", small=True, on_click=more)),
        rx.el.p(
            "Deeds are expected in this order; others may come between. Words are found whatever their "
            "capitals, from the beginning of a word.",
            class_name="explains dim",
        ),
    )


def _input(name: str, value: Any, **props: Any) -> rx.Component:
    return rx.el.input(
        default_value=value,
        on_blur=lambda typed: KeptTestFormState.type_test(name, typed),
        auto_complete="off",
        **props,
    )


def _choose(name: str, value: Any, options: list[tuple[str, str]]) -> rx.Component:
    return rx.el.select(
        *(rx.el.option(words, value=key) for key, words in options),
        value=value,
        on_change=lambda chosen: KeptTestFormState.type_test(name, chosen),
    )


def _lines() -> rx.Component:
    return rx.el.label(
        rx.el.span("What the caller says, one line for each time"),
        rx.el.textarea(
            default_value=_TYPED.lines,
            on_blur=lambda typed: KeptTestFormState.type_test("lines", typed),
            rows="8",
            class_name="area",
            placeholder="I would like to book a check-up, please.\nThe first one. My name is Ada Sorel.",
        ),
        class_name="labelled",
    )


def _occasion() -> rx.Component:
    weekdays = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
    return rx.el.div(
        labelled("As if it were", _choose("weekday", _TYPED.weekday, weekdays)),
        labelled("At", _input("clock", _TYPED.clock, type="time")),
        labelled("The caller’s number", _choose("number", _TYPED.number, list(NUMBERS.items()))),
        class_name="occasion",
    )


def _expectation(one: Any, position: Any) -> rx.Component:
    place = (position + 1).to_string()
    return rx.el.li(
        rx.el.label(
            rx.el.span("Expectation ", place, class_name="spoken"),
            rx.el.select(
                *(rx.el.option(words, value=kind) for kind, words in KINDS.items()),
                value=one.kind,
                on_change=lambda kind: KeptTestFormState.choose_kind(position, kind),
            ),
            class_name="field",
        ),
        rx.cond(
            one.takes != "",
            rx.el.label(
                rx.el.span("With, in expectation ", place, class_name="spoken"),
                rx.el.input(
                    default_value=one.said,
                    on_blur=lambda said: KeptTestFormState.type_expected(position, said),
                    placeholder=rx.cond(
                        one.takes == "words", "Which words", "With: service: Check-up (optional)"
                    ),
                    auto_complete="off",
                ),
                class_name="field",
            ),
            rx.el.span(),
        ),
        button(
            mark="x",
            kind="ghost",
            label="Remove this expectation",
            on_click=KeptTestFormState.remove_expected(position),
        ),
    )
