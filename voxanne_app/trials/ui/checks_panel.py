"""In a review: how many of the agent's tests pass what is about to be published, and which do not."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.review_state import ReviewState
from voxanne_app.ui.components.controls import button, in_app_link
from voxanne_app.ui.components.feedback import waiting
from voxanne_app.ui.components.marks import badge, live_state, state


def checks() -> rx.Component:
    shown = ReviewState.checks
    return rx.cond(
        shown.total > 0,
        rx.el.section(
            _head(),
            rx.cond(
                shown.not_passing.length() > 0,  # type: ignore[attr-defined]
                rx.el.ul(rx.foreach(shown.not_passing, _not_passing), class_name="test-checks panel"),
            ),
            rx.cond(ReviewState.held_back != "", waiting(ReviewState.held_back)),
            rx.cond(
                ~shown.all_pass,
                rx.el.label(
                    rx.el.input(
                        type="checkbox", checked=ReviewState.despite_checks, on_change=ReviewState.mean_it
                    ),
                    shown.yes,
                    class_name="row",
                ),
            ),
            class_name="stack",
        ),
    )


def _head() -> rx.Component:
    shown = ReviewState.checks
    return rx.el.div(
        rx.el.h3("Tests"),
        rx.cond(
            shown.all_pass,
            state(shown.words, tone="good", mark="circle-check"),
            rx.cond(
                shown.progress != "",
                live_state(shown.progress),
                state(shown.words, tone="bad", mark="triangle-alert"),
            ),
        ),
        rx.cond(
            (shown.progress == "") & (shown.not_passing.length() > 0),  # type: ignore[attr-defined]
            button("Run them again", small=True, on_click=ReviewState.run_tests_again),
        ),
        class_name="row test-checks-head",
        role="status",
    )


def _not_passing(one: Any) -> rx.Component:
    return rx.el.li(
        rx.cond(
            one.fails,
            badge("Fails", tone="bad", mark="triangle-alert"),
            badge("No result", tone="waits", mark="circle-alert"),
        ),
        rx.el.div(
            in_app_link(one.name, href=one.href, class_name="link medium", on_click=ReviewState.close_review),
            rx.el.span(one.why, class_name="explains"),
            class_name="stack-tight grow",
        ),
        key=one.href,
    )
