"""The versions that were published, with who and when, what differs, and the way back."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.review_panel import diff
from voxanne_app.agents.ui.versions_state import VersionsState
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.marks import badge, moment
from voxanne_app.ui.session import Screen


def versions() -> rx.Component:
    shown = VersionsState
    return rx.el.section(
        rx.el.header(
            rx.el.h2("Versions"),
            rx.el.p("What callers heard, and since when. A version never changes.", class_name="dim"),
        ),
        rx.cond(
            shown.rows.length() > 0,  # type: ignore[attr-defined]
            rx.el.ul(rx.foreach(shown.rows, _row), class_name="versions panel"),
            empty("Nothing published yet", "Review the draft and publish it.", mark="history"),
        ),
        rx.cond(
            (shown.page > 1) | shown.has_more,
            rx.el.div(
                button("Newer", small=True, on_click=VersionsState.turn(-1), disabled=shown.page == 1),
                button("Older", small=True, on_click=VersionsState.turn(1), disabled=~shown.has_more),
                class_name="row",
            ),
        ),
        class_name="stack-wide",
    )


def _row(one: Any) -> rx.Component:
    is_open = VersionsState.compared == one.number
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.span(
                    rx.el.b(one.title),
                    rx.cond(one.is_heard, badge("Callers hear it", tone="good", mark="check")),
                    rx.cond(one.tried != "", badge(one.tried, tone="live")),
                    class_name="row",
                ),
                rx.el.span(one.who, " · ", moment(one.published, one.exact), class_name="explains dim"),
                rx.el.span(one.summary, class_name="explains"),
                class_name="stack-tight grow",
            ),
            _acts(one, is_open),
            class_name="row",
        ),
        rx.cond(is_open, diff(VersionsState.difference, "From this version to what callers hear")),
        key=one.number.to_string(),
    )


def _acts(one: Any, is_open: Any) -> rx.Component:
    return rx.cond(
        ~one.is_heard,
        rx.el.span(
            button(
                rx.cond(is_open, "Close", "Compare"),
                small=True,
                kind="ghost",
                on_click=VersionsState.compare(one.number),
            ),
            rx.cond(
                Screen.permissions.contains("agents.edit"),  # type: ignore[attr-defined]
                button(
                    "Restore",
                    small=True,
                    mark="rotate-ccw",
                    on_click=VersionsState.restore(one.number),
                ),
            ),
            class_name="row",
        ),
    )
