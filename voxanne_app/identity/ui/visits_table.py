"""The operators' visits to a clinic, as the clinic and the operators read them."""

from typing import Any

import reflex as rx

from voxanne_app.identity.ui.settings_view import VisitLine
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.lists import column_head
from voxanne_app.ui.components.marks import live_state, moment


def visits_table(visits: Any, *, nobody: str, then: str) -> rx.Component:
    """`nobody` and `then` stand there as long as there was none."""
    heads = (column_head(word) for word in ("Who", "Why", "When"))
    return rx.cond(
        visits.length() > 0,
        rx.el.table(
            rx.el.caption("Visits", class_name="spoken"),
            rx.el.thead(rx.el.tr(*heads, column_head("For", numeric=True))),
            rx.el.tbody(rx.foreach(visits, _visit)),
            class_name="table people",
        ),
        empty(nobody, then, mark="eye"),
    )


def _visit(line: VisitLine) -> rx.Component:
    return rx.el.tr(
        rx.el.td(line.who, class_name="medium"),
        rx.el.td(line.reason),
        rx.el.td(rx.cond(line.is_on, live_state("Now"), moment(line.when, line.exact, class_name="nowrap"))),
        rx.el.td(line.lasted, class_name="number"),
    )
