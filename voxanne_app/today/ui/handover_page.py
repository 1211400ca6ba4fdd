"""The hand-over sheet: one page to read, to work off, and to print."""

import reflex as rx

from voxanne_app.calls.case_acts import LONGEST_NOTE
from voxanne_app.today.ui.case_acts_state import CaseActsState
from voxanne_app.today.ui.handover_state import HandoverState
from voxanne_app.today.ui.handover_view import HandoverLine, SettledLine
from voxanne_app.ui.components.controls import button, in_app_link
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.components.lists import section
from voxanne_app.ui.components.marks import state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen


def handover() -> rx.Component:
    return sheet(
        body(
            rx.cond(
                HandoverState.is_loaded,
                rx.el.div(
                    rx.el.p(Screen.person.clinic, ", ", HandoverState.printed_at, class_name="explains dim"),
                    _open_cases(),
                    _settled(),
                    class_name="handover",
                ),
                skeleton_rows(8),
            )
        ),
        title="Hand-over sheet",
        aside=rx.el.span(HandoverState.lines.length().to_string(), " open"),  # type: ignore[attr-defined]
        acts=[
            rx.el.span(
                button("Print", mark="download", custom_attrs={"data-prints": ""}), class_name="desk-only"
            )
        ],
    )


def _open_cases() -> rx.Component:
    return rx.fragment(
        rx.cond(
            HandoverState.lines.length() > 0,  # type: ignore[attr-defined]
            rx.el.ol(rx.foreach(HandoverState.lines, _line), class_name="panel plain-list"),
            rx.el.div(
                empty("Nothing is left open", "The next shift starts with an empty desk.", mark="check"),
                class_name="panel",
            ),
        ),
        rx.cond(HandoverState.left_out != "", rx.el.p(HandoverState.left_out, class_name="dim")),
    )


def _line(line: HandoverLine) -> rx.Component:
    return rx.el.li(
        _risk(line),
        rx.el.div(
            rx.el.b(line.title),
            rx.cond(line.said != "", rx.el.p(line.said)),
            rx.el.p(
                rx.el.span(rx.el.span("Promised: ", class_name="dim"), line.promised),
                rx.el.span(rx.el.span("With: ", class_name="dim"), line.owner),
                class_name="explains promised",
            ),
        ),
        rx.el.div(
            rx.cond(
                line.call_href != "",
                in_app_link(line.caller, href=line.call_href, class_name="link"),
                rx.el.span(line.caller),
            ),
            rx.cond(
                line.dial != "",
                rx.el.a(line.phone, href=line.dial, class_name="link number"),
                rx.el.span(line.phone, class_name="dim"),
            ),
            class_name="who",
        ),
        rx.cond(
            Screen.permissions.contains("cases.resolve"),  # type: ignore[attr-defined]
            _acts(line),
        ),
        key=line.id,
    )


def _risk(line: HandoverLine) -> rx.Component:
    return rx.el.div(
        state(line.risk, tone=line.tone, mark=line.mark),
        rx.el.div(
            rx.el.span("Due ", class_name="dim"),
            rx.cond(line.is_late, rx.el.b(line.due, ", late", class_name="bad"), line.due),
            class_name="explains",
        ),
        class_name="risk",
    )


def _acts(line: HandoverLine) -> rx.Component:
    """A booking to approve is settled by approving it, where the week around it is seen."""
    return rx.cond(
        line.booking_href != "",
        rx.el.div(
            in_app_link("Review in bookings", href=line.booking_href, class_name="link"), class_name="acts"
        ),
        rx.el.form(
            # A form within a loop cannot give its handler the loop's item: it holds the id itself.
            rx.el.input(type="hidden", name="case", value=line.id),
            rx.el.label(
                rx.el.span("What was done: " + line.title, class_name="spoken"),
                rx.el.input(
                    name="note", placeholder="What was done", max_length=LONGEST_NOTE, auto_complete="off"
                ),
                class_name="field grow",
            ),
            button("Done", mark="check", type="submit"),
            on_submit=CaseActsState.resolve,
            class_name="acts",
        ),
    )


def _settled() -> rx.Component:
    return rx.cond(
        HandoverState.settled.length() > 0,  # type: ignore[attr-defined]
        section(
            "Done in the last 24 hours",
            rx.el.ul(rx.foreach(HandoverState.settled, _done), class_name="panel plain-list done"),
            count=HandoverState.settled.length().to_string(),  # type: ignore[attr-defined]
        ),
    )


def _done(line: SettledLine) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(line.title),
            rx.cond(line.note != "", rx.el.p(line.note, class_name="dim")),
            class_name="grow",
        ),
        rx.el.span(line.when, class_name="explains dim nowrap"),
        rx.cond(
            Screen.permissions.contains("cases.resolve") & ~line.is_approval,  # type: ignore[attr-defined]
            button(
                "Open again",
                small=True,
                kind="ghost",
                label="Open again: " + line.title,
                on_click=CaseActsState.reopen(line.id),
            ),
        ),
        key=line.id,
    )


PAGES = [
    Page(
        route="/handover",
        title="Hand-over sheet",
        content=handover,
        on_load=[HandoverState.load, HandoverState.follow],
        current="/",
    )
]
