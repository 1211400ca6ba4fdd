"""The frame around every screen: where one is, where one can go, who one is, and whether we are reached."""

from typing import Any

import reflex as rx
from reflex_base.constants.base import LiteralColorMode
from reflex_base.style import color_mode, set_color_mode
from reflex_components_core.core.banner import has_connection_errors
from reflex_components_core.el.elements.base import BaseHTML

from voxanne_app.ui.components.controls import button, segment, segments
from voxanne_app.ui.components.feedback import notices
from voxanne_app.ui.components.marks import Text, avatar, icon, logo
from voxanne_app.ui.navigation import bottom_tabs, palette, places, sidebar_links
from voxanne_app.ui.session import Screen

_MENU = "person-menu"
OPENS_PERSON_MENU = {"popoverTarget": _MENU, "aria-label": "Your account"}
_THEMES: tuple[tuple[LiteralColorMode, str], ...] = (
    ("system", "System"),
    ("light", "Light"),
    ("dark", "Dark"),
)


def framed(content: rx.Component, *, current: str) -> rx.Component:
    """A whole page. `content` is `sheet(…)`; `current` the route that the navigation shows as here."""
    return rx.fragment(
        skip_link(),
        connection_lost(),
        _visit_banner(),
        rx.el.div(_sidebar(current), _top_bar(), content, bottom_tabs(current), class_name="frame"),
        person_menu(
            Screen.person.name, rx.fragment(Screen.person.role, " · ", Screen.person.clinic), _other_clinics()
        ),
        palette(places()),
        notices(Screen.notice, Screen.dismiss_notice),
    )


def sheet(
    *content: Any, title: Text, aside: Any = None, acts: Any = (), before: rx.Component | None = None
) -> rx.Component:
    """The content of a screen: its head (a way back before the title, a few words beside it, acts at the
    right), then `content`.

    Content that scrolls by itself wears the class `sheet-body`; what stays in view above or below it does
    not.
    """
    head = head_of(title, aside=aside, acts=acts, before=before, class_name="sheet-head")
    return rx.el.main(head, *content, id="main", class_name="sheet", tab_index=-1)


def head_of(title: Text, *, aside: Any, acts: Any, before: Any, class_name: str) -> rx.Component:
    return rx.el.header(
        before,
        rx.el.h1(title),
        rx.el.span(aside, class_name="aside") if aside is not None else None,
        rx.el.span(class_name="grow"),
        *acts,
        class_name=class_name,
    )


def body(*content: Any, padded: bool = False, focusable: bool = False) -> rx.Component:
    """The part of a sheet that scrolls. `focusable`: by keyboard too, where nothing in it may be to focus."""
    tab_index = {"tab_index": 0} if focusable else {}
    return rx.el.div(*content, class_name="sheet-body padded" if padded else "sheet-body", **tab_index)


def _sidebar(current: str) -> rx.Component:
    return rx.el.aside(
        rx.el.div(logo(), rx.el.span(Screen.person.clinic, class_name="grow cut"), class_name="clinic"),
        rx.el.button(
            icon("search"),
            rx.el.span("Go to", class_name="grow"),
            rx.el.kbd("Ctrl K"),
            type="button",
            class_name="jump",
            custom_attrs={"data-opens": "palette", "aria-haspopup": "dialog"},
        ),
        sidebar_links(current),
        rx.el.div(
            rx.el.button(
                avatar(Screen.person.initials),
                rx.el.span(
                    rx.el.span(Screen.person.name, class_name="line medium cut"),
                    rx.el.span(Screen.person.role, class_name="dimmer"),
                    class_name="who explains grow cut",
                ),
                icon("ellipsis"),
                type="button",
                class_name="person",
                custom_attrs=OPENS_PERSON_MENU,
            ),
            class_name="person-row",
        ),
        class_name="sidebar",
        custom_attrs={"aria-label": "Clinic"},
    )


def _top_bar() -> rx.Component:
    return rx.el.header(
        logo(),
        rx.el.span(Screen.person.clinic, class_name="grow cut"),
        button(mark="search", kind="ghost", label="Go to", opens="palette"),
        rx.el.button(
            avatar(Screen.person.initials, large=True),
            type="button",
            class_name="button ghost",
            custom_attrs=OPENS_PERSON_MENU,
        ),
        class_name="top-bar",
    )


def skip_link() -> rx.Component:
    return rx.el.nav(
        rx.el.a("Skip to the content", href="#main", class_name="skip"), custom_attrs={"aria-label": "Skip"}
    )


def person_menu(name: Text, explained: Any, *items: Any) -> rx.Component:
    """Who one is, then `items`, the colours, and the way out."""
    return rx.el.div(
        rx.el.p(rx.el.span(name, class_name="line strong"), rx.el.span(explained, class_name="explains dim")),
        *items,
        segments(
            *(
                segment(word, chosen=color_mode == mode, on_click=set_color_mode(mode))
                for mode, word in _THEMES
            ),
            label="Colours",
        ),
        rx.el.hr(),
        rx.el.a(icon("user-round"), "Your account", href="/account", class_name="item"),
        # A plain form: the browser leaves the application, and everything it holds, with the session.
        NativeForm.create(
            rx.el.button(icon("log-out"), "Sign out", type="submit", class_name="item"),
            action="/auth/sign-out",
            method="post",
        ),
        id=_MENU,
        class_name="menu",
        custom_attrs={"popover": "auto"},
    )


def _other_clinics() -> rx.Component:
    """Turning to another of one's clinics: a plain form, after which every open page is of that one."""
    return rx.cond(
        Screen.clinics.length() > 0,  # type: ignore[attr-defined]
        rx.fragment(
            rx.el.hr(),
            rx.el.p("Go on in", class_name="explains dim"),
            NativeForm.create(
                rx.foreach(
                    Screen.clinics,
                    lambda clinic: rx.el.button(
                        rx.el.span(clinic[1], class_name="cut"),
                        type="submit",
                        name="clinic",
                        value=clinic[0],
                        class_name="item",
                    ),
                ),
                action="/auth/clinic",
                method="post",
            ),
            rx.el.hr(),
        ),
    )


def _visit_banner() -> rx.Component:
    """For an operator in a clinic: that they are, why, for how long, and the way out."""
    return rx.cond(
        Screen.visit.reason != "",
        rx.el.aside(
            icon("eye", ""),
            rx.el.p(
                rx.el.b("You visit ", Screen.person.clinic, ". "),
                "Reading only, and the clinic sees it: ",
                rx.el.span(Screen.visit.reason),
                class_name="grow",
            ),
            rx.el.span(
                rx.el.span("", class_name="clock", custom_attrs={"data-until": Screen.visit.ends_at}),
                " left",
                class_name="nowrap strong",
            ),
            NativeForm.create(
                rx.el.button("End the visit", type="submit", class_name="button outline small"),
                action="/auth/visit/end",
                method="post",
            ),
            class_name="visit",
            custom_attrs={"aria-label": "Visit"},
        ),
    )


class NativeForm(BaseHTML):
    """A form that the browser itself submits; Reflex's own always prevents that."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]


def connection_lost() -> rx.Component:
    return rx.cond(
        has_connection_errors,
        rx.el.div(
            icon("wifi-off", ""),
            "Connection lost. What you see may be old; it comes back by itself.",
            class_name="connection-lost",
            role="alert",
        ),
    )
