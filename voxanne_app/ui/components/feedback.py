"""What a screen says when there is nothing to show yet, nothing at all, or something went wrong."""

from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary

from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.marks import Text, icon, tile


def skeleton_rows(number: int = 6) -> rx.Component:
    """Where rows are about to be."""
    return rx.el.div(
        *(rx.el.span(class_name="skeleton") for _ in range(number)),
        rx.el.span("Loading", class_name="spoken"),
        class_name="skeleton-rows",
        role="status",
    )


def empty(title: Text, advice: Text, *acts: rx.Component, mark: str = "circle-dashed") -> rx.Component:
    """Nothing there: says so, and what to do next."""
    return rx.el.div(tile(mark), rx.el.b(title), rx.el.p(advice), *acts, class_name="empty")


def problem(sentence: Text, *acts: rx.Component) -> rx.Component:
    """What happened, whether anything was lost, what to do."""
    return rx.el.div(
        icon("triangle-alert", ""),
        rx.el.div(rx.el.p(sentence), *acts, class_name="grow stack"),
        class_name="callout bad",
        role="alert",
    )


def waiting(sentence: Text, *acts: rx.Component) -> rx.Component:
    """Something is not as it should be, and nothing is broken."""
    return rx.el.div(
        icon("circle-alert", ""),
        rx.el.div(rx.el.p(sentence), *acts, class_name="grow stack"),
        class_name="callout waits",
    )


def notices(notice: Any, on_dismiss: Any) -> rx.Component:
    """The corner where `Screen.say` is heard. Always there: screen readers announce what changes in it."""
    return rx.el.div(
        rx.cond(
            notice.text != "",
            rx.el.div(
                icon(rx.cond(notice.tone == "bad", "triangle-alert", "circle-check")),
                rx.el.p(notice.text),
                button(mark="x", kind="ghost", small=True, label="Dismiss", on_click=on_dismiss),
                class_name=rx.Var.create("notice ") + notice.tone,
                key=notice.number.to_string(),
            ),
        ),
        class_name="notices",
        role="status",
        custom_attrs={"aria-live": "polite"},
    )


def nowhere() -> rx.Component:
    """For whoever is in and follows an address that leads to nothing."""
    return rx.el.main(
        rx.el.div(
            empty(
                "There is nothing at this address",
                "It may be mistyped, or what was here is gone.",
                rx.el.a("Go to Today", href="/", reload_document=True, class_name="button outline"),
                mark="search",
            ),
            class_name="panel",
        ),
        class_name="nowhere",
    )


def broken_page() -> rx.Component:
    """Around every page: what is seen when its drawing fails in the browser, instead of a trace."""
    sentence = "This page could not be drawn. Nothing was lost: load it again, or go back to Today."
    shown = rx.el.main(
        problem(sentence, rx.el.a("Go to Today", href="/", reload_document=True, class_name="link")),
        class_name="sheet-body padded",
    )
    return ErrorBoundary.create(fallback_render=shown)
