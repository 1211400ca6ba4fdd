"""The events of one call as they came in, for those who may look at them: without secrets and addresses."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.redaction import REMOVED
from voxanne_app.integrations.vapi.redaction import without_secrets

_LONGEST = 60_000  # characters of one event: the histories inside repeat each other
_ADDRESS = re.compile(r"\b(?:https?|wss?)://[^\s\"'<>]+", re.IGNORECASE)
# Keys are `vapi:<call id>:<type>:…`.
_OF_CALL = text("""
    select id, event_type, verdict, received_at, handled_at, body is not null as has_body
    from webhook_inbox
    where org_id = :org_id and provider = 'vapi' and received_at between :since and :until
      and starts_with(event_key, :begins)
    order by received_at, id limit 200
""")
_BODY = text("""
    select body from webhook_inbox
    where org_id = :org_id and id = :id and starts_with(event_key, :begins)
""")


@dataclass(frozen=True)
class CallEvent:
    id: UUID
    event_type: str
    verdict: str
    received_at: datetime
    handled_at: datetime | None
    has_body: bool


def events_of_call(
    session: Session, vendor_call_id: str, *, org_id: UUID, since: datetime, until: datetime
) -> tuple[CallEvent, ...]:
    """What came in about a call in that time, by which it is looked up: let it be hours, not weeks."""
    values = {"org_id": org_id, "begins": f"vapi:{vendor_call_id}:", "since": since, "until": until}
    return tuple(CallEvent(*row) for row in session.connection().execute(_OF_CALL, values))


def body_of(session: Session, event_id: UUID, vendor_call_id: str, *, org_id: UUID) -> str:
    """The event as JSON to read; empty once it is forgotten, a day after it was handled."""
    values = {"org_id": org_id, "id": event_id, "begins": f"vapi:{vendor_call_id}:"}
    body = session.connection().execute(_BODY, values).scalar_one_or_none()
    if body is None:
        return ""
    shown = json.dumps(without_addresses(without_secrets(body)), indent=2, ensure_ascii=False)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}\n… and {len(shown) - _LONGEST:,} more"


def without_addresses(value: Any) -> Any:
    """The same JSON without links: they open recordings, listen to calls, or speak into them."""
    if isinstance(value, str):
        return _ADDRESS.sub(REMOVED, value)
    if isinstance(value, dict):
        return {name: without_addresses(held) for name, held in value.items()}
    return [without_addresses(held) for held in value] if isinstance(value, list) else value
