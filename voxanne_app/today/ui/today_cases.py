"""What somebody must do, with who waits and since when; the most pressing case is open."""

import reflex as rx

from voxanne_app.calls.case_acts import LONGEST_NOTE
from voxanne_app.calls.ui.call_back_state import CallBackState
from voxanne_app.today.ui.case_acts_state import CaseActsState
from voxanne_app.today.ui.today_state import TodayState
from voxanne_app.today.ui.today_view import CaseLine
from voxanne_app.ui.components.controls import button, link_button
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.lists import section
from voxanne_app.ui.components.marks import icon, tile
from voxanne_app.ui.session import Screen


def todo() -> rx.Component:
    return section(
        "To do",
        _just_settled(),
        rx.cond(
            TodayState.cases.length() > 0,  # type: ignore[attr-defined]
            rx.el.ul(rx.foreach(TodayState.cases, _case), class_name="cases"),
            rx.el.div(
                empty("Nothing waits for you", "What needs somebody appears here by itself.", mark="check"),
                class_name="panel",
            ),
        ),
        count=TodayState.waiting.to_string(),  # type: ignore[attr-defined]
        end=rx.el.span("Done today, ", TodayState.done_today, class_name="explains dim"),
        class_name="first",
    )


def _just_settled() -> rx.Component:
    return rx.cond(
        TodayState.settled_id != "",
        rx.el.div(
            icon("circle-check", tone="good"),
            rx.el.span("Done: ", TodayState.settled, class_name="grow"),
            rx.el.form(
                rx.el.label(
                    rx.el.span("What was done", class_name="spoken"),
                    rx.el.input(
                        name="note",
                        placeholder="What was done, if it matters",
                        max_length=LONGEST_NOTE,
                        auto_complete="off",
                    ),
                    class_name="field",
                ),
                key=TodayState.settled_id,
                on_submit=CaseActsState.say_what_was_done(TodayState.settled_id),
            ),
            button("Undo", mark="undo-2", small=True, on_click=TodayState.take_back),
            class_name="callout settled",
            role="status",
        ),
    )


def _case(case: CaseLine) -> rx.Component:
    return rx.el.li(
        tile(case.mark, tone=case.tone),
        rx.el.div(
            rx.el.b(case.title),
            rx.cond(
                case.is_open,
                rx.el.blockquote(case.body),
                rx.el.div(case.body, class_name="why cut"),
            ),
            rx.cond(case.owner != "", rx.el.small(case.owner + " looks after it", class_name="dim")),
            class_name="what",
        ),
        rx.el.div(
            rx.cond(
                case.is_late,
                rx.el.b(case.due, class_name="bad"),
                rx.el.b(case.waited),
            ),
            rx.el.small(rx.cond(case.is_late, "waiting " + case.waited, case.since)),
            class_name="since",
        ),
        rx.cond(case.is_open, _acts(case), _unfold(case)),
        class_name=rx.cond(case.is_open, rx.cond(case.tone == "bad", "case open", "case open calm"), "case"),
        key=case.id,
    )


def _unfold(case: CaseLine) -> rx.Component:
    return rx.el.div(
        button("Open", small=True, label="Open: " + case.title, on_click=TodayState.open_case(case.id)),
        class_name="act",
    )


def _acts(case: CaseLine) -> rx.Component:
    return rx.el.div(
        rx.cond(
            case.phone != "",
            rx.el.a(icon("phone"), "Call ", case.phone, href=case.dial, class_name="button primary"),
        ),
        # Approving is done where the week around it is seen; it settles the case, too.
        rx.cond(
            case.booking_href != "",
            link_button("Review", href=case.booking_href, mark="calendar-check", kind="primary"),
        ),
        rx.cond(
            (case.phone != "") & Screen.permissions.contains("calls.call_out"),  # type: ignore[attr-defined]
            button(
                "Call back with the assistant",
                mark="phone-outgoing",
                on_click=CallBackState.open_for_case(case.id),
            ),
        ),
        rx.cond(case.call_href != "", link_button("Open the call", href=case.call_href)),
        rx.cond(
            Screen.permissions.contains("cases.resolve") & (case.booking_href == ""),  # type: ignore[attr-defined]
            button("Done", mark="check", on_click=TodayState.settle(case.id)),
        ),
        rx.cond(Screen.permissions.contains("cases.resolve"), _owner(case)),  # type: ignore[attr-defined]
        class_name="more",
    )


def _owner(case: CaseLine) -> rx.Component:
    return rx.el.label(
        rx.el.span("Looked after by", class_name="spoken"),
        rx.el.select(
            rx.el.option("Nobody yet", value=""),
            rx.foreach(CaseActsState.people, lambda person: rx.el.option(person[1], value=person[0])),
            value=case.owner_id,
            on_change=lambda person_id: CaseActsState.assign(case.id, person_id),
        ),
        class_name="field",
    )
