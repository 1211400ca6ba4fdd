"""The inbox: each event is stored once, with the job that handles it, before its receipt goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg
from sqlmodel import Session

from voxanne_app.foundation.database import Claims, cursor
from voxanne_app.integrations.vapi.webhooks import PROVIDER, VapiEvent
from voxanne_app.webhooks import tenants

# One statement for a whole batch: the event and its job are there together, or neither is. What came before
# stays.
STORE = """
with arrived as (
  select * from unnest({places}) as event (provider, event_key, event_type, org_id, body, verdict)
), stored as (
  insert into webhook_inbox (provider, event_key, event_type, org_id, body, verdict, handled_at)
  select provider, event_key, event_type, org_id, body::jsonb, verdict,
    case when verdict <> 'waiting' then now() end
  from arrived
  on conflict (provider, event_key) do nothing
  returning id, org_id, verdict
)
insert into jobs (org_id, name, arguments)
select org_id, 'webhooks.handle', jsonb_build_object('inbox_id', id) from stored where verdict = 'waiting'
"""
_TYPES = ("text[]", "text[]", "text[]", "uuid[]", "text[]", "text[]")
_STORE = STORE.format(places=", ".join(f"%b::{type_}" for type_ in _TYPES))


@dataclass(frozen=True)
class ArrivedEvent:
    """`body` is JSON without secrets, or None for what is only counted; `addresses` say whose it may be."""

    provider: str
    key: str
    type: str
    addresses: tuple[tuple[str, str], ...]
    happened_at: datetime
    body: str | None


def arrived(event: VapiEvent) -> ArrivedEvent:
    body = None if event.is_counted_only else event.as_json()
    return ArrivedEvent(PROVIDER, event.key, event.type, event.addresses, event.happened_at, body)


def store(events: Sequence[ArrivedEvent]) -> Sequence[bool]:
    """Commit what is new of `events`, in one transaction. False for what Postgres cannot hold."""
    tenants.learn((event.provider, kind, value) for event in events for kind, value in event.addresses)
    # In the order of the keys: two batches with the same events wait for each other, rather than deadlock.
    rows = sorted((_row_of(event) for event in events), key=itemgetter(1))
    try:
        with cursor(Claims.system()) as opened:
            opened.execute(_STORE, [list(column) for column in zip(*rows, strict=True)])
    except psycopg.DataError:
        return [False] if len(events) == 1 else [all(store([event])) for event in events]
    return [True] * len(events)


def store_in(session: Session, event: ArrivedEvent, *, org_id: UUID) -> None:
    """The same within a transaction of the organization whose event it is."""
    columns = [[value] for value in _row(event, org_id)]
    session.connection().exec_driver_sql(_STORE, tuple(columns))


def _row_of(event: ArrivedEvent) -> tuple[Any, ...]:
    tenant = tenants.tenant_of(event.provider, event.addresses, event.happened_at)
    return _row(event, tenant.org_id if tenant else None)


def _row(event: ArrivedEvent, org_id: UUID | None) -> tuple[Any, ...]:
    return event.provider, event.key, event.type, org_id, event.body, _verdict(org_id, event.body)


def _verdict(org_id: UUID | None, body: str | None) -> str:
    if body is None:
        return "counted"
    return "waiting" if org_id else "nobodys"
