"""What was changed at the voice platform itself, and the two ways to settle it."""

import reflex as rx

from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.ui.review_state import ReviewState
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.feedback import waiting
from voxanne_app.ui.session import Screen


def drift() -> rx.Component:
    return waiting(
        "Somebody changed this agent at the voice platform itself. Found "
        + EditorState.shown.drift_found
        + ".",
        rx.el.dl(
            rx.foreach(
                EditorState.drift,
                lambda one: rx.fragment(
                    rx.el.dt(one.place),
                    rx.el.dd(rx.el.del_(one.ours), rx.el.ins(one.theirs), class_name="texts"),
                ),
            ),
            class_name="drift",
        ),
        rx.el.div(
            rx.cond(
                Screen.permissions.contains("agents.publish"),  # type: ignore[attr-defined]
                button("Put ours back", small=True, on_click=ReviewState.put_ours_back),
            ),
            rx.cond(
                Screen.permissions.contains("agents.edit"),  # type: ignore[attr-defined]
                button("Take over into the draft", small=True, kind="ghost", on_click=ReviewState.take_over),
            ),
            class_name="row",
        ),
    )
