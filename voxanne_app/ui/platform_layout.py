"""The operators' frame: a dark bar with a yellow edge across the top, unlike anything that clinics see."""

from typing import Any

import reflex as rx

from voxanne_app.ui.components.controls import in_app_link
from voxanne_app.ui.components.feedback import notices
from voxanne_app.ui.components.marks import Text, avatar, logo
from voxanne_app.ui.layout import OPENS_PERSON_MENU, connection_lost, head_of, person_menu, skip_link
from voxanne_app.ui.session import PlatformScreen, Screen

# (what it is called, its route). Only screens that exist; all operators may open all of them.
# The first is where operators begin: voxanne_app/ui/areas.py says so too.
PLACES: tuple[tuple[str, str], ...] = (
    ("Organizations", "/platform/organizations"),
    ("Isolation", "/platform/isolation"),
    ("Audit", "/platform/audit"),
)


def platform_framed(content: rx.Component, *, current: str) -> rx.Component:
    """A whole page for operators. `content` is `board(…)`; `current` the route shown as here."""
    return rx.fragment(
        skip_link(),
        connection_lost(),
        rx.el.div(_bar(current), content, class_name="platform"),
        person_menu(PlatformScreen.operator.name, PlatformScreen.operator.role),
        notices(Screen.notice, Screen.dismiss_notice),
    )


def board(*content: Any, title: Text, aside: Any = None, acts: Any = (), before: Any = None) -> rx.Component:
    """The content of an operators' screen: its head, as `sheet(…)` has it, then panels."""
    head = head_of(title, aside=aside, acts=acts, before=before, class_name="board-head")
    return rx.el.main(head, *content, id="main", class_name="board", tab_index=-1)


def _bar(current: str) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.span(logo(), "Voxanne", rx.el.span("Platform", class_name="tag"), class_name="brand"),
            rx.el.nav(
                *(_link(label, route, current) for label, route in PLACES),
                class_name="grow",
                custom_attrs={"aria-label": "Platform screens"},
            ),
            rx.el.span("All times UTC", class_name="explains desk-only"),
            rx.el.button(
                avatar(PlatformScreen.operator.initials, large=True),
                type="button",
                class_name="button ghost",
                custom_attrs=OPENS_PERSON_MENU,
            ),
            class_name="inside",
        ),
        class_name="platform-bar",
    )


def _link(label: str, route: str, current: str) -> rx.Component:
    here = {"aria-current": "page"} if route == current else {}
    return in_app_link(label, href=route, custom_attrs=here)
