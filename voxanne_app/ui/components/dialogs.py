"""Dialogs, the browser's own <dialog>: assets/voxanne.js shows them, focus stays inside, Escape closes."""

from typing import Any

import reflex as rx

from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.marks import Text

_DISMISSES = {"data-dismisses": ""}


def confirmation(
    dialog_id: str, *, title: Text, consequence: Text, act: Text, on_confirm: Any, danger: bool = False
) -> rx.Component:
    """Asks before something that is hard to undo. Open it by `button("Cancel the booking", opens=dialog_id)`.

    `consequence` says what will happen, `act` repeats the verb: "Cancel the booking", never "OK".
    """
    return rx.el.dialog(
        rx.el.h2(title, id=f"{dialog_id}-title"),
        rx.el.div(rx.el.p(consequence), class_name="matter"),
        rx.el.footer(
            button("Keep it as it is", kind="outline", custom_attrs=_DISMISSES),
            button(act, kind="primary", danger=danger, on_click=on_confirm, custom_attrs=_DISMISSES),
        ),
        id=dialog_id,
        class_name="dialog",
        custom_attrs={"aria-labelledby": f"{dialog_id}-title"},
    )


def modal(
    dialog_id: str, *matter: rx.Component, is_open: Any, on_close: Any, title: Text, acts: list[rx.Component]
) -> rx.Component:
    """A dialog that the server opens: there while `is_open`; Escape and "Close" call `on_close`."""
    return rx.cond(
        is_open,
        rx.el.dialog(
            rx.el.h2(title, id=f"{dialog_id}-title"),
            rx.el.div(*matter, class_name="matter"),
            rx.el.footer(button("Close", kind="outline", on_click=on_close, custom_attrs=_DISMISSES), *acts),
            id=dialog_id,
            class_name="dialog wide",
            custom_attrs={"aria-labelledby": f"{dialog_id}-title", "data-modal": ""},
        ),
    )


def choice(dialog_id: str, *acts: rx.Component, title: Text, explanation: Text) -> rx.Component:
    """Several things one can do, a button each; choosing one closes the dialog."""
    return rx.el.dialog(
        rx.el.h2(title, id=f"{dialog_id}-title"),
        rx.el.div(
            rx.el.p(explanation, class_name="dim"),
            *(rx.el.div(act, class_name="stack", custom_attrs=_DISMISSES) for act in acts),
            class_name="matter",
        ),
        rx.el.footer(button("Close", kind="outline", custom_attrs=_DISMISSES)),
        id=dialog_id,
        class_name="dialog",
        custom_attrs={"aria-labelledby": f"{dialog_id}-title"},
    )
