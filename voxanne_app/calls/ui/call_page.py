"""One call: what was said and done."""

import reflex as rx

from voxanne_app.calls.ui.call_record import BookingLine, CaseLine, Entry
from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.ui.components.controls import in_app_link, link_button
from voxanne_app.ui.components.conversation import tool_call, turn, waterfall
from voxanne_app.ui.components.feedback import empty, skeleton_rows, waiting
from voxanne_app.ui.components.marks import badge, live_state, moment, state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page


def call() -> rx.Component:
    shown = CallState.call
    missing = empty(
        "This call does not exist",
        "It may have been deleted, or it belongs to another clinic.",
        link_button("All calls", href="/calls"),
        mark="phone",
    )
    return sheet(
        rx.cond(
            CallState.is_loaded,
            rx.cond(CallState.exists, _record(), body(missing)),
            body(skeleton_rows(10)),
        ),
        title=rx.cond(CallState.exists, shown.caller, "Call"),
        aside=rx.cond(CallState.exists, shown.phone, ""),
        before=link_button(
            href="/calls", mark="chevron-left", kind="ghost", small=True, label="Back to calls"
        ),
        acts=[rx.cond(CallState.exists, _outcome()), moment(shown.facts, shown.exact, class_name="aside")],
    )


def _outcome() -> rx.Component:
    shown = CallState.call
    return rx.cond(
        shown.is_live, live_state(shown.outcome), badge(shown.outcome, tone=shown.tone, mark=shown.mark)
    )


def _record() -> rx.Component:
    shown = CallState.call
    return body(
        rx.el.div(
            rx.el.div(
                rx.el.div(
                    rx.cond(
                        shown.conversation.length() > 0,  # type: ignore[attr-defined]
                        rx.foreach(shown.conversation, _entry),
                        empty("Nothing was said", shown.ended, mark="mic"),
                    ),
                    class_name="script",
                    role="log",
                    tab_index=0,
                    custom_attrs={"aria-label": "Transcript"},
                ),
                class_name="record",
            ),
            rx.el.div(
                rx.cond(shown.warning != "", rx.el.div(waiting(shown.warning), class_name="block")),
                _what_came_of_it(),
                rx.cond(shown.bookings.length() > 0, _bookings()),  # type: ignore[attr-defined]
                rx.cond(shown.cases.length() > 0, _cases()),  # type: ignore[attr-defined]
                _cost(),
                class_name="beside",
            ),
            class_name="call",
        )
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
        ),
        turn(entry.speaker, entry.words, is_agent=entry.is_agent, at=entry.at),
    )


def _what_came_of_it() -> rx.Component:
    shown = CallState.call
    return rx.el.section(
        rx.el.h2("What came of it", rx.el.span(shown.known_since, class_name="end")),
        rx.el.div(
            rx.cond(shown.summary != "", rx.el.p(shown.summary)),
            rx.cond(shown.ended != "", rx.el.p(shown.ended, class_name="dim")),
            rx.cond(
                (shown.summary == "") & (shown.ended == ""),
                rx.el.p("The summary comes when the call has ended.", class_name="dim"),
            ),
            class_name="stack",
        ),
        class_name="block",
    )


def _bookings() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Booking"),
        rx.el.div(rx.foreach(CallState.call.bookings, _booking), class_name="stack"),
        class_name="block",
    )


def _booking(booking: BookingLine) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(booking.what, class_name="strong grow"),
            badge(booking.status, tone=booking.tone, mark=booking.mark),
            class_name="row",
        ),
        rx.el.div(
            rx.el.span(booking.when, class_name="dim grow"),
            in_app_link("Open", href=booking.href, class_name="link"),
            class_name="row",
        ),
        class_name="card",
    )


def _cases() -> rx.Component:
    return rx.el.section(
        rx.el.h2("To do"),
        rx.el.div(rx.foreach(CallState.call.cases, _case), class_name="stack"),
        class_name="block",
    )


def _case(case: CaseLine) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(case.title, class_name="strong grow"),
            rx.cond(
                case.is_open,
                state("Waits", tone="waits", mark="clock"),
                state("Done", tone="good", mark="circle-check"),
            ),
            class_name="row",
        ),
        rx.el.p(case.body, class_name="dim"),
        class_name="card",
    )


def _cost() -> rx.Component:
    shown = CallState.call
    return rx.el.section(
        rx.el.h2("Cost", rx.el.span(shown.per_minute, class_name="end")),
        rx.cond(
            shown.costs.length() > 0,  # type: ignore[attr-defined]
            waterfall(shown.costs, shown.total),
            rx.el.p(
                rx.cond(shown.total != "", shown.total, "Known when the voice platform has sent its report."),
                class_name="dim",
            ),
        ),
        class_name="block",
    )


PAGES = [
    Page(
        route="/calls/[call_id]",
        title="Call",
        content=call,
        on_load=[CallState.load, CallState.follow],
        current="/calls",
    )
]
