"""Secrets on screens are written and never read: of a stored one a person sees its last four characters."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from voxanne_app.ui.components.controls import labelled

_SHOWN = 4
# Of a short one the end would tell too much.
_SHORTEST_SHOWN = 12


@dataclass(frozen=True)
class SecretView:
    """What a page may hold of a secret."""

    is_set: bool = False
    ending: str = ""


def secret_view(secret: str | None) -> SecretView:
    """For the moment when it is stored: keep `ending` beside it, so that nothing is unsealed to be shown."""
    if not secret:
        return SecretView()
    return SecretView(True, secret[-_SHOWN:] if len(secret) >= _SHORTEST_SHOWN else "")


def secret_field(label: str, *, name: str, stored: Any, problem: Any = None) -> rx.Component:
    """An empty field of a form, beside how the stored one ends; left empty, it changes nothing."""
    field = rx.el.input(
        id=name,
        name=name,
        type="password",
        auto_complete="off",
        spell_check=False,
        max_length=1000,
        placeholder=rx.cond(stored.is_set, f"•••• {stored.ending}", ""),
    )
    return labelled(label, field, problem=problem)
