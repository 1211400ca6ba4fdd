"""What would be published, to be looked at before anybody hears it: every line, every setting."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.review_state import SHARES, ReviewState
from voxanne_app.trials.ui.checks_panel import checks
from voxanne_app.ui.components.controls import button, select_field
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import problem, waiting


def review() -> rx.Component:
    shown = ReviewState.review
    return modal(
        "review",
        rx.cond(ReviewState.refusal != "", problem(ReviewState.refusal)),
        rx.cond(
            shown.obstacles.length() > 0,  # type: ignore[attr-defined]
            waiting(
                "This has to be put right first:",
                rx.el.ul(rx.foreach(shown.obstacles, rx.el.li)),
            ),
        ),
        rx.cond(shown.is_same, waiting("Nothing would change for callers.")),
        _settings(),
        checks(),
        select_field(
            *SHARES.items(), label="Who meets it", value=ReviewState.share, on_change=ReviewState.choose_share
        ),
        rx.el.h3(shown.summary),
        diff(shown.lines, "The prompt, line by line"),
        is_open=ReviewState.is_open,
        on_close=ReviewState.close_review,
        title="Review version " + shown.number.to_string(),  # type: ignore[attr-defined]
        acts=[
            button(
                "Publish version " + shown.number.to_string(),  # type: ignore[attr-defined]
                kind="primary",
                on_click=ReviewState.publish,
                disabled=(shown.obstacles.length() > 0)  # type: ignore[attr-defined]
                | ~(ReviewState.checks.all_pass | ReviewState.despite_checks),
            )
        ],
    )


def _settings() -> rx.Component:
    shown = ReviewState.review
    return rx.el.dl(
        rx.el.dt("What callers hear first"),
        rx.el.dd(
            rx.cond(shown.greeting_before != "", rx.el.del_(shown.greeting_before)),
            rx.el.span(shown.greeting),
            class_name="texts",
        ),
        rx.el.dt("Recording"),
        rx.el.dd(shown.recording),
        rx.foreach(shown.changes, _change),
        class_name="drift",
    )


def _change(one: Any) -> rx.Component:
    return rx.fragment(
        rx.el.dt(one.what), rx.el.dd(rx.el.del_(one.before), rx.el.span(one.after), class_name="texts")
    )


def diff(lines: Any, label: str) -> rx.Component:
    return rx.el.div(
        rx.el.ol(rx.foreach(lines, _line)),
        class_name="diff",
        tab_index=0,
        role="group",
        custom_attrs={"aria-label": label},
    )


def _line(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(one.number, class_name="number"),
        rx.el.span(one.sign, class_name="sign"),
        rx.el.span(one.words, class_name="words"),
        class_name=one.mark,
    )
