"""Settings: what the clinic says about itself, and who of the platform looked into it."""

from typing import Any

import reflex as rx

from voxanne_app.identity.people import role_in_words
from voxanne_app.identity.team import ROLES
from voxanne_app.identity.ui.settings_state import SettingsState
from voxanne_app.identity.ui.settings_view import zones
from voxanne_app.identity.ui.visits_table import visits_table
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import problem, skeleton_rows, waiting
from voxanne_app.ui.components.lists import section
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen

_OF_ZONES = {"list": "zones"}
_DELETION = "shorter-retention"
_UNSAVED = "Your changes to the settings are not saved. Leave them behind?"


def settings() -> rx.Component:
    return sheet(
        body(
            rx.cond(
                SettingsState.is_loaded,
                rx.el.div(
                    _who_changes(),
                    _profile(),
                    _calls(),
                    _second_factor(),
                    _save_bar(),
                    _deletion(),
                    _visits(),
                    class_name="settings",
                ),
                skeleton_rows(8),
            ),
            padded=True,
            focusable=True,  # whoever only reads finds every field switched off
        ),
        title="Settings",
        aside=Screen.person.clinic,
    )


def _who_changes() -> rx.Component:
    return rx.cond(
        _reads_only(),
        rx.el.p("Owners and administrators of the clinic change what stands here.", class_name="dim"),
    )


def _profile() -> rx.Component:
    return section(
        "Clinic",
        rx.el.div(
            _text("Name", "name", SettingsState.draft.name),
            _text("Phone", "phone", SettingsState.draft.phone, type="tel", placeholder="+1 503 555 0100"),
            rx.el.div(_text("Address", "address", SettingsState.draft.address), class_name="whole"),
            rx.el.div(
                _text("Time zone", "time_zone", SettingsState.draft.time_zone, custom_attrs=_OF_ZONES),
                rx.el.datalist(*(rx.el.option(value=zone) for zone in zones()), id="zones"),
                rx.cond(SettingsState.zone_warning != "", waiting(SettingsState.zone_warning)),
                class_name="whole stack",
            ),
            class_name="fields",
        ),
    )


def _calls() -> rx.Component:
    return section(
        "Calls",
        rx.el.div(
            rx.el.div(
                labelled(
                    "What callers hear about recording",
                    rx.el.textarea(
                        default_value=SettingsState.draft.announcement,
                        key=_anew("announcement"),
                        on_change=lambda value: SettingsState.edit("announcement", value).debounce(250),
                        disabled=_reads_only(),
                    ),
                ),
                rx.el.p(
                    "Your receptionists say this when they answer, unless one has words of its own.",
                    class_name="explains dim",
                ),
                class_name="whole stack",
            ),
            rx.el.div(
                _text(
                    "Keep recordings for, in days",
                    "keep_days",
                    SettingsState.draft.keep_days,
                    type="number",
                    min="0",
                    max="3650",
                ),
                rx.cond(SettingsState.keep_warning != "", waiting(SettingsState.keep_warning)),
                class_name="whole stack",
            ),
            class_name="fields",
        ),
    )


def _second_factor() -> rx.Component:
    return section(
        "Second factor",
        rx.el.p(
            "Who works here only with a code of an authenticator app beside the password. Everybody may have "
            "one; the team's page says who does.",
            class_name="dim spaced",
        ),
        rx.el.div(
            *(_asked_of(role) for role in reversed(ROLES)),
            class_name="stack",
            role="group",
            custom_attrs={"aria-label": "Roles that need a second factor"},
        ),
    )


def _asked_of(role: str) -> rx.Component:
    asked: Any = SettingsState.draft.factor_for
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=asked.contains(role),
            on_change=SettingsState.ask_factor(role),
            disabled=_reads_only(),
        ),
        role_in_words(role),
        class_name="row",
    )


def _save_bar() -> rx.Component:
    return rx.fragment(
        rx.cond(SettingsState.problem != "", problem(SettingsState.problem)),
        rx.cond(
            SettingsState.is_changed,
            rx.el.div(
                rx.el.span(
                    rx.cond(
                        SettingsState.factor_warning != "",
                        SettingsState.factor_warning,
                        "You have changed something.",
                    ),
                    class_name="grow",
                    role="status",
                ),
                button("Discard", on_click=SettingsState.discard),
                button("Save the settings", kind="primary", on_click=SettingsState.save),
                class_name="save-bar",
                custom_attrs={"data-unsaved": _UNSAVED},
            ),
        ),
    )


def _deletion() -> rx.Component:
    return modal(
        _DELETION,
        rx.el.p(SettingsState.keep_warning),
        is_open=SettingsState.asks_to_delete,
        on_close=SettingsState.keep_them,
        title="Delete recordings?",
        acts=[
            button(
                "Save, and have them deleted",
                kind="primary",
                danger=True,
                on_click=SettingsState.save_and_delete,
            )
        ],
    )


def _visits() -> rx.Component:
    return section(
        "Visits by the platform's operators",
        rx.el.p(
            "To help, an operator may look into a clinic for up to four hours, for a reason. They only "
            "read, and the audit shows what.",
            class_name="dim spaced",
        ),
        rx.el.div(
            visits_table(
                SettingsState.visits,
                nobody="Nobody has looked in",
                then="Here you see who does, when and why.",
            ),
            class_name="panel",
        ),
    )


def _text(label: str, name: str, value: Any, **props: Any) -> rx.Component:
    """The key makes the field anew when the stored value was read again."""
    return labelled(
        label,
        rx.el.input(
            default_value=value,
            key=_anew(name),
            on_change=lambda typed: SettingsState.edit(name, typed).debounce(250),
            disabled=_reads_only(),
            auto_complete="off",
            **props,
        ),
    )


def _anew(name: str) -> Any:
    version: Any = SettingsState.version
    return rx.Var.create(f"{name} ") + version.to_string()


def _reads_only() -> Any:
    return ~Screen.permissions.contains("clinic.edit")  # type: ignore[attr-defined]


PAGES = [
    Page(
        route="/settings",
        title="Settings",
        content=settings,
        on_load=[SettingsState.load, SettingsState.follow],
    )
]
