"""The first steps of a new clinic, above what waits."""

import reflex as rx

from voxanne_app.today.ui.first_steps_state import FirstStepsState, StepLine
from voxanne_app.ui.components.controls import button, link_button
from voxanne_app.ui.components.lists import section
from voxanne_app.ui.components.marks import icon


def first_steps() -> rx.Component:
    return rx.cond(
        FirstStepsState.steps.length() > 0,  # type: ignore[attr-defined]
        section(
            "First steps",
            rx.el.ul(rx.foreach(FirstStepsState.steps, _step), class_name="panel first-steps"),
            end=button("Put away", kind="ghost", small=True, on_click=FirstStepsState.put_away),
            class_name="first",
        ),
    )


def _step(step: StepLine) -> rx.Component:
    return rx.el.li(
        rx.cond(
            step.is_done,
            icon("circle-check", tone="good", label="Done"),
            icon("circle", label="To do"),
        ),
        rx.el.div(
            rx.el.div(step.title, class_name=rx.cond(step.is_done, "dim", "strong")),
            rx.cond(step.is_done, rx.fragment(), rx.el.div(step.why, class_name="explains dim")),
            class_name="grow",
        ),
        rx.cond(step.is_done, rx.fragment(), link_button(step.act, href=step.href, small=True)),
        class_name="row",
    )
