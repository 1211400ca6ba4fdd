"""News for open screens: which organization has something new, and about what. Never the news itself."""

import json
from typing import Literal
from uuid import UUID

from sqlmodel import Session

from voxanne_app.foundation.database import ClaimedSession
from voxanne_app.foundation.direct import ask

CHANNEL = "voxanne_changes"

Topic = Literal["calls", "bookings", "cases", "agents", "team", "clinic", "audit", "trials"]


def announce(session: Session, *, org_id: UUID, topic: Topic) -> None:
    """Tell every web process at commit. Postgres folds equal announcements of one transaction into one.

    Not from a caller's transaction: announcing ones commit one after the other, in the whole database, and
    callers wait for that. What they had done is announced moments later, by their event's own job.
    """
    if isinstance(session, ClaimedSession) and session.claims.is_assistant:
        return
    payload = json.dumps({"org_id": str(org_id), "topic": topic})
    ask(session, b"select pg_notify($1, $2)", CHANNEL, payload)
