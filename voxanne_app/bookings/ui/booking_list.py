"""Bookings as a list: searched, filtered, sorted and paged in the database."""

from typing import Any

import reflex as rx

from voxanne_app.bookings.ui.bookings_state import BookingsState
from voxanne_app.bookings.ui.list_view import Row
from voxanne_app.ui.components.controls import button, search_field, select_field, select_field_of
from voxanne_app.ui.components.feedback import empty
from voxanne_app.ui.components.lists import column_head, pager, sortable_head
from voxanne_app.ui.components.marks import inline_style, moment, state

_STATUSES = (
    ("", "All"),
    ("pending", "To approve"),
    ("confirmed", "Confirmed"),
    ("completed", "Seen"),
    ("no_show", "Did not come"),
    ("cancelled", "Cancelled"),
)
# The width of the columns; what was booked takes the rest.
_WIDTHS = ("262px", "auto", "96px", "126px", "104px", "172px")
_SOURCES = (("", "All"), ("phone", "Receptionist"), ("staff", "Front desk"))


def filter_bar() -> rx.Component:
    address = BookingsState.address
    return rx.el.div(
        search_field(
            value=address.q,
            on_change=BookingsState.search.debounce(250),
            label="Search bookings",
            placeholder="Patient’s name or number",
        ),
        select_field_of(
            BookingsState.people,
            label="With",
            everything="Everyone",
            value=address.who,
            on_change=BookingsState.choose_practitioner,
        ),
        _choice("Status", "status", *_STATUSES),
        _choice("Booked by", "source", *_SOURCES),
        rx.cond(
            _is_filtered(),
            rx.el.button("Clear", type="button", class_name="link", on_click=BookingsState.clear),
        ),
        rx.el.span(class_name="grow"),
        rx.el.span(BookingsState.listed.total, class_name="explains dim", role="status"),
        class_name="filter-bar",
    )


def _choice(label: str, name: str, *options: tuple[str, str]) -> rx.Component:
    return select_field(
        *options,
        label=label,
        value=getattr(BookingsState.address, name),
        on_change=lambda value: BookingsState.choose(name, value),
    )


def _is_filtered() -> Any:
    address = BookingsState.address
    return (address.q + address.who + address.status + address.source) != ""


def listed() -> rx.Component:
    found = BookingsState.listed
    return rx.el.div(
        rx.el.div(
            rx.cond(found.rows.length() > 0, _table(), _nothing()),  # type: ignore[attr-defined]
            class_name="sheet-body",
        ),
        pager(
            summary=found.shown,
            page=found.page,
            on_previous=BookingsState.turn_page(-1),
            on_next=BookingsState.turn_page(1),
            has_previous=BookingsState.address.page != "1",
            has_next=found.has_next,
        ),
        class_name="listed",
    )


def _nothing() -> rx.Component:
    return rx.cond(
        _is_filtered(),
        empty(
            "No booking is like that",
            "Try fewer words, an earlier day or another filter.",
            button("Clear the filters", on_click=BookingsState.clear),
            mark="search",
        ),
        empty(
            "Nothing is booked from that day on",
            "Go back to see what was, or make a new booking.",
            mark="calendar",
        ),
    )


def _table() -> rx.Component:
    return rx.el.table(
        rx.el.caption("Bookings", class_name="spoken"),
        rx.el.colgroup(
            *(rx.el.col(custom_attrs=inline_style({"width": width})) for width in _WIDTHS),
            class_name="desk-only",
        ),
        rx.el.thead(
            rx.el.tr(
                _sortable("Patient", "patient"),
                column_head("What"),
                column_head("With"),
                column_head("Status"),
                column_head("Booked by"),
                _sortable("When", "when", numeric=True),
            )
        ),
        rx.el.tbody(rx.foreach(BookingsState.listed.rows, _row)),
        class_name="list",
    )


def _sortable(word: str, column: str, *, numeric: bool = False) -> rx.Component:
    sort: Any = BookingsState.address.sort
    return sortable_head(
        word,
        column=column,
        sorted_by=sort.replace("-", ""),
        descending=sort.startswith("-"),
        on_sort=BookingsState.sort_by,
        numeric=numeric,
    )


def _row(row: Row) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.button(
                rx.el.span(row.patient, class_name="name"),
                rx.el.span(row.phone, class_name="phone desk-only"),
                type="button",
                class_name="plain whole-row cut",
                on_click=BookingsState.select(row.id),
            ),
            class_name="cell-who",
        ),
        rx.el.td(row.what, class_name="cell-why dim"),
        rx.el.td(row.practitioner, class_name="dim desk-only"),
        rx.el.td(state(row.status, tone=row.tone, mark=row.mark), class_name="cell-outcome"),
        rx.el.td(row.booked_by, class_name="dim desk-only"),
        rx.el.td(moment(row.when, row.exact), class_name="number dim cell-when"),
        class_name=rx.cond(BookingsState.detail.id == row.id, "on", ""),
    )
