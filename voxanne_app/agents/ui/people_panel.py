"""To whom callers may be put through, and when people must hear of a call."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.editor_fields import MAY_EDIT, PAUSE, TYPED, WRONG, area, line, panel, switch
from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.ui.components.controls import button, labelled


def people() -> rx.Component:
    return panel(
        "People",
        "To whom callers may be put through, and when people must hear of a call.",
        rx.el.ol(rx.foreach(EditorState.people, _person), class_name="destinations"),
        rx.cond(
            MAY_EDIT,
            rx.el.div(
                button(
                    "Add a person or desk",
                    mark="plus",
                    kind="ghost",
                    small=True,
                    on_click=EditorState.add_person,
                )
            ),
        ),
        rx.el.h3("Pass a call on to people"),
        switch("asks_for_person", "When the caller asks for a person", TYPED.asks_for_person),
        switch("is_unhappy", "When the caller is unhappy", TYPED.is_unhappy),
        rx.el.div(
            line(
                "misunderstandings",
                "After so many misunderstandings in a row (0: never)",
                TYPED.misunderstandings,
                wrong=WRONG["escalation.misunderstandings"],
                inputmode="numeric",
            ),
            class_name="fields",
        ),
        area(
            "urgent_words",
            "At once, when the caller says one of these (one on each line)",
            TYPED.urgent_words,
            rows=6,
            wrong=WRONG["escalation.urgent_words"],
        ),
    )


def _person(one: Any, position: Any) -> rx.Component:
    def field(name: str, words: str, value: Any, **props: Any) -> rx.Component:
        return labelled(
            words,
            rx.el.input(
                default_value=value,
                on_change=lambda typed: EditorState.change_person(position, name, typed).debounce(PAUSE),
                read_only=rx.cond(MAY_EDIT, False, True),
                **props,
            ),
            problem=WRONG["destinations." + position.to_string() + "." + name]
            if name != "occasion"
            else None,
        )

    return rx.el.li(
        field("name", "Who", one.name),
        field("number", "Phone", one.number, type="tel"),
        field("occasion", "When", one.occasion, placeholder="Questions about bills"),
        rx.cond(
            MAY_EDIT,
            button(mark="x", kind="ghost", label="Remove", on_click=EditorState.remove_person(position)),
        ),
    )
