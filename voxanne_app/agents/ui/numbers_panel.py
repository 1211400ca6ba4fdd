"""The agent's numbers with the version that answers each, and the trial of a candidate."""

from typing import Any

import reflex as rx

from voxanne_app.agents.ui.numbers_state import NumbersState
from voxanne_app.ui.components.controls import button, labelled
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.lists import column_head
from voxanne_app.ui.session import Screen

_MAY_PUBLISH = Screen.permissions.contains("agents.publish")  # type: ignore[attr-defined]


def numbers() -> rx.Component:
    return rx.el.div(_numbers(), _trial(), class_name="stack-wide")


def _numbers() -> rx.Component:
    return rx.el.section(
        rx.el.header(
            rx.el.h2("Numbers"),
            rx.el.p(
                "A number follows what is published, unless a version is pinned to it.", class_name="dim"
            ),
        ),
        rx.cond(
            NumbersState.numbers.length() > 0,  # type: ignore[attr-defined]
            rx.el.ul(rx.foreach(NumbersState.numbers, _number), class_name="tools panel"),
            empty("No number leads here", "This agent answers no number yet.", mark="phone"),
        ),
        class_name="stack-wide",
    )


def _number(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(one.number, class_name="medium"),
            rx.el.span(one.name, class_name="explains dim cut"),
            class_name="stack-tight grow",
        ),
        rx.el.label(
            rx.el.span("Version for ", one.number, class_name="spoken"),
            rx.el.select(
                rx.el.option("What is published", value=""),
                rx.foreach(NumbersState.offered, lambda choice: rx.el.option(choice[1], value=choice[0])),
                value=one.pinned,
                on_change=lambda version: NumbersState.pin(one.id, version),
                disabled=rx.cond(_MAY_PUBLISH, False, True),
            ),
            class_name="field",
        ),
        key=one.id,
    )


def _trial() -> rx.Component:
    trial = NumbersState.trial
    return rx.el.section(
        rx.el.header(
            rx.el.h2("Try a version on some callers"),
            rx.el.p("The same caller always meets the same version.", class_name="dim"),
        ),
        rx.cond(
            _MAY_PUBLISH,
            rx.el.div(
                labelled(
                    "Version",
                    rx.el.select(
                        rx.el.option("Choose", value=""),
                        rx.foreach(NumbersState.offered, lambda one: rx.el.option(one[1], value=one[0])),
                        value=NumbersState.wished_version,
                        on_change=lambda value: NumbersState.wish("version", value),
                    ),
                ),
                labelled(
                    "Share of callers, in %",
                    rx.el.input(
                        default_value=NumbersState.wished_share,
                        key=NumbersState.wished_version,
                        on_change=lambda value: NumbersState.wish("share", value).debounce(200),
                        custom_attrs={"inputMode": "numeric"},
                    ),
                ),
                button(
                    "Start the trial",
                    on_click=NumbersState.try_candidate,
                    disabled=NumbersState.wished_version == "",
                ),
                rx.cond(trial.is_on, button("End the trial", kind="ghost", on_click=NumbersState.end_trial)),
                class_name="fields trial",
            ),
        ),
        rx.cond(trial.is_on, _outcomes(), rx.el.p("No trial is on.", class_name="dim")),
        class_name="stack-wide",
    )


def _outcomes() -> rx.Component:
    trial = NumbersState.trial
    return rx.el.div(
        rx.el.table(
            rx.el.caption("Ended calls of the last 30 days; in brackets where the truth lies with 95 %"),
            rx.el.thead(
                rx.el.tr(
                    column_head("Outcome"),
                    column_head("Version " + trial.published.to_string() + " (published)"),  # type: ignore[attr-defined]
                    column_head("Version " + trial.candidate + " (candidate)"),
                )
            ),
            rx.el.tbody(
                rx.foreach(
                    trial.outcomes,
                    lambda row: rx.el.tr(
                        rx.el.td(row.measure), rx.el.td(row.published), rx.el.td(row.candidate)
                    ),
                )
            ),
            class_name="table",
        ),
        class_name="panel outcomes",
    )
