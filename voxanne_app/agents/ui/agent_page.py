"""One agent: what it says and does, as a draft and as published."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.agent_view import PARTS
from voxanne_app.agents.ui.drift_notice import drift
from voxanne_app.agents.ui.editor_fields import MAY_EDIT
from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.ui.numbers_panel import numbers
from voxanne_app.agents.ui.numbers_state import NumbersState
from voxanne_app.agents.ui.people_panel import people
from voxanne_app.agents.ui.review_panel import review
from voxanne_app.agents.ui.review_state import ReviewState
from voxanne_app.agents.ui.settings_panels import limits, prompt, rules, tools, voice
from voxanne_app.agents.ui.versions_panel import versions
from voxanne_app.agents.ui.versions_state import VersionsState
from voxanne_app.trials.ui.phone_state import PhoneState
from voxanne_app.trials.ui.tests_panel import tests
from voxanne_app.trials.ui.tests_state import KeptTestsState
from voxanne_app.trials.ui.try_panel import trying
from voxanne_app.trials.ui.try_state import TryState
from voxanne_app.ui.components.controls import button, in_app_link, link_button
from voxanne_app.ui.components.feedback import empty, problem, skeleton_rows, waiting
from voxanne_app.ui.components.marks import icon, live_state, spoken, state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen

_PANELS = {
    "prompt": prompt,
    "rules": rules,
    "voice": voice,
    "people": people,
    "limits": limits,
    "try": trying,
    "tests": tests,
    "numbers": numbers,
    "versions": versions,
}
# Which fields' problems belong to which part.
_ABOUT = {
    "prompt": ("name", "first_message", "prompt", "recording_consent"),
    "rules": ("rules",),
    "voice": ("voice", "voice.speed", "language", "model"),
    "people": ("destinations", "escalation.urgent_words", "escalation.misunderstandings"),
    "limits": ("max_minutes",),
}


def agent() -> rx.Component:
    missing = empty(
        "This agent does not exist",
        "It may have been removed, or it belongs to another clinic.",
        link_button("All agents", href="/agents"),
        mark="bot",
    )
    return sheet(
        rx.cond(
            EditorState.is_loaded,
            rx.cond(EditorState.exists, _editor(), body(missing)),
            body(skeleton_rows(10)),
        ),
        rx.cond(EditorState.exists & EditorState.is_changed, _save_bar()),
        review(),
        title=rx.cond(EditorState.exists, EditorState.shown.name, "Agent"),
        aside=rx.cond(EditorState.exists, EditorState.shown.published, ""),
        before=link_button(
            href="/agents", mark="chevron-left", kind="ghost", small=True, label="Back to agents"
        ),
        acts=[rx.cond(EditorState.exists, _state()), rx.cond(EditorState.exists, _publish_button())],
    )


def _state() -> rx.Component:
    shown = EditorState.shown
    return rx.cond(
        shown.tone == "live",
        live_state(shown.state),
        state(shown.state, tone=shown.tone, mark=shown.mark),
    )


def _publish_button() -> rx.Component:
    return rx.cond(
        Screen.permissions.contains("agents.publish")  # type: ignore[attr-defined]
        & (EditorState.shown.has_draft | EditorState.is_changed | EditorState.shown.is_out_of_date),
        button(
            "Review and publish",
            kind="soft",
            on_click=ReviewState.open_review,
            disabled=EditorState.shown.publishing > 0,
        ),
    )


def _editor() -> rx.Component:
    return rx.fragment(
        _news(),
        rx.el.div(
            rx.el.nav(
                *(_part(key, words) for key, words in PARTS.items()),
                class_name="parts",
                custom_attrs={"aria-label": "Parts of the agent"},
            ),
            rx.el.div(
                *(rx.cond(EditorState.part == key, panel()) for key, panel in _PANELS.items()),
                class_name="form",
                key=EditorState.drawing.to_string(),  # type: ignore[attr-defined]
            ),
            rx.el.aside(tools(), class_name="beside", custom_attrs={"aria-label": "Tools"}),
            class_name="editor",
        ),
    )


def _part(key: str, words: str) -> rx.Component:
    wrong: Any = False
    for field in _ABOUT.get(key, ()):
        wrong = wrong | EditorState.problems.contains(field)  # type: ignore[attr-defined]
    link = in_app_link(
        words,
        rx.cond(wrong, rx.el.span(spoken("(something is wrong here)"), class_name="dot bad"))
        if wrong is not False
        else None,
        href=EditorState.address + f"?part={key}",
        custom_attrs={"aria-current": rx.cond(EditorState.part == key, "page", rx.Var("undefined"))},
    )
    return rx.cond(MAY_EDIT, link) if key == "try" else link


def _news() -> rx.Component:
    shown = EditorState.shown
    return rx.el.div(
        rx.cond(
            EditorState.meanwhile != "",
            waiting(
                EditorState.meanwhile,
                rx.el.div(
                    button("Show theirs", on_click=EditorState.discard, small=True),
                    button("Save mine over it", on_click=EditorState.save_over, small=True, kind="ghost"),
                    class_name="row",
                ),
            ),
        ),
        rx.cond(
            shown.is_out_of_date,
            waiting(
                "Hours, services, people or the address changed since this was published. "
                "Callers hear the old ones until you review and publish again."
            ),
        ),
        rx.cond(shown.publishing > 0, _on_its_way()),
        rx.cond(
            shown.draft_trouble != "",
            problem(shown.draft_trouble, rx.el.p(shown.heard_meanwhile, class_name="dim")),
        ),
        rx.cond(EditorState.drift.length() > 0, drift()),  # type: ignore[attr-defined]
        class_name="news",
        role="status",
    )


def _on_its_way() -> rx.Component:
    shown = EditorState.shown
    stopping = rx.cond(
        Screen.permissions.contains("agents.publish"),  # type: ignore[attr-defined]
        button("Stop", small=True, on_click=ReviewState.stop, label="Stop publishing"),
    )
    return rx.cond(
        shown.trouble != "",
        problem(shown.trouble, rx.el.p(shown.heard_meanwhile, class_name="dim"), rx.el.div(stopping)),
        rx.el.div(
            live_state("Version " + shown.publishing.to_string() + " is on its way to the voice platform"),  # type: ignore[attr-defined]
            rx.el.span(shown.heard_meanwhile, class_name="dim grow"),
            stopping,
            class_name="row",
        ),
    )


def _save_bar() -> rx.Component:
    return rx.el.footer(
        icon("circle-alert", tone="waits"),
        rx.el.span("Not saved", class_name="medium"),
        rx.el.span(EditorState.shown.heard_meanwhile, class_name="dim grow desk-only"),
        button("Discard", kind="ghost", on_click=EditorState.discard),
        button("Save draft", kind="primary", on_click=EditorState.save),
        class_name="save-bar",
        custom_attrs={"data-unsaved": "What you typed is not saved. Leave all the same?"},
    )


PAGES = [
    Page(
        route="/agents/[agent_id]",
        title="Agent",
        content=agent,
        on_load=[
            EditorState.load,
            VersionsState.load_versions,
            NumbersState.load_numbers,
            TryState.load_trial,
            KeptTestsState.load_tests,
            EditorState.follow,
            VersionsState.follow_versions,
            NumbersState.follow_numbers,
            TryState.follow_trial,
            PhoneState.follow_calls,
            KeptTestsState.follow_tests,
            ReviewState.follow_review,
        ],
        current="/agents",
    )
]
