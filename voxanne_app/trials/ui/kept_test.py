"""One test: what it expects, how that went, and the conversation beside it."""

from typing import Any

import reflex as rx

from voxanne_app.trials.ui.kept_form_state import KeptTestFormState
from voxanne_app.trials.ui.tests_state import KeptTestsState
from voxanne_app.ui.components.controls import button, in_app_link
from voxanne_app.ui.components.conversation import tool_call, turn
from voxanne_app.ui.components.dialogs import confirmation
from voxanne_app.ui.components.marks import Text, icon, live_state, moment, spoken, state
from voxanne_app.ui.session import Screen

MAY_EDIT = Screen.permissions.contains("agents.edit")  # type: ignore[attr-defined]
_SHOWN = KeptTestsState.detail


def kept_test() -> rx.Component:
    one = _SHOWN.line
    return rx.el.section(
        in_app_link(
            icon("chevron-left"), "All tests", href=KeptTestsState.address + "?part=tests", class_name="row"
        ),
        head_of(
            one.name,
            rx.fragment(one.origin, rx.cond(_SHOWN.call_href != "", _its_call())),
            button("Edit", mark="pencil", on_click=KeptTestFormState.open_form(one.id)),
            button("Remove", mark="trash-2", kind="ghost", opens="remove-test"),
            button(
                "Run",
                kind="soft",
                mark="play",
                on_click=KeptTestsState.run_one(one.id),
                disabled=one.is_running,
            ),
        ),
        _how_it_went(),
        rx.cond((one.why != "") & (one.tone == "waits"), rx.el.p(one.why)),
        rx.el.div(_expected(), _conversation(), class_name="kept-test"),
        confirmation(
            "remove-test",
            title="Remove this test?",
            consequence="It is gone for good, with everything that came of running it.",
            act="Remove the test",
            on_confirm=KeptTestFormState.remove_test(one.id),
            danger=True,
        ),
        class_name="stack-wide",
    )


def _how_it_went() -> rx.Component:
    one = _SHOWN.line
    return rx.el.div(
        result_of(one),
        rx.el.span(
            rx.cond(one.against != "", rx.fragment("against ", one.against)),
            rx.cond(one.when != "", rx.fragment(" · ", moment(one.when, one.exact))),
            rx.cond(_SHOWN.cost != "", rx.fragment(" · cost ", _SHOWN.cost)),
            class_name="dim",
        ),
        class_name="row kept-result",
        role="status",
    )


def _its_call() -> rx.Component:
    return rx.fragment(
        ". It holds what that caller said, and goes when the call’s words are deleted. ",
        in_app_link("The call", href=_SHOWN.call_href, class_name="link"),
    )


def _expected() -> rx.Component:
    return rx.el.div(
        rx.el.section(
            rx.el.h3("What is expected"),
            rx.el.ul(rx.foreach(_SHOWN.findings, _finding), class_name="findings"),
            class_name="panel",
        ),
        rx.el.section(
            rx.el.h3("What the caller says"),
            rx.el.ol(rx.foreach(_SHOWN.lines, rx.el.li), class_name="said"),
            class_name="panel",
        ),
        rx.el.p(_SHOWN.occasion, class_name="explains dim"),
        class_name="stack",
    )


def _finding(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(icon(one.mark), spoken(one.told), class_name="state " + one.tone),
        rx.el.div(
            rx.el.span(one.expected),
            rx.cond(one.why != "", rx.el.span(one.why, class_name="explains why")),
            class_name="stack-tight",
        ),
    )


def _conversation() -> rx.Component:
    return rx.el.section(
        rx.cond(_SHOWN.note != "", rx.el.h3(_SHOWN.note), rx.el.h3("The conversation")),
        rx.el.div(
            rx.foreach(_SHOWN.script, _spoken),
            class_name="talk",
            role="log",
            tab_index=0,
            custom_attrs={"aria-label": "The conversation"},
        ),
        class_name="panel",
    )


def _spoken(one: Any) -> rx.Component:
    return rx.cond(
        one.tool != "",
        tool_call(
            one.tool,
            one.tool_words,
            arguments=one.arguments,
            result=one.result,
            took=one.took,
            tone=one.tone,
        ),
        turn(one.speaker, one.words, is_agent=one.is_agent),
    )


def head_of(title: Text, hint: Any, *acts: rx.Component) -> rx.Component:
    return rx.el.header(
        rx.el.div(rx.el.h2(title), rx.el.p(hint, class_name="dim"), class_name="grow"),
        rx.cond(MAY_EDIT, rx.el.div(*acts, class_name="acts")),
        class_name="kept-head",
    )


def result_of(one: Any) -> rx.Component:
    return rx.cond(one.is_running, live_state(one.result), state(one.result, tone=one.tone, mark=one.mark))
