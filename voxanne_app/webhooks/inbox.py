"""The inbox: each event is stored once, with the job that handles it, before its receipt goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg
from sqlmodel import Session

from voxanne_app.foundation.database import Claims, at_the_end, cursor
from voxanne_app.integrations.vapi.webhooks import PROVIDER, VapiEvent
from voxanne_app.webhooks import tenants

_STORE = "select store_webhooks(%b::text[], %b::text[], %b::text[], %b::uuid[], %b::text[], %b::text[])"
_STORE_ONE = (
    b"select store_webhooks(array[$1::text], array[$2::text], array[$3::text], array[$4::uuid], "
    b"array[$5::text], array[$6::text])"
)


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
    """The same at the end of a transaction of the organization whose event it is."""
    at_the_end(session, _STORE_ONE, *_row(event, org_id))


def _row_of(event: ArrivedEvent) -> tuple[Any, ...]:
    tenant = tenants.tenant_of(event.provider, event.addresses, event.happened_at)
    return _row(event, tenant.org_id if tenant else None)


def _row(event: ArrivedEvent, org_id: UUID | None) -> tuple[Any, ...]:
    return event.provider, event.key, event.type, org_id, event.body, _verdict(org_id, event.body)


def _verdict(org_id: UUID | None, body: str | None) -> str:
    if body is None:
        return "counted"
    return "waiting" if org_id else "nobodys"
