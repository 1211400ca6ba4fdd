"""Organizations: who are our clinics, and how are they doing?"""

import reflex as rx

from voxanne_app.identity.ui.new_clinic import NewClinicState, new_clinic_dialog
from voxanne_app.identity.ui.organizations_address import ORDERS, STATES
from voxanne_app.identity.ui.organizations_state import OrganizationLine, OrganizationsState
from voxanne_app.ui.components.controls import button, in_app_link, search_field, select_field
from voxanne_app.ui.components.feedback import empty, skeleton_rows
from voxanne_app.ui.components.lists import column_head, pager
from voxanne_app.ui.components.marks import inline_style, moment, state
from voxanne_app.ui.pages import Page
from voxanne_app.ui.platform_layout import board

_WIDTHS = ("auto", "190px", "130px", "90px", "110px", "110px", "150px", "130px")


def organizations() -> rx.Component:
    return board(
        rx.el.section(
            _filter_bar(),
            rx.cond(
                OrganizationsState.is_loaded,
                rx.cond(OrganizationsState.lines.length() > 0, _table(), _nothing()),  # type: ignore[attr-defined]
                skeleton_rows(12),
            ),
            pager(
                summary=OrganizationsState.shown,
                page=OrganizationsState.page_of,
                on_previous=OrganizationsState.previous_page,
                on_next=OrganizationsState.next_page,
                has_previous=OrganizationsState.has_previous,
                has_next=OrganizationsState.has_next,
            ),
            class_name="panel",
        ),
        new_clinic_dialog(),
        title="Organizations",
        aside=rx.cond(
            OrganizationsState.is_scarce,
            state(OrganizationsState.on_the_phone, tone="bad", mark="triangle-alert"),
            OrganizationsState.on_the_phone,
        ),
        acts=[button("New clinic", kind="primary", mark="plus", on_click=NewClinicState.open_form)],
    )


def _filter_bar() -> rx.Component:
    address = OrganizationsState.address
    return rx.el.div(
        search_field(
            value=address.q,
            on_change=OrganizationsState.search.debounce(250),
            label="Search clinics",
            placeholder="Name of a clinic",
        ),
        select_field(
            *STATES.items(),
            label="State",
            value=address.state,
            on_change=lambda value: OrganizationsState.choose("state", value),
        ),
        select_field(
            *ORDERS.items(),
            label="Order",
            value=address.order,
            on_change=lambda value: OrganizationsState.choose("order", value),
        ),
        class_name="filter-bar",
    )


def _table() -> rx.Component:
    return rx.el.table(
        rx.el.caption("Clinics", class_name="spoken"),
        rx.el.colgroup(
            *(rx.el.col(custom_attrs=inline_style({"width": width})) for width in _WIDTHS),
            class_name="desk-only",
        ),
        rx.el.thead(
            rx.el.tr(
                column_head("Clinic"),
                column_head("Zone"),
                column_head("State"),
                column_head("People", numeric=True),
                column_head("On the phone", numeric=True),
                column_head("Calls, 7 days", numeric=True),
                column_head("Last call", numeric=True),
                column_head("Since", numeric=True),
            )
        ),
        rx.el.tbody(rx.foreach(OrganizationsState.lines, _line)),
        class_name="list",
    )


def _line(line: OrganizationLine) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            in_app_link(rx.el.span(line.name, class_name="name"), href=line.href, class_name="whole-row"),
            class_name="cell-who",
        ),
        rx.el.td(line.zone, class_name="dim desk-only"),
        rx.el.td(
            rx.cond(
                line.is_suspended,
                state("Suspended", tone="waits", mark="ban"),
                state("Open", tone="good", mark="circle-check"),
            ),
            class_name="cell-outcome",
        ),
        rx.el.td(line.people, class_name="number desk-only"),
        rx.el.td(line.live, class_name="number desk-only"),
        rx.el.td(line.calls, class_name="number desk-only"),
        rx.el.td(moment(line.last_call, line.last_call_exact), class_name="number dim cell-when"),
        rx.el.td(line.since, class_name="number dim desk-only"),
    )


def _nothing() -> rx.Component:
    return rx.cond(
        OrganizationsState.address.q + OrganizationsState.address.state != "",
        empty(
            "No clinic is like that",
            "Try fewer letters of its name, or any state.",
            button("Clear the filters", on_click=OrganizationsState.clear),
            mark="search",
        ),
        empty("No clinics yet", "The first one appears here when its owner has set it up.", mark="users"),
    )


PAGES = [
    Page(
        route="/platform/organizations",
        title="Organizations",
        content=organizations,
        on_load=[OrganizationsState.load],
    )
]
