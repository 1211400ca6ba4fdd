"""What the audit's screens ask for, in one transaction: of a clinic, or of the platform."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.audit import queries
from voxanne_app.audit.keeping import ChainState, chain_state
from voxanne_app.audit.queries import AuditPage
from voxanne_app.audit.trail import record
from voxanne_app.audit.ui.audit_address import AuditAddress
from voxanne_app.audit.ui.audit_lines import EXPORTED_AT_MOST
from voxanne_app.foundation.job_queue import enqueue


@dataclass(frozen=True)
class Found:
    page: AuditPage
    chain: ChainState
    people: list[tuple[UUID, str]]
    actions: list[str]


def ask(
    session: Session, address: AuditAddress, *, org_id: UUID | None, zone: ZoneInfo, now: datetime
) -> Found:
    people = queries.people_seen(session, org_id=org_id)
    actions = queries.actions_seen(session, org_id=org_id)
    filters = address.filters(people=people, actions=actions, zone=zone, now=now)
    page = queries.audit_page(session, filters, org_id=org_id)
    return Found(page, chain_state(session, org_id), people, actions)


def export(
    session: Session, address: AuditAddress, *, org_id: UUID | None, zone: ZoneInfo, now: datetime
) -> AuditPage:
    """All that the filters show, the newest ten thousand at most; that it was exported is an entry too."""
    people = queries.people_seen(session, org_id=org_id)
    actions = queries.actions_seen(session, org_id=org_id)
    filters = replace(address.but(), q=address.q).filters(people=people, actions=actions, zone=zone, now=now)
    page = queries.audit_page(session, filters, org_id=org_id, page_size=EXPORTED_AT_MOST)
    record(session, "audit.exported", details={"rows": len(page.rows)})
    return page


def ask_to_walk(session: Session, *, org_id: UUID | None) -> None:
    enqueue(session, "audit.walk", {}, org_id=org_id, unique_key="walk")
