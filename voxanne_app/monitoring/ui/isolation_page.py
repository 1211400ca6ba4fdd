"""Isolation: does tenancy hold, right now?"""

import reflex as rx

from voxanne_app.monitoring.ui.isolation_state import IsolationState
from voxanne_app.monitoring.ui.isolation_view import VERBS, AlertLine, Cell, Line, PastProbe, TableLine
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.feedback import skeleton_rows
from voxanne_app.ui.components.lists import column_head
from voxanne_app.ui.components.marks import Text, icon, inline_style, moment, spoken
from voxanne_app.ui.pages import Page
from voxanne_app.ui.platform_layout import board


def isolation() -> rx.Component:
    return board(
        rx.cond(IsolationState.is_loaded, _content(), skeleton_rows(12)),
        title="Isolation",
        aside="between clinics",
        acts=(
            button(
                "Probe now",
                kind="primary",
                mark="rotate-ccw",
                on_click=IsolationState.probe_now,
                disabled=IsolationState.is_running,
            ),
        ),
    )


def _content() -> rx.Component:
    return rx.fragment(
        _verdict(),
        rx.cond(IsolationState.alert_lines.length() > 0, _alerts()),  # type: ignore[attr-defined]
        rx.cond(IsolationState.red.length() > 0, _red()),  # type: ignore[attr-defined]
        rx.cond(
            IsolationState.tables.length() > 0,  # type: ignore[attr-defined]
            rx.fragment(
                _matrix(),
                rx.el.div(
                    _rules(), rx.el.div(_role(), _history(), class_name="stack"), class_name="two-sides"
                ),
            ),
            rx.cond(IsolationState.past.length() > 0, _history()),  # type: ignore[attr-defined]
        ),
    )


def _verdict() -> rx.Component:
    verdict = IsolationState.verdict
    return rx.el.section(
        icon(rx.cond(verdict.tone == "good", "shield-check", "triangle-alert"), "large"),
        rx.el.div(
            rx.el.h2(verdict.title),
            rx.el.p(verdict.says),
            class_name="grow",
        ),
        rx.cond(
            IsolationState.is_running,
            _progress(),
            rx.el.p("Probed ", moment(verdict.when, verdict.exact), class_name="dim nowrap"),
        ),
        class_name=f"panel verdict {verdict.tone}",
        role="status",
    )


def _progress() -> rx.Component:
    return rx.el.div(
        rx.el.span(IsolationState.stage, class_name="dim"),
        rx.el.progress(
            value=IsolationState.percent, max=100, custom_attrs={"aria-label": "Progress of the probe"}
        ),
        class_name="probing",
    )


def _alerts() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2("Alerts")),
        rx.el.ul(rx.foreach(IsolationState.alert_lines, _alert), class_name="lines"),
        class_name="panel",
    )


def _alert(alert: AlertLine) -> rx.Component:
    return rx.el.li(
        _mark(alert.tone),
        rx.el.div(
            rx.el.b(alert.title),
            rx.el.p(alert.body, class_name="dim"),
            rx.cond(alert.seen_by != "", rx.el.p(alert.seen_by, class_name="dim")),
            class_name="grow",
        ),
        rx.el.span(alert.since, title=alert.exact, class_name="dim nowrap"),
        rx.cond(
            alert.seen_by == "",
            button("Acknowledge", small=True, on_click=IsolationState.acknowledge(alert.id)),
        ),
    )


def _red() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2("What got through, or could not be tried")),
        rx.el.ul(rx.foreach(IsolationState.red, _line), class_name="lines"),
        class_name="panel",
    )


def _matrix() -> rx.Component:
    heads = [
        rx.el.th(rx.el.span(word), scope="col", title=does, class_name="verb")
        for word, does in VERBS.values()
    ]
    return rx.el.section(
        rx.el.header(rx.el.h2("What one clinic tried on another's rows"), class_name="grow"),
        rx.el.div(
            rx.el.table(
                rx.el.caption("Tables, and what was tried on each", class_name="spoken"),
                rx.el.thead(
                    rx.el.tr(
                        column_head("Table"),
                        *heads,
                        column_head("Attempts", numeric=True),
                        column_head("Took", numeric=True),
                    )
                ),
                rx.el.tbody(rx.foreach(IsolationState.tables, _table_row)),
                class_name="matrix",
            ),
            class_name="wide",
            tab_index=0,
            role="region",
            custom_attrs={"aria-label": "Tables and verbs"},
        ),
        class_name="panel",
    )


def _table_row(table: TableLine) -> rx.Component:
    return rx.el.tr(
        rx.el.th(table.name, scope="row"),
        rx.foreach(table.cells, _cell),
        rx.el.td(table.attempts, class_name="number dim"),
        rx.el.td(table.took, class_name="number dim"),
    )


def _cell(cell: Cell) -> rx.Component:
    mark = rx.match(
        cell.verdict,
        ("held", icon("check", "tiny")),
        ("hole", icon("x", "tiny")),
        ("not_run", icon("circle-dashed", "tiny")),
        rx.el.span("–", custom_attrs={"aria-hidden": "true"}),
    )
    return rx.el.td(mark, spoken(cell.says), title=cell.says, class_name=f"tried {cell.verdict}")


def _rules() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2("Rules, read from the catalog")),
        rx.el.ul(rx.foreach(IsolationState.rules, _line), class_name="lines"),
        class_name="panel",
    )


def _role() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2("The application's role")),
        rx.el.ul(rx.foreach(IsolationState.role, _line), class_name="lines"),
        class_name="panel",
    )


def _line(line: Line) -> rx.Component:
    return rx.el.li(
        _mark(line.mark),
        rx.el.div(
            rx.el.span(line.words),
            rx.cond(line.detail != "", rx.el.p(line.detail, class_name="broken")),
            rx.cond(line.remedy != "", rx.el.p(line.remedy, class_name="dim")),
            class_name="grow",
        ),
    )


def _mark(tone: Text) -> rx.Component:
    return rx.el.span(
        rx.cond(tone == "good", icon("circle-check", label="Holds"), icon("triangle-alert", label="Broken")),
        class_name=f"mark {tone}",
    )


def _history() -> rx.Component:
    return rx.el.section(
        rx.el.header(rx.el.h2("Last probes")),
        rx.el.table(
            rx.el.caption("The last probes", class_name="spoken"),
            rx.el.colgroup(
                *(
                    rx.el.col(custom_attrs=inline_style({"width": w}))
                    for w in ("28px", "auto", "80px", "70px", "130px")
                )
            ),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(spoken("Verdict"), scope="col"),
                    column_head("Result"),
                    column_head("Attempts", numeric=True),
                    column_head("Took", numeric=True),
                    column_head("When", numeric=True),
                )
            ),
            rx.el.tbody(rx.foreach(IsolationState.past, _past)),
            class_name="past",
        ),
        class_name="panel",
    )


def _past(probe: PastProbe) -> rx.Component:
    return rx.el.tr(
        rx.el.td(_mark(probe.tone)),
        rx.el.td(probe.words),
        rx.el.td(probe.attempts, class_name="number dim"),
        rx.el.td(probe.took, class_name="number dim"),
        rx.el.td(moment(probe.when, probe.exact), class_name="number dim"),
    )


PAGES = [
    Page(
        route="/platform/isolation",
        title="Isolation",
        content=isolation,
        on_load=[IsolationState.load, IsolationState.follow],
    )
]
