"""The editor's panels: what the agent says, how it sounds, whom it involves, what it may do."""

from typing import Any

import reflex as rx

from voxanne_app.agents.languages import LANGUAGES
from voxanne_app.agents.ui.editor_fields import (
    MAY_EDIT,
    PAUSE,
    TYPED,
    WRONG,
    area,
    choice,
    line,
    panel,
)
from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.ui.typed import AFTER_HOURS, CONSENTS, ROLES
from voxanne_app.agents.validation import LONGEST_PROMPT
from voxanne_app.agents.voices import MODELS
from voxanne_app.ui.components.controls import search_field
from voxanne_app.ui.components.marks import icon


def prompt() -> rx.Component:
    return panel(
        "Prompt",
        "Hours, services, people and the date are filled in from your tables.",
        rx.el.div(
            line("name", "Name, for your team", TYPED.name),
            choice("role", "Kind", TYPED.role, ROLES),
            class_name="fields",
        ),
        area("first_message", "What callers hear first", TYPED.first_message, rows=3),
        rx.el.div(
            choice("consent_kind", "Words about recording", TYPED.consent_kind, CONSENTS),
            rx.cond(
                TYPED.consent_kind == "own",
                line("consent", "The sentence", TYPED.consent, wrong=WRONG["recording_consent"]),
            ),
            class_name="fields",
        ),
        area("prompt", "Who it is and what it does", TYPED.prompt, rows=18),
        rx.el.p(
            TYPED.prompt.length().to_string(),  # type: ignore[attr-defined]
            f" of {LONGEST_PROMPT:,} characters",
            class_name="explains dim",
        ),
    )


def rules() -> rx.Component:
    return panel(
        "Rules",
        "In plain words, one on each line. They count for more than the prompt.",
        area("rules", "Rules of your clinic", TYPED.rules, rows=14),
        rx.el.p("For example: Never give prices for implants on the phone.", class_name="explains dim"),
    )


def voice() -> rx.Component:
    languages = {code: language.name for code, language in LANGUAGES.items()}
    models = {key: f"{model.name}: {model.advice}" for key, model in MODELS.items()}
    return panel(
        "Voice",
        rx.cond(
            TYPED.provider == "vapi",
            "Vapi’s own voices have no stand-in: if one fails, callers hear silence. Others have two.",
            "Callers never hear silence: if it fails, the next voice takes over within a sentence.",
        ),
        rx.el.div(
            choice("language", "Language", TYPED.language, languages),
            line(
                "speed", "Speed (1 is normal)", TYPED.speed, wrong=WRONG["voice.speed"], inputmode="decimal"
            ),
            choice("model", "Model", TYPED.model, models, wrong=WRONG["model"]),
            class_name="fields",
        ),
        _tiers(),
        search_field(
            value="",
            on_change=EditorState.search_voices.debounce(PAUSE),
            label="Search voices",
            placeholder="Search by name or company",
        ),
        rx.el.ul(
            rx.foreach(EditorState.voices, _voice),
            class_name="voices",
            custom_attrs={"aria-label": "Voices"},
        ),
        rx.cond(WRONG["voice"], rx.el.p(WRONG["voice"], class_name="problem", role="alert")),
        line("voice_id", "Or the id of another voice of the same company", TYPED.voice_id),
    )


def _tiers() -> rx.Component:
    return rx.el.ol(
        rx.foreach(
            EditorState.tiers,
            lambda one: rx.el.li(
                rx.el.span(one.place, class_name="dim explains"),
                rx.el.b(one.voice),
                rx.el.span(one.provider, class_name="dim"),
            ),
        ),
        class_name="tiers panel",
        custom_attrs={"aria-label": "Who speaks, in order"},
    )


def _voice(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.b(one.voice),
            rx.el.span(one.provider, class_name="dim"),
            rx.cond(one.is_chosen, icon("check", label="Chosen")),
            type="button",
            on_click=EditorState.choose_voice(one.key),
            disabled=rx.cond(MAY_EDIT, False, True),
            custom_attrs={"aria-pressed": rx.cond(one.is_chosen, "true", "false")},
        ),
        key=one.key,
    )


def limits() -> rx.Component:
    return panel(
        "Limits",
        "How long a call may last, and what happens when the clinic is closed.",
        rx.el.div(
            line("max_minutes", "Longest call, in minutes", TYPED.max_minutes, inputmode="numeric"),
            choice("after_hours", "Outside the opening hours", TYPED.after_hours, AFTER_HOURS),
            class_name="fields",
        ),
    )


def tools() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Tools"),
        rx.el.ul(rx.foreach(EditorState.tools, _tool), class_name="tools panel"),
        class_name="block",
    )


def _tool(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(one.title, class_name="medium"),
            rx.el.span(one.explains, class_name="explains dim cut"),
            class_name="stack-tight grow",
        ),
        rx.el.button(
            type="button",
            role="switch",
            class_name="switch",
            on_click=EditorState.switch_tool(one.name),
            disabled=rx.cond(MAY_EDIT, False, True),
            custom_attrs={"aria-checked": rx.cond(one.is_on, "true", "false"), "aria-label": one.title},
        ),
        key=one.name,
    )
