"""A screen as its domain describes it, and how it becomes a page of the application."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from voxanne_app.ui.areas import is_operators
from voxanne_app.ui.components.feedback import nowhere
from voxanne_app.ui.layout import framed
from voxanne_app.ui.platform_layout import platform_framed


@dataclass(frozen=True)
class Page:
    """`content` returns `sheet(…)`, and for a route below `/platform` `board(…)`. `on_load` names guarded
    handlers: first the one that loads, then the one that follows what changes. `current` is the navigation's
    route when it is not the page's own."""

    route: str
    title: str
    content: Callable[[], rx.Component]
    on_load: list[Any] = field(default_factory=list)
    current: str = ""


def register(app: rx.App, pages: Iterable[Page]) -> None:
    for page in pages:
        app.add_page(
            _component(page),
            route=page.route,
            title=f"{page.title} · Voxanne",
            description="",
            image="/logo.svg",
            on_load=page.on_load or None,
        )
    app.add_page(nowhere, route="404", title="Nothing here · Voxanne", description="", image="/logo.svg")


def _component(page: Page) -> Callable[[], rx.Component]:
    def component() -> rx.Component:
        frame = platform_framed if is_operators(page.route) else framed
        return frame(page.content(), current=page.current or page.route)

    component.__name__ = page.content.__name__
    return component
