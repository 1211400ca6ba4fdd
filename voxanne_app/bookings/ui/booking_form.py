"""The dialog in which the front desk books, or moves a booking."""

from typing import Any

import reflex as rx

from voxanne_app.bookings.ui.booking_form_state import BookingFormState
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import problem, waiting

_FORM = "booking-fields"


def booking_form() -> rx.Component:
    form = BookingFormState
    is_new = form.moving == ""
    return modal(
        "booking-form",
        rx.el.form(
            rx.cond(form.problems.form != "", problem(form.problems.form)),
            rx.el.div(
                rx.cond(is_new, _service()),
                _practitioner(),
                _day(),
                class_name="fields",
            ),
            rx.cond(form.filled.is_outside, _any_time(), _free_times()),
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    checked=form.filled.is_outside,
                    on_change=BookingFormState.choose_outside,
                ),
                "Outside the working hours",
                class_name="row",
            ),
            rx.cond(is_new, _patient()),
            id=_FORM,
            class_name="stack-wide",
            on_submit=BookingFormState.save,
            no_validate=True,  # what is missing is said in our words
        ),
        is_open=form.is_open,
        on_close=BookingFormState.close,
        title=form.title,
        acts=[button(rx.cond(is_new, "Book", "Move the booking"), kind="primary", type="submit", form=_FORM)],
    )


def _service() -> rx.Component:
    form = BookingFormState
    return labelled("Service", _select("service", form.filled.service, form.services))


def _practitioner() -> rx.Component:
    form = BookingFormState
    return labelled(
        "With",
        _select("practitioner", form.filled.practitioner, form.people, none="Whoever is free"),
        problem=form.problems.practitioner,
    )


def _select(name: str, value: Any, options: Any, *, none: str = "") -> rx.Component:
    return rx.el.select(
        rx.el.option(none, value="") if none else None,
        rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0])),
        value=value,
        on_change=lambda chosen: BookingFormState.choose(name, chosen),
    )


def _day() -> rx.Component:
    """On leaving the field, because a year is typed digit by digit; anew when another day was found."""
    form = BookingFormState
    return labelled(
        "Day",
        rx.el.input(
            type="date",
            default_value=form.filled.on,
            key=form.filled.on,
            on_blur=lambda value: BookingFormState.choose("on", value),
            custom_attrs=_invalid(form.problems.on),
        ),
        problem=form.problems.on,
    )


def _free_times() -> rx.Component:
    form, wrong = BookingFormState, BookingFormState.problems.time
    return rx.cond(
        form.free.length() > 0,  # type: ignore[attr-defined]
        rx.el.fieldset(
            rx.el.legend("Free times"),
            rx.el.div(rx.foreach(form.free, _free_time), class_name="free-times"),
            rx.cond(wrong != "", rx.el.p(wrong, class_name="problem", role="alert")),
            class_name="labelled",
        ),
        rx.cond(
            form.problems.on == "",
            waiting(
                "Nothing is free on that day.",
                rx.el.div(button("Find the next free day", on_click=BookingFormState.find_next)),
            ),
        ),
    )


def _free_time(option: Any) -> rx.Component:
    """The key ties the choice to its time: on another day nothing is chosen."""
    return rx.el.label(
        rx.el.input(type="radio", name="slot", value=option[0], default_checked=False),
        option[1],
        key=option[0],
    )


def _any_time() -> rx.Component:
    problems = BookingFormState.problems
    return labelled(
        "Time",
        rx.el.input(type="time", name="at", custom_attrs=_invalid(problems.time)),
        problem=problems.time,
    )


def _patient() -> rx.Component:
    problems = BookingFormState.problems
    return rx.fragment(
        rx.el.div(
            labelled("Patient’s name", _text("name", problems.name), problem=problems.name),
            labelled("Phone, if known", _text("phone", problems.phone, type="tel"), problem=problems.phone),
            class_name="fields",
        ),
        labelled("Notes for the team", _text("notes", problems.notes), problem=problems.notes),
    )


def _text(name: str, wrong: Any, **props: Any) -> rx.Component:
    return rx.el.input(name=name, auto_complete="off", custom_attrs=_invalid(wrong), **props)


def _invalid(wrong: Any) -> dict[str, Any]:
    return {"aria-invalid": rx.cond(wrong != "", "true", "false")}
