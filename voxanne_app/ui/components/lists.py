"""Parts of long lists: a sortable head, headings by day, the pager; and figures against the time before."""

from typing import Any

import reflex as rx

from voxanne_app.ui.components.controls import button
from voxanne_app.ui.components.marks import Text, icon


def column_head(word: str, *, numeric: bool = False, class_name: str = "") -> rx.Component:
    return rx.el.th(word, scope="col", class_name=f"{'number ' if numeric else ''}{class_name}".strip())


def sortable_head(
    word: str,
    *,
    column: str,
    sorted_by: Any,
    descending: Any,
    on_sort: Any,
    numeric: bool = False,
    class_name: str = "",
) -> rx.Component:
    """A column head that sorts. `on_sort` is called with the column's name."""
    is_it = sorted_by == column
    direction = rx.cond(is_it, rx.cond(descending, "descending", "ascending"), "none")
    return rx.el.th(
        rx.el.button(
            word,
            rx.cond(is_it, icon(rx.cond(descending, "arrow-down", "arrow-up"), "tiny")),
            type="button",
            on_click=on_sort(column),
        ),
        scope="col",
        class_name=f"{'number ' if numeric else ''}{class_name}".strip(),
        custom_attrs={"aria-sort": direction},
    )


def day_row(name: Text, rest: Text, end: Text, *, columns: int | rx.Var[int]) -> rx.Component:
    """A heading inside a list's body: `Today · Tuesday 24 November · 7 calls, 2 booked`."""
    return rx.el.tr(
        rx.el.th(
            rx.el.b(name),
            rest,
            rx.el.span(end, class_name="end desk-only"),
            col_span=columns,
            scope="rowgroup",
        ),
        class_name="day",
    )


def pager(
    *,
    summary: Text,
    page: Text,
    on_previous: Any,
    on_next: Any,
    has_previous: Any,
    has_next: Any,
    rows: rx.Component | None = None,
) -> rx.Component:
    """`summary` says "1 to 16 of 214", `page` "1 of 14"; `rows` chooses how many there are on a page."""
    return rx.el.footer(
        rx.el.span(summary, class_name="grow", role="status"),
        rows,
        button(
            mark="chevron-left",
            small=True,
            label="Page before",
            on_click=on_previous,
            disabled=rx.cond(has_previous, False, True),
        ),
        rx.el.span(page, class_name="explains"),
        button(
            mark="chevron-right",
            small=True,
            label="Next page",
            on_click=on_next,
            disabled=rx.cond(has_next, False, True),
        ),
        class_name="pager",
    )


def section(
    title: Text,
    *content: rx.Component,
    count: Text | None = None,
    end: rx.Component | None = None,
    class_name: Text = "",
) -> rx.Component:
    """A titled part of a screen."""
    return rx.el.section(
        rx.el.header(
            rx.el.h2(title),
            rx.el.span(count, class_name="count") if count is not None else None,
            rx.el.span(class_name="grow"),
            end,
        ),
        *content,
        class_name=["section", class_name],
    )


def figure(
    name: Text,
    value: Text,
    *,
    unit: Text = "",
    against: Text = "",
    direction: Text = "",
    before: Text = "",
    since: Text = "",
) -> rx.Component:
    """A number of the last days against the days before. `direction` is up, down or empty; the sparks are
    SVG paths in a box of 100 by 100 (see `spark_path`)."""
    return rx.el.div(
        rx.el.dt(name),
        rx.el.dd(value, rx.el.small(unit), class_name="value"),
        rx.el.svg(
            rx.el.path(d=before, class_name="before"),
            rx.el.path(d=since, class_name="since"),
            view_box="0 0 100 100",
            preserve_aspect_ratio="none",
            class_name="spark",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.dd(
            rx.match(
                direction,
                ("up", icon("arrow-up", "tiny")),
                ("down", icon("arrow-down", "tiny")),
                rx.fragment(),
            ),
            against,
            class_name="against",
        ),
        class_name="figure",
    )


def spark_path(values: list[float], *, lowest: float, highest: float) -> str:
    """Values from left to right as an SVG path in a box of 100 by 100; two lines can share one scale."""
    if len(values) < 2:
        return ""
    span = (highest - lowest) or 1.0
    step = 100 / (len(values) - 1)
    points = (f"{n * step:.1f} {100 - (value - lowest) / span * 100:.1f}" for n, value in enumerate(values))
    return "M" + " L".join(points)
