"""Audit: who did and who read what, when and from where; and whether all of it still stands as written."""

import reflex as rx

from voxanne_app.audit.ui import audit_list
from voxanne_app.audit.ui.audit_state import AuditState
from voxanne_app.audit.ui.platform_audit_state import PlatformAuditState
from voxanne_app.ui.components.controls import button
from voxanne_app.ui.layout import body, sheet
from voxanne_app.ui.pages import Page
from voxanne_app.ui.platform_layout import board
from voxanne_app.ui.session import Screen


def audit() -> rx.Component:
    return sheet(
        audit_list.chain_state(AuditState),
        audit_list.broken_chain(AuditState),
        audit_list.filter_bar(AuditState),
        body(audit_list.entries(AuditState)),
        audit_list.turning(AuditState),
        title="Audit",
        aside=Screen.person.zone_name,
        acts=[button("Export CSV", mark="download", on_click=AuditState.export)],
    )


def platform_audit() -> rx.Component:
    return board(
        rx.el.section(
            audit_list.chain_state(PlatformAuditState),
            audit_list.broken_chain(PlatformAuditState),
            audit_list.filter_bar(PlatformAuditState),
            audit_list.entries(PlatformAuditState),
            audit_list.turning(PlatformAuditState),
            class_name="panel",
        ),
        title="Audit",
        acts=[button("Export CSV", mark="download", on_click=PlatformAuditState.export)],
    )


PAGES = [
    Page(route="/audit", title="Audit", content=audit, on_load=[AuditState.load, AuditState.follow]),
    Page(
        route="/platform/audit",
        title="Audit",
        content=platform_audit,
        on_load=[PlatformAuditState.load],
    ),
]
