"""What stands beside the conversation: what came of it, what is missing, what people added, what it cost."""

import reflex as rx

from voxanne_app.calls.ui.annotations import annotations
from voxanne_app.calls.ui.attempts_state import AttemptsState
from voxanne_app.calls.ui.call_back_dialog import attempt
from voxanne_app.calls.ui.call_back_state import CallBackState
from voxanne_app.calls.ui.call_record import BookingLine, CaseLine, MissingLine
from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.calls.ui.raw_events_state import EventLine, RawEventsState
from voxanne_app.calls.ui.said_and_done import said_and_done
from voxanne_app.ui.components.controls import button, in_app_link
from voxanne_app.ui.components.conversation import waterfall
from voxanne_app.ui.components.marks import badge, icon, state
from voxanne_app.ui.session import Screen


def beside() -> rx.Component:
    shown = CallState.call
    return rx.el.div(
        rx.cond(shown.missing.length() > 0, _missing()),  # type: ignore[attr-defined]
        _what_came_of_it(),
        _calling_back(),
        rx.cond(shown.said.length() > 0, said_and_done()),  # type: ignore[attr-defined]
        rx.cond(shown.bookings.length() > 0, _bookings()),  # type: ignore[attr-defined]
        rx.cond(shown.cases.length() > 0, _cases()),  # type: ignore[attr-defined]
        annotations(),
        rx.cond(Screen.permissions.contains("calls.read_cost"), _cost()),  # type: ignore[attr-defined]
        rx.cond(Screen.permissions.contains("calls.read_raw"), _raw_events()),  # type: ignore[attr-defined]
        class_name="beside",
    )


def _missing() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Missing"),
        rx.el.ul(rx.foreach(CallState.call.missing, _missing_thing), class_name="missing"),
        class_name="block",
    )


def _missing_thing(thing: MissingLine) -> rx.Component:
    return rx.el.li(
        icon("clock"),
        rx.el.span(thing.what, class_name="strong"),
        rx.el.span(thing.since, class_name="dim"),
        rx.el.p(thing.doing, class_name="dim"),
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
                rx.el.p(
                    rx.cond(
                        shown.is_live,
                        "The summary comes when the call has ended.",
                        "Nobody has said how this call ended.",
                    ),
                    class_name="dim",
                ),
            ),
            class_name="stack",
        ),
        class_name="block",
    )


def _calling_back() -> rx.Component:
    """Whoever was on the other end may be called by the assistant; and how that goes."""
    may, found = Screen.permissions.contains("calls.call_out"), AttemptsState.attempts  # type: ignore[attr-defined]
    return rx.cond(
        (may & ~CallState.call.is_live) | (found.length() > 0),  # type: ignore[attr-defined]
        rx.el.section(
            rx.el.h2("Call back"),
            rx.el.div(
                rx.foreach(found, attempt),
                rx.cond(
                    may & ~CallState.call.is_live,
                    button(
                        "Call back with the assistant",
                        kind="soft",
                        small=True,
                        mark="phone-outgoing",
                        on_click=CallBackState.open_for_call,
                    ),
                ),
                class_name="stack",
            ),
            class_name="block",
        ),
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
    shown = CallState.bill
    return rx.el.section(
        rx.el.h2("Cost", rx.el.span(shown.per_minute, class_name="end")),
        rx.cond(
            shown.parts.length() > 0,  # type: ignore[attr-defined]
            waterfall(shown.parts, shown.total),
            rx.el.p(
                rx.cond(shown.total != "", shown.total, "Known when the voice platform has sent its report."),
                class_name="dim",
            ),
        ),
        rx.cond(shown.heard != "", rx.el.p(shown.heard, class_name="dim bill-line")),
        rx.cond(
            shown.verdict != "",
            rx.el.p(
                rx.cond(shown.is_odd, icon("triangle-alert", tone="bad"), icon("circle-check", tone="good")),
                shown.verdict,
                class_name="dim bill-line",
            ),
        ),
        class_name="block",
    )


def _raw_events() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Events as they came in"),
        rx.cond(
            RawEventsState.is_asked,
            rx.el.div(
                rx.cond(
                    RawEventsState.events.length() > 0,  # type: ignore[attr-defined]
                    rx.foreach(RawEventsState.events, _event),
                    rx.el.p("Nothing is kept any more of what came in.", class_name="dim"),
                ),
                class_name="events",
            ),
            button("Show them", kind="soft", small=True, on_click=RawEventsState.look),
        ),
        class_name="block",
    )


def _event(event: EventLine) -> rx.Component:
    is_open = RawEventsState.body_of == event.id
    return rx.el.div(
        rx.el.button(
            rx.el.span(event.at, class_name="dimmer tabular"),
            rx.el.span(event.kind, class_name="function cut grow"),
            rx.el.span(event.verdict, class_name="dim nowrap"),
            type="button",
            disabled=~event.has_body,
            on_click=RawEventsState.open(event.id),
            custom_attrs={"aria-expanded": rx.cond(is_open, "true", "false")},
        ),
        rx.cond(
            is_open,
            rx.el.pre(RawEventsState.body, tab_index=0, custom_attrs={"aria-label": "The event"}),
        ),
    )
