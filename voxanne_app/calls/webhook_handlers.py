"""What the voice platform's news does to the log of calls. Safe to repeat, in any order."""

from datetime import datetime

from sqlmodel import Session

from voxanne_app.calls import call_log
from voxanne_app.calls.ports import CallNews, Line


def on_call_news(session: Session, news: CallNews, *, line: Line, now: datetime) -> None:
    call_log.take_in(session, news, line=line, now=now)
