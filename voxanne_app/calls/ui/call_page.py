"""One call: what was said and done, heard and read."""

import reflex as rx

from voxanne_app.calls.ui.annotations_state import AnnotationsState
from voxanne_app.calls.ui.attempts_state import AttemptsState
from voxanne_app.calls.ui.call_back_dialog import call_back_dialog
from voxanne_app.calls.ui.call_beside import beside
from voxanne_app.calls.ui.call_player import player
from voxanne_app.calls.ui.call_script_lines import script
from voxanne_app.calls.ui.call_state import CallState
from voxanne_app.calls.ui.raw_events_state import RawEventsState
from voxanne_app.trials.ui.keep_call import keep_call
from voxanne_app.trials.ui.keep_call_state import KeepCallState
from voxanne_app.ui.components.controls import link_button
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.components.marks import badge, live_state, moment
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
        call_back_dialog(),
        title=rx.cond(CallState.exists, shown.caller, "Call"),
        aside=rx.cond(CallState.exists, shown.phone, ""),
        before=link_button(
            href="/calls", mark="chevron-left", kind="ghost", small=True, label="Back to calls"
        ),
        acts=[
            rx.cond(CallState.exists, _outcome()),
            rx.cond(shown.said_in_all != "", badge(shown.said_in_all, tone="bad", mark="triangle-alert")),
            moment(shown.facts, shown.exact, class_name="aside"),
            rx.cond(CallState.exists & ~shown.is_live, keep_call()),
        ],
    )


def _outcome() -> rx.Component:
    shown = CallState.call
    return rx.cond(
        shown.is_live, live_state(shown.outcome), badge(shown.outcome, tone=shown.tone, mark=shown.mark)
    )


def _record() -> rx.Component:
    return body(
        rx.el.div(
            rx.el.div(player(), script(), class_name="record"),
            beside(),
            class_name="call",
        )
    )


PAGES = [
    Page(
        route="/calls/[call_id]",
        title="Call",
        content=call,
        on_load=[
            CallState.load,
            KeepCallState.load,
            AnnotationsState.load,
            AttemptsState.load,
            RawEventsState.close,
            CallState.follow,
            AnnotationsState.follow,
            AttemptsState.follow,
        ],
        current="/calls",
    )
]
