"""The editor's panels: what the agent says, how it sounds, whom it involves, what it may do."""

from typing import Any

import reflex as rx

from voxanne_app.agents.languages import LANGUAGES
from voxanne_app.agents.ui.editor_state import EditorState
from voxanne_app.agents.ui.typed import AFTER_HOURS, CONSENTS, ROLES
from voxanne_app.agents.validation import LONGEST_PROMPT
from voxanne_app.agents.voices import MODELS
from voxanne_app.ui.components.controls import button, labelled, search_field
from voxanne_app.ui.components.marks import Text, icon
from voxanne_app.ui.session import Screen

_TYPED, _WRONG = EditorState.typed, EditorState.problems
_MAY_EDIT = Screen.permissions.contains("agents.edit")  # type: ignore[attr-defined]
_PAUSE = 300  # milliseconds after the last key


def prompt() -> rx.Component:
    return _panel(
        "Prompt",
        "Hours, services, people and the date are filled in from your tables.",
        rx.el.div(
            _line("name", "Name, for your team", _TYPED.name),
            _choice("role", "Kind", _TYPED.role, ROLES),
            class_name="fields",
        ),
        _area("first_message", "What callers hear first", _TYPED.first_message, rows=3),
        rx.el.div(
            _choice("consent_kind", "Words about recording", _TYPED.consent_kind, CONSENTS),
            rx.cond(
                _TYPED.consent_kind == "own",
                _line("consent", "The sentence", _TYPED.consent, wrong=_WRONG["recording_consent"]),
            ),
            class_name="fields",
        ),
        _area("prompt", "Who it is and what it does", _TYPED.prompt, rows=18),
        rx.el.p(
            _TYPED.prompt.length().to_string(),  # type: ignore[attr-defined]
            f" of {LONGEST_PROMPT:,} characters",
            class_name="explains dim",
        ),
    )


def rules() -> rx.Component:
    return _panel(
        "Rules",
        "In plain words, one on each line. They count for more than the prompt.",
        _area("rules", "Rules of your clinic", _TYPED.rules, rows=14),
        rx.el.p("For example: Never give prices for implants on the phone.", class_name="explains dim"),
    )


def voice() -> rx.Component:
    languages = {code: language.name for code, language in LANGUAGES.items()}
    models = {key: f"{model.name}: {model.advice}" for key, model in MODELS.items()}
    return _panel(
        "Voice",
        rx.cond(
            _TYPED.provider == "vapi",
            "Vapi’s own voices have no stand-in: if one fails, callers hear silence. Others have two.",
            "Callers never hear silence: if it fails, the next voice takes over within a sentence.",
        ),
        rx.el.div(
            _choice("language", "Language", _TYPED.language, languages),
            _line(
                "speed", "Speed (1 is normal)", _TYPED.speed, wrong=_WRONG["voice.speed"], inputmode="decimal"
            ),
            _choice("model", "Model", _TYPED.model, models, wrong=_WRONG["model"]),
            class_name="fields",
        ),
        search_field(
            value="",
            on_change=EditorState.search_voices.debounce(_PAUSE),
            label="Search voices",
            placeholder="Search by name or company",
        ),
        rx.el.ul(
            rx.foreach(EditorState.voices, _voice),
            class_name="voices",
            custom_attrs={"aria-label": "Voices"},
        ),
        rx.cond(_WRONG["voice"], rx.el.p(_WRONG["voice"], class_name="problem", role="alert")),
        _line("voice_id", "Or the id of another voice of the same company", _TYPED.voice_id),
    )


def _voice(choice: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.b(choice.voice),
            rx.el.span(choice.provider, class_name="dim"),
            rx.cond(choice.is_chosen, icon("check", label="Chosen")),
            type="button",
            on_click=EditorState.choose_voice(choice.key),
            disabled=rx.cond(_MAY_EDIT, False, True),
            custom_attrs={"aria-pressed": rx.cond(choice.is_chosen, "true", "false")},
        ),
        key=choice.key,
    )


def people() -> rx.Component:
    return _panel(
        "People",
        "To whom callers may be put through, and when people must hear of a call.",
        rx.el.ol(rx.foreach(EditorState.people, _person), class_name="destinations"),
        rx.cond(
            _MAY_EDIT,
            rx.el.div(
                button(
                    "Add a person or desk",
                    mark="plus",
                    kind="ghost",
                    small=True,
                    on_click=EditorState.add_person,
                )
            ),
        ),
        rx.el.h3("Pass a call on to people"),
        _switch("asks_for_person", "When the caller asks for a person", _TYPED.asks_for_person),
        _switch("is_unhappy", "When the caller is unhappy", _TYPED.is_unhappy),
        rx.el.div(
            _line(
                "misunderstandings",
                "After so many misunderstandings in a row (0: never)",
                _TYPED.misunderstandings,
                wrong=_WRONG["escalation.misunderstandings"],
                inputmode="numeric",
            ),
            class_name="fields",
        ),
        _area(
            "urgent_words",
            "At once, when the caller says one of these (one on each line)",
            _TYPED.urgent_words,
            rows=6,
            wrong=_WRONG["escalation.urgent_words"],
        ),
    )


def _person(one: Any, position: Any) -> rx.Component:
    def field(name: str, words: str, value: Any, **props: Any) -> rx.Component:
        return labelled(
            words,
            rx.el.input(
                default_value=value,
                on_change=lambda typed: EditorState.change_person(position, name, typed).debounce(_PAUSE),
                read_only=rx.cond(_MAY_EDIT, False, True),
                **props,
            ),
            problem=_WRONG["destinations." + position.to_string() + "." + name]
            if name != "occasion"
            else None,
        )

    return rx.el.li(
        field("name", "Who", one.name),
        field("number", "Phone", one.number, type="tel"),
        field("occasion", "When", one.occasion, placeholder="Questions about bills"),
        rx.cond(
            _MAY_EDIT,
            button(mark="x", kind="ghost", label="Remove", on_click=EditorState.remove_person(position)),
        ),
    )


def limits() -> rx.Component:
    return _panel(
        "Limits",
        "How long a call may last, and what happens when the clinic is closed.",
        rx.el.div(
            _line("max_minutes", "Longest call, in minutes", _TYPED.max_minutes, inputmode="numeric"),
            _choice("after_hours", "Outside the opening hours", _TYPED.after_hours, AFTER_HOURS),
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
            disabled=rx.cond(_MAY_EDIT, False, True),
            custom_attrs={"aria-checked": rx.cond(one.is_on, "true", "false"), "aria-label": one.title},
        ),
        key=one.name,
    )


def _panel(title: str, hint: Text | rx.Component, *content: Any) -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2(title), rx.el.p(hint, class_name="dim")), *content, class_name="stack-wide"
    )


def _line(name: str, words: str, value: Any, *, wrong: Any = None, **props: Any) -> rx.Component:
    problem = _WRONG[name] if wrong is None else wrong
    field = rx.el.input(
        default_value=value,
        on_change=lambda typed: EditorState.change(name, typed).debounce(_PAUSE),
        read_only=rx.cond(_MAY_EDIT, False, True),
        auto_complete="off",
        custom_attrs={"aria-invalid": rx.cond(problem, "true", "false"), **_attributes(props)},
    )
    return labelled(words, field, problem=problem)


def _area(name: str, words: str, value: Any, *, rows: int, wrong: Any = None) -> rx.Component:
    problem = _WRONG[name] if wrong is None else wrong
    return rx.el.label(
        rx.el.span(words),
        rx.el.textarea(
            default_value=value,
            on_change=lambda typed: EditorState.change(name, typed).debounce(_PAUSE),
            read_only=rx.cond(_MAY_EDIT, False, True),
            rows=str(rows),
            class_name="area",
            custom_attrs={"aria-invalid": rx.cond(problem, "true", "false"), "spellCheck": "true"},
        ),
        rx.cond(problem, rx.el.span(problem, class_name="problem", role="alert")),
        class_name="labelled",
    )


def _choice(name: str, words: str, value: Any, options: dict[str, str], *, wrong: Any = None) -> rx.Component:
    select = rx.el.select(
        *(rx.el.option(label, value=key) for key, label in options.items()),
        value=value,
        on_change=lambda chosen: EditorState.change(name, chosen),
        disabled=rx.cond(_MAY_EDIT, False, True),
    )
    return labelled(words, select, problem=_WRONG[name] if wrong is None else wrong)


def _switch(name: str, words: str, value: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=value,
            on_change=lambda is_on: EditorState.change(name, is_on),
            disabled=rx.cond(_MAY_EDIT, False, True),
        ),
        words,
        class_name="row",
    )


def _attributes(props: dict[str, Any]) -> dict[str, Any]:
    return {"inputMode" if name == "inputmode" else name: value for name, value in props.items()}
