"""The recording, heard: assets/player.js plays it, marks the line that is heard, and goes where one clicks.

What the script changes, React leaves alone: attributes that are not set here, and elements without children.
"""

from typing import Any

import reflex as rx

from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.calls.ui.recording_view import Mark
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.marks import Text, icon, inline_style


def player() -> rx.Component:
    shown = CallState.player
    return rx.cond(
        shown.is_ready,
        _ready(),
        rx.el.div(icon("mic", ""), rx.el.p(shown.explanation), class_name="no-recording"),
    )


def _ready() -> rx.Component:
    shown = CallState.player
    return rx.el.section(
        rx.el.audio(preload="none"),
        rx.el.button(
            icon("play", ""),
            icon("pause", ""),
            type="button",
            class_name="play",
            custom_attrs={"aria-label": "Play", "data-plays": "", "aria-keyshortcuts": "Space"},
        ),
        _wave(),
        rx.el.div(
            rx.el.span("Caller"),
            rx.el.span("Agent"),
            class_name="lanes",
            custom_attrs={"aria-hidden": "true"},
        ),
        _line(),
        key=CallState.call.id,
        class_name="player",
        custom_attrs={
            "data-call": CallState.call.id,
            "data-seconds": shown.seconds,
            "aria-label": "Recording",
        },
    )


def _line() -> rx.Component:
    """How far it is, and in which way one listens."""
    shown = CallState.player
    return rx.el.div(
        rx.el.span(rx.el.b("0:00", custom_attrs={"data-now": ""}), " of ", shown.whole, class_name="tabular"),
        rx.el.span(shown.until, class_name="dimmer desk-only"),
        rx.el.span(class_name="trouble", role="status"),
        rx.el.span(
            button("−10 s", kind="ghost", small=True, label="Back ten seconds", custom_attrs=_skips(-10)),
            button("+10 s", kind="ghost", small=True, label="On ten seconds", custom_attrs=_skips(10)),
            button("1×", kind="ghost", small=True, label="Speed", custom_attrs={"data-faster": ""}),
            button(
                "Skip silence",
                kind="ghost",
                small=True,
                custom_attrs={"data-skips-silence": "", "aria-pressed": "false"},
            ),
            class_name="row wishes",
        ),
        class_name="player-line",
    )


def _skips(seconds: int) -> dict[str, Any]:
    return {"data-skips": str(seconds)}


def _wave() -> rx.Component:
    shown = CallState.player
    return rx.el.div(
        _voices("whole"),
        _voices("heard"),
        rx.foreach(shown.marks, _mark),
        rx.el.i(class_name="head-line"),
        class_name="wave",
        role="slider",
        tab_index=0,
        custom_attrs={
            "aria-label": "Position in the recording",
            "aria-valuemin": "0",
            "aria-valuemax": shown.seconds,
            "aria-valuenow": "0",
        },
    )


def _voices(class_name: str) -> rx.Component:
    shown = CallState.player
    return rx.el.svg(
        rx.el.path(d="M0 50H240", class_name="middle"),
        rx.el.path(d=shown.caller_path, class_name="caller"),
        rx.el.path(d=shown.agent_path, class_name="agent"),
        view_box="0 0 240 100",
        preserve_aspect_ratio="none",
        class_name=class_name,
        custom_attrs={"aria-hidden": "true"},
    )


def _mark(mark: Mark) -> rx.Component:
    return rx.el.i(
        title=mark.label,
        class_name=rx.cond(mark.is_bad, "flag bad", "flag"),
        custom_attrs=inline_style({"left": mark.place}),
    )


def spoken_at(at: Text, begins: Text) -> rx.Component:
    """The time of a line; pressed, the recording goes there."""
    return rx.cond(
        (begins != "") & CallState.player.is_ready,
        rx.el.button(
            at,
            type="button",
            class_name="at",
            custom_attrs={"data-seek": begins, "aria-label": rx.Var.create("Hear from ") + at},
        ),
        rx.el.time(at),
    )
