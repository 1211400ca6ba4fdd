"""The tests kept with an agent, with what came of each."""

from typing import Any

import reflex as rx

from voxanne_app.trials.ui.kept_form import form
from voxanne_app.trials.ui.kept_form_state import KeptTestFormState
from voxanne_app.trials.ui.kept_test import MAY_EDIT, head_of, kept_test, result_of
from voxanne_app.trials.ui.tests_state import KeptTestsState
from voxanne_app.ui.components.controls import button, in_app_link, link_button
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.marks import moment

_HINT = (
    "Conversations that this agent must get right. They run against the draft before each publish; nothing "
    "is booked, sent or recorded for real. Each answer of the model is paid for."
)


def tests() -> rx.Component:
    return rx.cond(
        KeptTestsState.written != "", form(), rx.cond(KeptTestsState.is_detail, kept_test(), _all_tests())
    )


def _all_tests() -> rx.Component:
    some = KeptTestsState.tests.length() > 0  # type: ignore[attr-defined]
    return rx.el.section(
        head_of(
            "Tests",
            _HINT,
            button("New test", mark="plus", on_click=KeptTestFormState.open_new),
            rx.cond(some, button("Run all", kind="soft", mark="play", on_click=KeptTestsState.run_all)),
        ),
        rx.cond(
            some,
            rx.fragment(
                rx.el.p(KeptTestsState.in_all, class_name="medium", role="status"),
                rx.el.ul(rx.foreach(KeptTestsState.tests, _row), class_name="kept-list panel"),
            ),
            empty(
                "No tests yet",
                "Open a call that went well or badly and make a test of it, or write one.",
                link_button("Calls", href="/calls"),
                mark="circle-check",
            ),
        ),
        class_name="stack-wide",
    )


def _row(one: Any) -> rx.Component:
    return rx.el.li(
        result_of(one),
        rx.el.div(
            in_app_link(one.name, href=one.href, class_name="link medium"),
            rx.el.span(
                one.origin,
                rx.cond(one.against != "", rx.fragment(" · against ", one.against)),
                rx.cond(one.when != "", rx.fragment(" · ", moment(one.when, one.exact))),
                class_name="explains dim",
            ),
            rx.cond(one.why != "", rx.el.span(one.why, class_name="explains why")),
            class_name="stack-tight",
        ),
        rx.cond(
            MAY_EDIT & ~one.is_running,
            button("Run", small=True, kind="ghost", mark="play", on_click=KeptTestsState.run_one(one.id)),
        ),
        key=one.id,
    )
