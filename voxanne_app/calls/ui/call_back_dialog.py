"""The dialog in which somebody is had called back, and the list of calls that were asked for."""

import reflex as rx

from voxanne_app.calls.outbound.targets import LONGEST_ABOUT
from voxanne_app.calls.ui.attempts_state import AttemptsState
from voxanne_app.calls.ui.call_back_state import CallBackState
from voxanne_app.calls.ui.call_back_view import AttemptLine, CheckLine
from voxanne_app.contacts.calling_consent import HOW
from voxanne_app.ui.components.controls import button, in_app_link, labelled
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import problem, waiting
from voxanne_app.ui.components.marks import icon, live_state, state
from voxanne_app.ui.session import Screen

_FORM = "call-back-form"


def call_back_dialog() -> rx.Component:
    shown = CallBackState.shown
    return modal(
        "call-back",
        rx.el.p(
            rx.el.span(shown.phone, class_name="strong tabular"),
            " is called by the assistant, from the clinic’s number.",
        ),
        rx.cond(CallBackState.advice != "", waiting(CallBackState.advice)),
        rx.el.ul(
            rx.foreach(shown.checks, _check), class_name="checks", custom_attrs={"aria-label": "Checks"}
        ),
        _consent(),
        _form(),
        rx.cond(CallBackState.problem != "", problem(CallBackState.problem)),
        is_open=CallBackState.is_open,
        on_close=CallBackState.close,
        title="Call " + shown.whom + " back",
        acts=[
            button(
                shown.act,
                kind="primary",
                mark="phone-outgoing",
                type="submit",
                disabled=~shown.may_ask,
                custom_attrs={"form": _FORM},
            )
        ],
    )


def _check(check: CheckLine) -> rx.Component:
    return rx.el.li(rx.el.span(icon(check.mark), class_name=check.tone), check.sentence)


def _consent() -> rx.Component:
    shown = CallBackState.shown
    return rx.cond(
        shown.has_consent,
        rx.el.div(
            rx.el.span(shown.consent, class_name="dim grow"),
            button("They take it back", small=True, on_click=CallBackState.withdraw_consent),
            class_name="row consent-row",
        ),
        rx.el.form(
            rx.cond(shown.consent != "", rx.el.p(shown.consent, class_name="dim")),
            rx.el.div(
                rx.el.label(
                    rx.el.span("They agreed", class_name="dim nowrap"),
                    rx.el.select(*(rx.el.option(words, value=key) for key, words in HOW.items()), name="how"),
                    class_name="field",
                ),
                button("Record that they agreed", small=True, type="submit"),
                class_name="row consent-row",
            ),
            on_submit=CallBackState.record_consent,
            class_name="stack",
        ),
    )


def _form() -> rx.Component:
    return rx.el.form(
        rx.cond(
            CallBackState.agents.length() > 0,  # type: ignore[attr-defined]
            labelled(
                "Who calls",
                rx.el.select(
                    rx.foreach(CallBackState.agents, lambda one: rx.el.option(one[1], value=one[0])),
                    value=CallBackState.agent,
                    on_change=CallBackState.choose_agent,
                ),
            ),
        ),
        rx.el.label(
            rx.el.span("What it is about"),
            rx.el.span(
                rx.el.textarea(
                    name="about",
                    rows="3",
                    max_length=LONGEST_ABOUT,
                    default_value=CallBackState.about,
                    placeholder="The crown has come: please offer a time this week.",
                ),
                class_name="field area",
            ),
            rx.el.small(
                "The agent reads this, and speaks of it once they have said who they are.", class_name="dim"
            ),
            class_name="labelled",
        ),
        id=_FORM,
        on_submit=CallBackState.ask,
        class_name="stack",
    )


def attempt(line: AttemptLine) -> rx.Component:
    """One call that was asked for."""
    return rx.el.div(
        rx.el.div(
            rx.el.span(line.whom, class_name="strong grow cut"),
            rx.cond(line.is_live, live_state(line.word), state(line.word, tone=line.tone, mark=line.mark)),
            class_name="row",
        ),
        rx.el.p(line.about, class_name="dim"),
        rx.cond(line.why != "", rx.el.p(line.why)),
        rx.el.div(
            rx.el.span(line.asked, class_name="dimmer grow"),
            rx.cond(
                line.can_stop & Screen.permissions.contains("calls.call_out"),  # type: ignore[attr-defined]
                button(
                    "Stop",
                    small=True,
                    label="Stop the call to " + line.whom,
                    on_click=AttemptsState.stop(line.id),
                ),
            ),
            rx.cond(
                line.href != "",
                in_app_link(
                    rx.cond(line.made_this_call, "The call before", "Open the call"),
                    href=line.href,
                    class_name="link nowrap",
                ),
            ),
            class_name="row",
        ),
        class_name="card attempt",
        key=line.id,
    )
