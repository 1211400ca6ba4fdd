"""Where whoever works on an agent has it call their own phone."""

import reflex as rx

from voxanne_app.calls.ui.call_back_view import AttemptLine
from voxanne_app.trials.ui.phone_state import PhoneState
from voxanne_app.ui.components.controls import button, in_app_link, labelled
from voxanne_app.ui.components.feedback import problem
from voxanne_app.ui.components.marks import live_state, state


def phoning() -> rx.Component:
    return rx.el.div(
        rx.el.h3("Hear it on your phone"),
        rx.el.p(
            "The draft calls you, as it was last saved. Its tools do nothing for real, and nobody is put "
            "through. The call stands in Calls as a test, with what it cost, and is counted nowhere.",
            class_name="dim",
        ),
        rx.el.form(
            labelled(
                "Your own number",
                rx.el.input(name="phone", type="tel", max_length=40, auto_complete="tel", required=True),
            ),
            button("Call my phone", mark="phone-outgoing", type="submit"),
            on_submit=PhoneState.call_my_phone,
            class_name="fields setting",
        ),
        rx.cond(PhoneState.no != "", problem(PhoneState.no)),
        rx.foreach(PhoneState.calls, _call),
        class_name="stack",
    )


def _call(line: AttemptLine) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(line.whom, class_name="strong grow tabular"),
            rx.cond(line.is_live, live_state(line.word), state(line.word, tone=line.tone, mark=line.mark)),
            rx.cond(
                line.can_stop,
                button("Stop", small=True, on_click=PhoneState.stop_call(line.id)),
            ),
            rx.cond(line.href != "", in_app_link("Open the call", href=line.href, class_name="link nowrap")),
            class_name="row",
        ),
        rx.cond(line.why != "", rx.el.p(line.why)),
        class_name="card attempt",
        role="status",
        key=line.id,
    )
