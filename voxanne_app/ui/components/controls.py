"""What one presses and types into."""

from typing import Any, Literal

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from voxanne_app.ui.components.marks import Text, icon

Kind = Literal["primary", "outline", "soft", "ghost"]


def button(
    *words: Text | rx.Component,
    kind: Kind = "outline",
    mark: str = "",
    small: bool = False,
    danger: bool = False,
    label: Text = "",
    opens: str = "",
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """A button. With `mark` and no words it needs a `label`. `opens` is the id of a dialog that it shows.

    One filled (`primary`) button per view; say the act and its object: "Approve and text Tomas".
    """
    attributes = {**props.pop("custom_attrs", {})}
    if isinstance(label, rx.Var) or label:
        attributes["aria-label"] = label
    if opens:
        attributes |= {"data-opens": opens, "aria-haspopup": "dialog"}
    shape = ("small", small), ("danger", danger), ("square", not words)
    classes = " ".join(("button", kind, *(name for name, on in shape if on), class_name)).strip()
    return rx.el.button(
        icon(mark) if mark else None,
        *words,
        type=props.pop("type", "button"),
        class_name=classes,
        custom_attrs=attributes,
        **props,
    )


def link_button(
    *words: Text, href: Text, kind: Kind = "outline", mark: str = "", small: bool = False, label: Text = ""
) -> rx.Component:
    """A link inside the application that looks like a button, for going somewhere."""
    classes = f"button {kind}{' small' if small else ''}{'' if words else ' square'}"
    return in_app_link(
        icon(mark) if mark else None,
        *words,
        href=href,
        class_name=classes,
        custom_attrs={"aria-label": label} if label else {},
    )


def in_app_link(*children: Any, href: Text, **props: Any) -> rx.Component:
    """A link to one of our screens: goes there without loading the page anew.

    For what is no screen (a download, `/auth/…`) take `rx.el.a(…, reload_document=True)`.
    """
    return ReactRouterLink.create(*children, to=href, **props)


def segments(*choices: rx.Component, label: str) -> rx.Component:
    return rx.el.div(*choices, class_name="segments", role="group", custom_attrs={"aria-label": label})


def segment(word: Text, *, chosen: Any, **props: Any) -> rx.Component:
    return rx.el.button(word, type="button", custom_attrs={"aria-pressed": _truth(chosen)}, **props)


def tab(word: Text, *, chosen: Any, count: Text | None = None, **props: Any) -> rx.Component:
    """A saved view above a list."""
    return rx.el.button(
        word,
        rx.el.span(count, class_name="count") if count is not None else None,
        type="button",
        custom_attrs={"aria-current": rx.cond(chosen, "page", rx.Var("undefined"))},
        **props,
    )


def search_field(*, value: Any, on_change: Any, label: str, placeholder: str) -> rx.Component:
    """Search as one types; `/` goes there. Debounce the handler: `on_change=State.search.debounce(250)`."""
    return rx.el.label(
        icon("search"),
        rx.el.span(label, class_name="spoken"),
        rx.el.input(
            default_value=value,
            on_change=on_change,
            placeholder=placeholder,
            type="search",
            custom_attrs={"data-search": ""},
        ),
        rx.el.kbd("/", class_name="desk-only"),
        class_name="field",
    )


def select_field(*options: tuple[str, str], label: str, value: Any, on_change: Any) -> rx.Component:
    """A native select with its label before it; options are (value, words)."""
    made = [rx.el.option(words, value=key) for key, words in options]
    return _select_field(*made, label=label, value=value, on_change=on_change)


def select_field_of(known: Any, *, label: str, everything: str, value: Any, on_change: Any) -> rx.Component:
    """The same for options that only the data knows, a Var of (value, words). `everything`: none of them."""
    options = rx.foreach(known, lambda option: rx.el.option(option[1], value=option[0]))
    nothing = rx.el.option(everything, value="")
    return _select_field(nothing, options, label=label, value=value, on_change=on_change)


def _select_field(*options: Any, label: str, value: Any, on_change: Any) -> rx.Component:
    return rx.el.label(
        rx.el.span(label, class_name="dim nowrap"),
        rx.el.select(*options, value=value, on_change=on_change),
        class_name="field",
    )


def labelled(label: str, control: rx.Component, *, problem: Any = None) -> rx.Component:
    """A form field: its label above, what is wrong with it below, in words."""
    return rx.el.label(
        rx.el.span(label),
        rx.el.span(control, class_name="field"),
        rx.cond(problem, rx.el.span(problem, class_name="problem", role="alert"))
        if problem is not None
        else None,
        class_name="labelled",
    )


def _truth(value: Any) -> Any:
    return rx.cond(value, "true", "false")
