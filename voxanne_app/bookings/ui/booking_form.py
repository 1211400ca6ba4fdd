"""The dialog in which the front desk books, or moves a booking."""

from typing import Any

import reflex as rx

from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import problem, waiting


def booking_form() -> rx.Component:
    form = BookingFormState
    is_new = form.moving == ""
    return modal(
        "booking-form",
        rx.cond(form.problem != "", problem(form.problem)),
        rx.cond(is_new, labelled("Service", _select("service", form.filled.service, form.services))),
        labelled(
            "With", _select("practitioner", form.filled.practitioner, form.people, everyone="Whoever is free")
        ),
        labelled(
            "Day",
            rx.el.input(
                type="date",
                value=form.filled.on,
                on_change=lambda value: BookingFormState.choose("on", value),
            ),
        ),
        rx.cond(form.filled.is_outside, _any_time(), _free_times()),
        rx.el.label(
            rx.el.input(
                type="checkbox", checked=form.filled.is_outside, on_change=BookingFormState.choose_outside
            ),
            "Outside the working hours",
            class_name="row",
        ),
        rx.cond(is_new, _patient()),
        is_open=form.is_open,
        on_close=BookingFormState.close,
        title=form.title,
        acts=[
            button(
                rx.cond(is_new, "Book", "Move the booking"), kind="primary", on_click=BookingFormState.save
            )
        ],
    )


def _select(name: str, value: Any, options: Any, *, everyone: str = "") -> rx.Component:
    return rx.el.select(
        rx.el.option(everyone, value="") if everyone else None,
        rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0])),
        value=value,
        on_change=lambda chosen: BookingFormState.choose(name, chosen),
    )


def _free_times() -> rx.Component:
    form = BookingFormState
    return rx.cond(
        form.free.length() > 0,  # type: ignore[attr-defined]
        labelled(
            "Free times",
            rx.el.select(
                rx.el.option("Choose a time", value="", disabled=True),
                rx.foreach(form.free, lambda option: rx.el.option(option[1], value=option[0])),
                value=form.filled.slot,
                on_change=lambda chosen: BookingFormState.choose("slot", chosen),
            ),
        ),
        waiting("Nothing is free on that day. Try another day or another person."),
    )


def _any_time() -> rx.Component:
    return labelled(
        "Time",
        rx.el.input(
            type="time",
            value=BookingFormState.filled.at,
            on_change=lambda value: BookingFormState.choose("at", value),
        ),
    )


def _patient() -> rx.Component:
    filled = BookingFormState.filled
    return rx.fragment(
        labelled("Patient’s name", _text("name", filled.name, auto_complete="off")),
        labelled("Phone, if known", _text("phone", filled.phone, type="tel", auto_complete="off")),
        labelled("Notes for the team", _text("notes", filled.notes)),
    )


def _text(name: str, value: Any, **props: Any) -> rx.Component:
    return rx.el.input(
        default_value=value,
        on_change=lambda typed: BookingFormState.write(name, typed).debounce(200),
        **props,
    )
