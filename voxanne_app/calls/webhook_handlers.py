"""What the voice platform's news does to the log of calls. Safe to repeat, in any order."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from voxanne_app.calls import call_log
from voxanne_app.calls.ports import CallNews


def on_call_news(
    session: Session, news: CallNews, *, org_id: UUID, agent_id: UUID | None, now: datetime
) -> None:
    call_log.take_in(session, news, org_id=org_id, agent_id=agent_id, now=now)
