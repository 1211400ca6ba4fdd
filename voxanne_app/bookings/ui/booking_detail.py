"""Beside the calendar: the selected booking and what can be done with it, what waits, and the key."""

from typing import Any

import reflex as rx

from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.bookings.ui.list_view import Row
from voxanne_app.ui.components.controls import button, in_app_link
from voxanne_app.ui.components.dialogs import confirmation
from voxanne_app.ui.components.marks import badge, icon
from voxanne_app.ui.session import Screen

_CANCEL = "cancel-booking"


def beside() -> rx.Component:
    return rx.el.aside(
        rx.cond(BookingsState.detail.id != "", _selected(), _nothing_selected()),
        rx.cond(BookingsState.waiting.length() > 0, _to_approve()),  # type: ignore[attr-defined]
        rx.cond(BookingsState.address.view != "list", _key()),
        _confirm_cancel(),
        class_name="detail",
        custom_attrs={"aria-label": "Selected booking"},
    )


def _nothing_selected() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Selected booking"),
        rx.el.p(
            rx.cond(
                BookingsState.address.booking != "",
                "This booking does not exist any more, or it was never here.",
                "Choose a booking to see who comes, and to move or cancel it.",
            ),
            class_name="dim",
        ),
        class_name=rx.cond(BookingsState.address.booking != "", "block", "block desk-only"),
    )


def _selected() -> rx.Component:
    shown = BookingsState.detail
    return rx.el.section(
        rx.el.h2(
            "Selected booking",
            rx.el.span(
                button(mark="x", kind="ghost", small=True, label="Close", on_click=BookingsState.select("")),
                class_name="end",
            ),
        ),
        rx.el.h3(shown.patient),
        rx.el.p(shown.what, class_name="dim"),
        rx.el.p(badge(shown.status, tone=shown.tone, mark=shown.mark), class_name="spaced"),
        _facts(),
        rx.cond(Screen.permissions.contains("bookings.edit"), _acts()),  # type: ignore[attr-defined]
        class_name="block selected",
    )


def _facts() -> rx.Component:
    shown = BookingsState.detail
    call = rx.fragment(rx.el.br(), in_app_link("Open the call", href=shown.call_href, class_name="link"))
    return rx.el.dl(
        *_fact("When", rx.fragment(shown.day, rx.el.br(), shown.times)),
        *_fact("With", shown.practitioner),
        *_fact(
            "Phone",
            rx.cond(
                shown.dial != "", rx.el.a(shown.phone, href=shown.dial, class_name="link nowrap"), shown.phone
            ),
        ),
        *_fact("Booked by", rx.fragment(shown.booked_by, rx.cond(shown.call_href != "", call))),
        *_fact("Notes", rx.cond(shown.notes != "", shown.notes, "None")),
        class_name="facts",
    )


def _fact(name: str, value: Any) -> tuple[rx.Component, rx.Component]:
    return rx.el.dt(name), rx.el.dd(value)


def _acts() -> rx.Component:
    shown, mark = BookingsState.detail, BookingsState.mark
    return rx.el.div(
        rx.cond(BookingFormState.moved.booking == shown.id, _just_moved()),
        rx.cond(
            shown.can_approve, button("Approve", kind="primary", mark="check", on_click=mark("confirmed"))
        ),
        rx.cond(
            shown.can_move | shown.can_cancel,
            rx.el.div(
                rx.cond(shown.can_move, button("Move", on_click=BookingFormState.open_move(shown.id))),
                rx.cond(
                    shown.can_cancel,
                    button(rx.cond(shown.can_approve, "Decline", "Cancel it"), danger=True, opens=_CANCEL),
                ),
                class_name="pair",
            ),
        ),
        rx.cond(
            shown.can_mark,
            rx.el.div(
                button("Seen", on_click=mark("completed")),
                button("Did not come", on_click=mark("no_show")),
                class_name="pair",
            ),
        ),
        rx.cond(
            shown.can_unmark,
            button("Take back: ", shown.status, mark="undo-2", on_click=mark("confirmed")),
        ),
        rx.cond(
            shown.can_restore, button("Undo the cancellation", mark="undo-2", on_click=BookingsState.restore)
        ),
        class_name="stack spaced",
    )


def _just_moved() -> rx.Component:
    return rx.el.div(
        rx.el.span(BookingFormState.moved.words, class_name="grow"),
        button("Undo", mark="undo-2", small=True, on_click=BookingFormState.undo_move),
        class_name="callout settled",
        role="status",
    )


def _confirm_cancel() -> rx.Component:
    shown = BookingsState.detail
    where = shown.patient + ", " + shown.day + ", " + shown.times + " with " + shown.practitioner + "."
    what = rx.cond(shown.can_approve, "Decline", "Cancel")
    return confirmation(
        _CANCEL,
        title=what + " this booking?",
        consequence=where + " The time becomes free for others. The patient is not told: give them a call. "
        "You can undo this as long as nobody has taken the time.",
        act=what + " the booking",
        on_confirm=BookingsState.cancel,
        danger=True,
    )


def _to_approve() -> rx.Component:
    return rx.el.section(
        rx.el.h2("To approve ", rx.el.span(BookingsState.waiting.length(), class_name="count")),  # type: ignore[attr-defined]
        rx.el.ul(rx.foreach(BookingsState.waiting, _waits), class_name="stack"),
        class_name="block",
    )


def _waits(row: Row) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                rx.el.span(row.patient, class_name="medium cut"),
                rx.el.span(row.when, ", ", row.practitioner, class_name="explains dim cut"),
                class_name="stack-tight grow",
            ),
            icon("chevron-right"),
            type="button",
            class_name="row plain",
            on_click=BookingsState.select(row.id),
        )
    )


def _key() -> rx.Component:
    def one(kind: str, words: str) -> rx.Component:
        return rx.el.span(rx.el.i(class_name=kind), words)

    return rx.el.section(
        rx.el.h2("Key"),
        rx.el.div(
            one("booked", "Booked"),
            one("to-approve", "To approve"),
            one("free", "Free"),
            one("blocked", "Blocked"),
            rx.el.span(icon("bot", "tiny"), "By receptionist", class_name="row"),
            one("shut", "Not working"),
            class_name="legend",
        ),
        class_name="block desk-only",
    )
