"""Parts of the week: a column per day, placed by minutes since the calendar's first hour
(assets/styles/week.css).
"""

from typing import Any

import reflex as rx

from voxanne_app.ui.components.marks import Text, icon, inline_style, spoken


def week(*columns: Any, hours: Any, days: Any, label: Text) -> rx.Component:
    """The grid: `corner()`, a `day_head` per day, `hour_marks(…)`, then a `day_column` per day."""
    return rx.el.div(
        *columns,
        class_name="week",
        role="region",
        tab_index=0,
        # Not by `inline_style`: outside a loop Reflex does not see which state a plain attribute reads.
        style={"--hours": hours, "--days": days},
        custom_attrs={"aria-label": label},
    )


def corner() -> rx.Component:
    return rx.el.div(class_name="day-head corner")


def day_head(number: Text, weekday: Text, end: Text, *, is_today: Any, is_shown: Any) -> rx.Component:
    """`is_shown` picks the one day that a phone shows."""
    return rx.el.div(
        rx.el.b(number),
        weekday,
        rx.cond(is_today, spoken("(today)")),
        rx.el.span(end, class_name="end cut"),
        class_name=rx.cond(is_today, "day-head today", "day-head") + rx.cond(is_shown, " shown", ""),
    )


def hour_marks(marks: Any) -> rx.Component:
    """`marks` is a Var of pairs (minutes from the top, "9 AM")."""
    return rx.el.div(
        rx.foreach(marks, lambda mark: rx.el.span(mark[1], custom_attrs=inline_style({"--from": mark[0]}))),
        class_name="hours",
    )


def day_column(*content: Any, is_shown: Any) -> rx.Component:
    return rx.el.div(*content, class_name=rx.cond(is_shown, "day-column shown", "day-column"))


def booking(
    name: Text,
    what: Text,
    *,
    start: Any,
    minutes: Any,
    kind: Any = "",
    by_receptionist: Any = False,
    chosen: Any = False,
    **props: Any,
) -> rx.Component:
    """One booking, a button. `kind` is "past", "to-approve", "short" or several of them; props may hold
    `lane`, `lanes` and `span`."""
    place = {
        "--from": start,
        "--long": minutes,
        "--lane": props.pop("lane", 0),
        "--lanes": props.pop("lanes", 1),
        "--span": props.pop("span", 1),
    }
    return rx.el.button(
        rx.el.b(name),
        rx.el.span(what),
        rx.cond(by_receptionist, icon("bot", "tiny", label="Booked by the receptionist")),
        type="button",
        class_name=rx.Var.create("booking ") + kind,
        custom_attrs={"aria-pressed": rx.cond(chosen, "true", "false"), **inline_style(place)},
        **props,
    )


def closed(words: Text, *, start: Any, minutes: Any, is_blocked: Any) -> rx.Component:
    """Time that is not free: outside hours, or blocked (lunch, busy elsewhere)."""
    return rx.el.div(
        rx.cond(words != "", rx.el.em(words, class_name="explains")),
        class_name=rx.cond(is_blocked, "closed blocked", "closed"),
        custom_attrs=inline_style({"--from": start, "--long": minutes}),
    )


def now_line(minutes: Any) -> rx.Component:
    return rx.el.div(
        class_name="now-line",
        role="img",
        custom_attrs={"aria-label": "Now", **inline_style({"--from": minutes})},
    )
