"""The editor's fields: what is typed goes to the server after the last key, what is wrong comes back."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.ui.components.controls import labelled
from voxanne_app.ui.components.marks import Text
from voxanne_app.ui.session import Screen

TYPED, WRONG = EditorState.typed, EditorState.problems
MAY_EDIT = Screen.permissions.contains("agents.edit")  # type: ignore[attr-defined]
PAUSE = 300  # milliseconds after the last key


def panel(title: str, hint: Text | rx.Component, *content: Any) -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2(title), rx.el.p(hint, class_name="dim")), *content, class_name="stack-wide"
    )


def line(name: str, words: str, value: Any, *, wrong: Any = None, **props: Any) -> rx.Component:
    problem = WRONG[name] if wrong is None else wrong
    field = rx.el.input(
        default_value=value,
        on_change=lambda typed: EditorState.change(name, typed).debounce(PAUSE),
        read_only=rx.cond(MAY_EDIT, False, True),
        auto_complete="off",
        custom_attrs={"aria-invalid": rx.cond(problem, "true", "false"), **_attributes(props)},
    )
    return labelled(words, field, problem=problem)


def area(name: str, words: str, value: Any, *, rows: int, wrong: Any = None) -> rx.Component:
    problem = WRONG[name] if wrong is None else wrong
    return rx.el.label(
        rx.el.span(words),
        rx.el.textarea(
            default_value=value,
            on_change=lambda typed: EditorState.change(name, typed).debounce(PAUSE),
            read_only=rx.cond(MAY_EDIT, False, True),
            rows=str(rows),
            class_name="area",
            custom_attrs={"aria-invalid": rx.cond(problem, "true", "false"), "spellCheck": "true"},
        ),
        rx.cond(problem, rx.el.span(problem, class_name="problem", role="alert")),
        class_name="labelled",
    )


def choice(name: str, words: str, value: Any, options: dict[str, str], *, wrong: Any = None) -> rx.Component:
    select = rx.el.select(
        *(rx.el.option(label, value=key) for key, label in options.items()),
        value=value,
        on_change=lambda chosen: EditorState.change(name, chosen),
        disabled=rx.cond(MAY_EDIT, False, True),
    )
    return labelled(words, select, problem=WRONG[name] if wrong is None else wrong)


def switch(name: str, words: str, value: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=value,
            on_change=lambda is_on: EditorState.change(name, is_on),
            disabled=rx.cond(MAY_EDIT, False, True),
        ),
        words,
        class_name="row",
    )


def _attributes(props: dict[str, Any]) -> dict[str, Any]:
    return {"inputMode" if name == "inputmode" else name: value for name, value in props.items()}
