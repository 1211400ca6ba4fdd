"""The smallest parts: icons, states, badges, names. A state is always a mark and a word, never colour
alone.
"""

from typing import Any, Literal

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from voxanne_app.ui.theme import asset

Text = str | rx.Var[str]
Tone = Literal["good", "plain", "waits", "bad", "live"]

# What a tone looks like when nothing more special is known.
TONE_ICONS: dict[str, str] = {
    "good": "circle-check",
    "plain": "circle",
    "waits": "clock",
    "bad": "triangle-alert",
    "live": "circle-dashed",
}


class _Use(BaseHTML):
    tag = "use"
    href: rx.Var[str]


def icon(
    name: Text, size: Literal["tiny", "small", "", "large"] = "small", *, label: str = "", tone: str = ""
) -> rx.Component:
    """A symbol of assets/icons.svg. Without a label it is decoration, and hidden from screen readers."""
    spoken: dict[str, Any] = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    address = asset("/icons.svg") + "#"
    return rx.el.svg(
        _Use.create(href=rx.Var.create(address) + name if isinstance(name, rx.Var) else address + name),
        class_name=f"icon {size} {tone}".strip(),
        custom_attrs=spoken,
    )


def logo() -> rx.Component:
    bars = [(1, 2, 7), (4.85, 4.5, 9), (8.7, 7, 11), (12.55, 4.5, 9), (16.4, 2, 7)]
    return rx.el.svg(
        *(
            rx.el.rect(x=str(x), y=str(y), width="2.6", height=str(h), rx="1.3", fill="currentColor")
            for x, y, h in bars
        ),
        view_box="0 0 20 20",
        class_name="logo",
        custom_attrs={"aria-hidden": "true"},
    )


def _classes(first: str, tone: Text) -> Text:
    return rx.Var.create(f"{first} ") + tone if isinstance(tone, rx.Var) else f"{first} {tone}"


def state(word: Text, *, tone: Text = "plain", mark: Text = "circle") -> rx.Component:
    return rx.el.span(icon(mark), word, class_name=_classes("state", tone))


def live_state(word: Text) -> rx.Component:
    """What is happening now: the one moving mark."""
    return rx.el.span(rx.el.span(class_name="dot live"), word, class_name="state live medium")


def badge(word: Text, *, tone: Text = "", mark: Text = "") -> rx.Component:
    return rx.el.span(
        icon(mark, "tiny") if not isinstance(mark, str) or mark else None,
        word,
        class_name=_classes("badge", tone),
    )


def tile(mark: Text, *, tone: Text = "") -> rx.Component:
    return rx.el.span(icon(mark, ""), class_name=_classes("tile", tone))


def avatar(initials: Text, *, large: bool = False) -> rx.Component:
    return rx.el.span(
        initials, class_name="avatar large" if large else "avatar", custom_attrs={"aria-hidden": "true"}
    )


def moment(written: Text, exact: Text, *, machine: Text = "", class_name: str = "") -> rx.Component:
    """A time as people say it, the exact one on hover. `machine` is ISO 8601."""
    return rx.el.time(written, title=exact, date_time=machine, class_name=class_name)


def inline_style(properties: dict[str, Any]) -> dict[str, Any]:
    """`custom_attrs` for values that only the data knows (`{"--from": minutes}`), as a true style attribute.

    Reflex's own `style=` writes a <style> element beside the element, which inside a table is invalid HTML.
    """
    return {"style": rx.Var.create(properties)}  # a plain dict would hide from Reflex which state it reads


def spoken(words: Text) -> rx.Component:
    """For screen readers only."""
    return rx.el.span(words, class_name="spoken")
