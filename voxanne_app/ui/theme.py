"""What every page loads into its head: our styles, fonts and script, and no third party's."""

import hashlib
from pathlib import Path

import reflex as rx

_ASSETS = Path(__file__).resolve().parents[2] / "assets"
SIGN_IN_STYLES = ("tokens", "page", "controls", "sign-in")
_STYLES = (
    "tokens",
    "page",
    "frame",
    "platform",
    "controls",
    "lists",
    "call",
    "week",
    "insights",
    "isolation",
    "agents",
    "kept-tests",
    "trials",
    "clinic",
)


def asset(path: str) -> str:
    """The address of a file in `assets/`. It changes with the file, so browsers may keep it for ever."""
    return f"{path}?v={hashlib.sha256((_ASSETS / path.lstrip('/')).read_bytes()).hexdigest()[:8]}"


def style(name: str) -> str:
    return asset(f"/styles/{name}.css")


def head() -> list[rx.Component]:
    return [
        *(rx.el.link(rel="stylesheet", href=style(name)) for name in _STYLES),
        rx.el.link(
            rel="preload",
            href="/fonts/inter-latin.woff2",
            custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": ""},
        ),
        rx.el.link(rel="icon", href=asset("/logo.svg"), type="image/svg+xml"),
        rx.el.script(src=asset("/voxanne.js")),
        rx.el.script(src=asset("/player.js")),
    ]
