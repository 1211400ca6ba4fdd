"""The conversation beside the recording: its lines, what was done in its place, and a search in it."""

import reflex as rx

from voxanne_app.calls.ui.call_player import spoken_at
from voxanne_app.calls.ui.call_script import Entry, Hit
from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.conversation import tool_call
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.marks import icon


def script() -> rx.Component:
    return rx.fragment(
        _search(),
        rx.el.div(
            rx.cond(CallState.more.has_earlier, _further("Earlier lines", CallState.show_earlier, "earlier")),
            rx.cond(
                CallState.script.length() > 0,  # type: ignore[attr-defined]
                rx.foreach(CallState.script, _entry),
                empty("Nothing was said", CallState.call.ended, mark="mic"),
            ),
            rx.cond(CallState.more.has_later, _further("Later lines", CallState.show_later, "later")),
            class_name="script",
            role="log",
            tab_index=0,
            custom_attrs={"aria-label": "Transcript"},
        ),
        # Written to by the player: where it is heard may be a stretch that is not shown.
        rx.el.input(
            on_change=CallState.show_at,
            default_value="",
            tab_index=-1,
            class_name="spoken",
            custom_attrs={"data-show-at": "", "aria-hidden": "true"},
        ),
    )


def _search() -> rx.Component:
    return rx.el.div(
        rx.el.label(
            icon("search"),
            rx.el.span("Search in this call", class_name="spoken"),
            rx.el.input(
                type="search",
                default_value=CallState.words,
                placeholder="Search in this call",
                on_change=CallState.search.debounce(250),
                custom_attrs={"data-search": ""},
            ),
            class_name="field",
        ),
        rx.cond(
            CallState.more.shown != "", rx.el.span(CallState.more.shown, class_name="dimmer nowrap desk-only")
        ),
        rx.cond(
            CallState.call.pace != "",
            rx.el.span(icon("timer"), CallState.call.pace, class_name="dimmer nowrap pace"),
        ),
        rx.cond(
            CallState.words.length() > 1,  # type: ignore[attr-defined]
            rx.el.div(
                rx.cond(
                    CallState.hits.length() > 0,  # type: ignore[attr-defined]
                    rx.foreach(CallState.hits, _hit),
                    rx.el.p("Nobody said that in this call.", class_name="dim"),
                ),
                class_name="hits",
                role="region",
                custom_attrs={"aria-label": "Found"},
            ),
        ),
        class_name="script-head",
    )


def _hit(hit: Hit) -> rx.Component:
    return rx.el.button(
        rx.el.span(hit.at, class_name="dimmer tabular"),
        rx.el.span(hit.speaker, class_name="dim"),
        rx.el.span(hit.snippet, class_name="cut"),
        type="button",
        on_click=CallState.go_to(hit.position),
    )


def _further(words: str, handler: object, direction: str) -> rx.Component:
    return rx.el.div(
        button(words, kind="soft", small=True, on_click=handler, custom_attrs={"data-further": direction}),
        class_name="further",
    )


def _entry(entry: Entry) -> rx.Component:
    return rx.cond(
        entry.tool != "",
        tool_call(
            entry.tool,
            entry.tool_words,
            arguments=entry.arguments,
            result=entry.result,
            took=entry.took,
            tone=entry.tool_tone,
            is_open=True,
            time=entry.deadline,
        ),
        rx.el.div(
            spoken_at(entry.at, entry.begins),
            rx.el.span(entry.speaker, class_name="speaker"),
            rx.el.p(
                entry.words,
                rx.cond(
                    entry.waited != "",
                    rx.el.span(
                        entry.waited,
                        title="How long the caller waited for this answer",
                        class_name=rx.cond(entry.waited_long, "waited long", "waited"),
                    ),
                ),
            ),
            class_name=rx.cond(entry.is_agent, "turn agent", "turn"),
            custom_attrs={
                "data-begins": entry.begins,
                "data-ends": entry.ends,
                "data-found": rx.cond(entry.is_found, "yes", "no"),
            },
        ),
    )
