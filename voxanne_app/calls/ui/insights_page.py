"""Insights: is the receptionist worth it? How many call, what comes of it, when, and what it costs."""

import reflex as rx

from voxanne_app.calls.insights.period import CHOICES
from voxanne_app.calls.ui.insights_charts import OutcomeBar
from voxanne_app.calls.ui.insights_figures import Figure
from voxanne_app.calls.ui.insights_hours import hours_chart
from voxanne_app.calls.ui.insights_state import InsightsState
from voxanne_app.calls.ui.insights_tables import Line
from voxanne_app.ui.components.controls import button, segment, segments
from voxanne_app.ui.components.feedback import empty, problem, skeleton_rows
from voxanne_app.ui.components.lists import figure, section
from voxanne_app.ui.components.marks import inline_style, state
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.session import Screen


def insights() -> rx.Component:
    return sheet(
        _filter_bar(),
        body(
            rx.cond(
                InsightsState.has_failed,
                rx.el.div(_failed(), class_name="insights"),
                rx.cond(
                    InsightsState.is_loaded,
                    rx.cond(InsightsState.is_empty, _nothing(), _shown()),
                    skeleton_rows(10),
                ),
            )
        ),
        title="Insights",
        aside=Screen.person.zone_name,
        acts=[button("Export CSV", mark="download", on_click=InsightsState.export)],
    )


def _filter_bar() -> rx.Component:
    address = InsightsState.address
    return rx.el.div(
        segments(
            *(
                segment(word, chosen=address.time == key, on_click=InsightsState.choose("time", key))
                for key, word in CHOICES.items()
            ),
            label="Period",
        ),
        rx.el.label(
            rx.el.span("Agent", class_name="dim nowrap"),
            rx.el.select(
                rx.el.option("All", value=""),
                rx.foreach(InsightsState.agents, lambda agent: rx.el.option(agent[1], value=agent[0])),
                value=address.agent,
                on_change=lambda value: InsightsState.choose("agent", value),
            ),
            class_name="field",
        ),
        rx.el.span(class_name="grow"),
        rx.el.span(InsightsState.span, class_name="explains dim", role="status"),
        class_name="filter-bar",
    )


def _failed() -> rx.Component:
    return problem(
        "The figures cannot be read right now. Nothing is lost; try again in a moment.",
        button("Try again", mark="rotate-ccw", small=True, on_click=InsightsState.load),
    )


def _nothing() -> rx.Component:
    return empty(
        "No calls in this time",
        "Choose a longer period, or all agents. The first call counts as soon as it has ended.",
        mark="chart-line",
    )


def _shown() -> rx.Component:
    return rx.el.div(
        rx.el.dl(rx.foreach(InsightsState.figures, _figure), class_name="panel figures strip"),
        _days(),
        rx.el.div(_outcomes(), hours_chart(), class_name="beside"),
        section("By agent version", _table("By agent version", "Version", InsightsState.versions)),
        rx.el.details(
            rx.el.summary("All days as a table", class_name="link"),
            _table("Days, newest first", "Day", InsightsState.days),
        ),
        class_name="insights",
    )


def _figure(shown: Figure) -> rx.Component:
    return figure(
        shown.name,
        shown.value,
        against=shown.against,
        direction=shown.direction,
        before=shown.before,
        since=shown.since,
    )


def _days() -> rx.Component:
    return section(
        "Calls per day",
        rx.el.div(
            rx.el.span(InsightsState.highest_day, class_name="scale"),
            rx.el.div(
                rx.foreach(
                    InsightsState.bars,
                    lambda bar: rx.el.span(
                        rx.el.i(class_name="before", custom_attrs=inline_style({"height": bar.before})),
                        rx.el.i(class_name="now", custom_attrs=inline_style({"height": bar.size})),
                        rx.el.i(class_name="part", custom_attrs=inline_style({"height": bar.part})),
                        custom_attrs={"data-tip": bar.tip},
                    ),
                ),
                class_name="bars",
                role="img",
                custom_attrs={"aria-label": InsightsState.days_summary},
            ),
            rx.el.div(
                rx.el.span(InsightsState.bars[0].label),
                rx.el.span(InsightsState.bars[InsightsState.bars.length() - 1].label),  # type: ignore[attr-defined]
                class_name="ends",
                custom_attrs={"aria-hidden": "true"},
            ),
            class_name="panel chart",
        ),
        end=rx.el.span(
            rx.el.i(class_name="key now"),
            "calls",
            rx.el.i(class_name="key part"),
            "booked",
            rx.cond(
                InsightsState.has_before,
                rx.fragment(rx.el.i(class_name="key before"), "period before"),
            ),
            class_name="explains dim keys",
        ),
    )


def _outcomes() -> rx.Component:
    return section(
        "What came of them",
        rx.el.div(
            rx.el.table(
                rx.el.caption("Outcomes, most frequent first", class_name="spoken"),
                rx.el.tbody(rx.foreach(InsightsState.outcomes, _outcome)),
                class_name="table outcomes",
            ),
            class_name="panel",
        ),
    )


def _outcome(bar: OutcomeBar) -> rx.Component:
    return rx.el.tr(
        rx.el.th(state(bar.word, tone=bar.tone, mark=bar.mark), scope="row"),
        rx.el.td(
            rx.el.div(rx.el.i(custom_attrs=inline_style({"width": bar.size})), class_name="track"),
            class_name="desk-only",
        ),
        rx.el.td(bar.calls, class_name="number strong"),
        rx.el.td(bar.share, class_name="number dim"),
        rx.el.td(bar.against, class_name="number dim"),
    )


def _table(caption: str, first: str, lines: list[Line]) -> rx.Component:
    """With all numbers; on a phone it is moved sideways."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="spoken"),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(first, scope="col"),
                    rx.foreach(
                        InsightsState.head, lambda word: rx.el.th(word, scope="col", class_name="number")
                    ),
                )
            ),
            rx.el.tbody(
                rx.foreach(
                    lines,
                    lambda line: rx.el.tr(
                        rx.el.th(line.name, scope="row"),
                        rx.foreach(line.cells, lambda cell: rx.el.td(cell, class_name="number")),
                    ),
                )
            ),
            class_name="table",
        ),
        class_name="panel wide",
        role="region",
        tab_index=0,
        custom_attrs={"aria-label": caption},
    )


PAGES = [Page(route="/insights", title="Insights", content=insights, on_load=[InsightsState.load])]
