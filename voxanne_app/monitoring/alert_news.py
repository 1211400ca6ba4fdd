"""What of the alerts the operators' channel has not heard yet, and noting that it has."""

import logging
from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.monitoring.ports import AlertChannel, AlertNews, ChannelRefuses, ChannelUnavailable

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20

# What was resolved before anybody heard of it is not told any more.
_UNTOLD = text("""
    select id, case when resolved_at is null then 'raised' else 'resolved' end,
           severity, title, body, raised_at
      from alerts
     where (resolved_at is null and told_at is null)
        or (resolved_at is not null and told_at is not null and told_resolved_at is null)
     order by severity, raised_at limit :most
""")
_TOLD = text("""
    update alerts set told_at = coalesce(told_at, now()), telling_trouble = :trouble,
           told_resolved_at = case when resolved_at is not null and :what = 'resolved' then now() end
     where id = :alert_id
""")


def untold(session: Session) -> list[AlertNews]:
    return [AlertNews(*row) for row in session.connection().execute(_UNTOLD, {"most": MOST_AT_ONCE})]


def tell(news: Sequence[AlertNews], channel: AlertChannel | None) -> str | None:
    """Tell it; None when it was told, else why never. What may work later raises ChannelUnavailable."""
    if channel is None:
        raise ChannelUnavailable("No channel is set up: SLACK_WEBHOOK_URL.")
    try:
        channel.tell(news)
    except ChannelRefuses as refused:
        log.error("Operators were not told of %d alerts: %s", len(news), refused)
        return str(refused)
    return None


def note_told(session: Session, news: Sequence[AlertNews], *, trouble: str | None) -> None:
    """`trouble`: why it was refused for good; it stands beside the alert and is not tried again."""
    for one in news:
        values = {"alert_id": one.alert_id, "what": one.what, "trouble": trouble}
        session.connection().execute(_TOLD, values)
