"""Who is on the phone, what is being said, and for those who may: say something, or end the call."""

import reflex as rx

from voxanne_app.calls.steering import LONGEST_SENTENCE
from voxanne_app.calls.ui.call_script import Entry
from voxanne_app.today.ui.steering_state import SteeringState
from voxanne_app.today.ui.today_state import TodayState
from voxanne_app.today.ui.today_view import LiveCard
from voxanne_app.ui.components.controls import button, link_button
from voxanne_app.ui.components.conversation import step, turn
from voxanne_app.ui.components.dialogs import modal
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.lists import section
from voxanne_app.ui.session import Screen


def on_the_phone() -> rx.Component:
    return section(
        "On the phone now",
        rx.cond(
            TodayState.calls.length() > 0,  # type: ignore[attr-defined]
            rx.foreach(TodayState.calls, _live_call),
            rx.el.div(
                empty("Nobody is on the phone", "A call appears here while it rings.", mark="phone"),
                class_name="panel",
            ),
        ),
        count=TodayState.calls.length().to_string(),  # type: ignore[attr-defined]
        class_name=rx.cond(TodayState.calls.length() > 0, "second fills", "second"),  # type: ignore[attr-defined]
    )


def _live_call(call: LiveCard) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(class_name="dot live"),
            rx.el.div(
                rx.el.div(call.caller, class_name="strong cut"),
                rx.el.div(call.known, class_name="explains dim"),
                class_name="grow",
            ),
            rx.el.div(
                rx.el.div(call.lasted, class_name="strong number", custom_attrs={"data-since": call.started}),
                rx.el.div(call.line, class_name="explains dim"),
                class_name="right",
            ),
            link_button("Open", href=call.href, small=True),
            class_name="top",
        ),
        rx.cond(call.is_followed, _followed(call)),
        rx.cond(Screen.permissions.contains("calls.steer"), _steering(call)),  # type: ignore[attr-defined]
        class_name=rx.cond(call.is_followed, "panel live-call followed", "panel live-call"),
        key=call.id,
    )


def _followed(call: LiveCard) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.cond(
                call.said.length() > 0,  # type: ignore[attr-defined]
                rx.foreach(call.said, _said),
                rx.el.p("Nobody has spoken yet.", class_name="dim silent"),
            ),
            class_name="talk",
            role="log",
            tab_index=0,
            custom_attrs={"aria-label": "Live transcript"},
        ),
    )


def _said(entry: Entry) -> rx.Component:
    return rx.cond(
        entry.tool != "",
        step(entry.result, entry.took, mark="search"),
        turn(entry.speaker, entry.words, is_agent=entry.is_agent),
    )


def _steering(call: LiveCard) -> rx.Component:
    return rx.el.div(
        rx.el.form(
            # A form within a loop cannot give its handler the loop's item: it holds the id itself.
            rx.el.input(type="hidden", name="call", value=call.id),
            rx.el.label(
                rx.el.span("Say to the caller, " + call.caller, class_name="spoken"),
                rx.el.input(
                    name="words",
                    placeholder="Say to the caller",
                    max_length=LONGEST_SENTENCE,
                    auto_complete="off",
                ),
                class_name="field grow",
            ),
            button("Say", small=True, type="submit"),
            key=call.id + SteeringState.draft.to_string(),  # type: ignore[attr-defined]
            on_submit=SteeringState.say_in_call,
            class_name="row grow",
        ),
        button(
            "End call",
            small=True,
            danger=True,
            mark="phone-off",
            on_click=SteeringState.ask_to_end(call.id, call.caller),
        ),
        class_name="foot",
    )


def ending_dialog() -> rx.Component:
    return modal(
        "end-the-call",
        rx.el.p(
            "The receptionist hangs up on ",
            rx.el.b(SteeringState.ending_whose),
            " at once, without a goodbye.",
        ),
        is_open=SteeringState.ending != "",
        on_close=SteeringState.keep_going,
        title="End this call?",
        acts=[
            button(
                "End the call", kind="primary", danger=True, mark="phone-off", on_click=SteeringState.end_call
            )
        ],
    )
