"""Where one can go. Only screens that exist are named here; a new screen adds one line."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import reflex as rx

from voxanne_app.ui.components.controls import in_app_link
from voxanne_app.ui.components.marks import icon
from voxanne_app.ui.session import Screen


@dataclass(frozen=True)
class Place:
    label: str
    route: str
    mark: str
    permission: str


# Groups as in the sidebar; the first has no heading. Its first five are also the tabs of a phone.
GROUPS: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        "",
        (
            Place("Today", "/", "sun", "today.read"),
            Place("Calls", "/calls", "phone", "calls.read"),
            Place("Bookings", "/bookings", "calendar", "bookings.read"),
            Place("Insights", "/insights", "chart-line", "insights.read"),
        ),
    ),
    (
        "Receptionist",
        (Place("Agents", "/agents", "bot", "agents.read"),),
    ),
    (
        "Clinic",
        (
            Place("Team", "/team", "users", "team.read"),
            Place("Settings", "/settings", "settings", "team.read"),
            Place("Audit", "/audit", "history", "audit.read"),
        ),
    ),
)


def places() -> list[Place]:
    return [place for _, group in GROUPS for place in group]


def sidebar_links(current: str) -> rx.Component:
    groups: list[Any] = []
    for heading, group in GROUPS:
        groups.append(rx.cond(_any_is_open(group), rx.el.h2(heading)) if heading else None)
        groups += [_link(place, current, "") for place in group]
    return rx.el.nav(*groups, class_name="navigation", custom_attrs={"aria-label": "Screens"})


def bottom_tabs(current: str) -> rx.Component:
    links = [_link(place, current, "large") for place in GROUPS[0][1][:5]]
    return rx.el.nav(*links, class_name="bottom-tabs", custom_attrs={"aria-label": "Screens, below"})


def _any_is_open(group: Iterable[Place]) -> Any:
    allowed: Any = Screen.permissions
    return reduce(or_, (allowed.contains(place.permission) for place in group))


def _link(place: Place, current: str, size: Any) -> rx.Component:
    here = {"aria-current": "page"} if place.route == current else {}
    return rx.cond(
        Screen.permissions.contains(place.permission),  # type: ignore[attr-defined]
        in_app_link(icon(place.mark, size), place.label, href=place.route, custom_attrs=here),
    )


def palette(where: Iterable[Place]) -> rx.Component:
    """Ctrl or Cmd K: type where to go. Opened and filtered by assets/voxanne.js."""
    return rx.el.dialog(
        rx.el.form(
            rx.el.label(
                icon("search"),
                rx.el.span("Search or go to", class_name="spoken"),
                rx.el.input(placeholder="Go to", auto_focus=True, auto_complete="off"),
                class_name="field",
            ),
            rx.el.nav(
                *(_link(place, "", "") for place in where),
                class_name="navigation",
                custom_attrs={"aria-label": "Places"},
            ),
            class_name="matter",
        ),
        id="palette",
        class_name="dialog palette",
        custom_attrs={"aria-label": "Search or go to"},
    )
