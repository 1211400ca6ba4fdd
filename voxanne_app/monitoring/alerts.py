"""Alerts for operators: one row per lasting trouble, not one per time that somebody notices it.

    raise_alert(session, key="audit.chain", title="The trail does not verify", body="…", severity="critical")
    clear_alert(session, "audit.chain")

`session` is the platform's own (`Claims.system()`), as is a platform job's `run.finish()`. Both may be called
as often as one likes. What comes and goes stays one alert: it is resolved only when it has stayed away for a
while, longer each time it comes back within the hour.
"""

from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.foundation.redaction import redact

Severity = Literal["warning", "critical"]

QUIET_MINUTES = 5
LONGEST_QUIET_MINUTES = 240

# The open alert, or one that was resolved so lately that it is the same trouble come back. Worse than it was
# is news again.
_AGAIN = text("""
    update alerts
       set times = coalesce(:times, times + 1), last_raised_at = now(), cleared_at = null,
           title = :title, body = :body, severity = :severity,
           reopened = reopened + case when resolved_at is null then 0 else 1 end,
           told_at = case when resolved_at is null and (severity = :severity or severity = 'critical')
                          then told_at end,
           acknowledged_at = case when resolved_at is null then acknowledged_at end,
           acknowledged_by = case when resolved_at is null then acknowledged_by end,
           resolved_at = null, told_resolved_at = null
     where id = (select id from alerts
                  where key = :key and (resolved_at is null or resolved_at > now() - interval '1 hour')
                  order by resolved_at is not null, raised_at desc limit 1 for update)
    returning told_at is null as is_news
""")
_FIRST = text("""
    insert into alerts (key, severity, title, body, times)
    values (:key, :severity, :title, :body, coalesce(:times, 1))
    on conflict (key) where resolved_at is null do update set times = alerts.times + 1, last_raised_at = now()
    returning told_at is null as is_news
""")
_CLEAR = text("""
    update alerts set cleared_at = now() where key = :key and resolved_at is null and cleared_at is null
""")
_CLEAR_OTHERS = text("""
    update alerts set cleared_at = now()
     where starts_with(key, :prefix) and not key = any(:keys) and resolved_at is null and cleared_at is null
""")
_SETTLE = text(f"""
    update alerts set resolved_at = now()
     where resolved_at is null and cleared_at <= now() - make_interval(mins =>
           least({QUIET_MINUTES} * (2 ^ least(reopened, 10))::int, {LONGEST_QUIET_MINUTES}))
""")  # noqa: S608 - made of constants
_ACKNOWLEDGE = text("""
    update alerts set acknowledged_at = now(), acknowledged_by = :person_id
     where id = :alert_id and resolved_at is null and acknowledged_at is null returning id
""")
_FORGET = text("delete from alerts where resolved_at < now() - interval '400 days'")


def raise_alert(
    session: Session, *, key: str, title: str, body: str, severity: Severity, times: int | None = None
) -> None:
    """Say that there is trouble. `times` is how often, where that is known; by default one more.

    `key` names the trouble, not its occurrence; numbers, addresses and secrets in the texts are removed, but
    names of patients must never come here. Operators hear of it within a minute.
    """
    values = {"key": key, "severity": severity, "times": times, "title": redact(title), "body": redact(body)}
    connection = session.connection()
    is_news = connection.execute(_AGAIN, values).scalar_one_or_none()
    if is_news is None:
        is_news = connection.execute(_FIRST, values).scalar_one()
    if is_news:
        ask_to_tell(session)


def clear_alert(session: Session, key: str) -> None:
    """Say that the trouble is gone, or was not there at all."""
    session.connection().execute(_CLEAR, {"key": key})


def clear_others(session: Session, *, prefix: str, keys: list[str]) -> None:
    """Of all troubles whose key starts with `prefix`, only `keys` are left."""
    session.connection().execute(_CLEAR_OTHERS, {"prefix": prefix, "keys": keys})


def settle(session: Session) -> None:
    """Resolve what has stayed away for long enough."""
    session.connection().execute(_SETTLE)


def acknowledge(session: Session, alert_id: UUID, *, person_id: UUID) -> bool:
    """Somebody looks after it. False when somebody else does already, or it is over."""
    values = {"alert_id": alert_id, "person_id": person_id}
    return session.connection().execute(_ACKNOWLEDGE, values).one_or_none() is not None


def ask_to_tell(session: Session) -> None:
    enqueue(session, "monitoring.tell_alerts", {}, org_id=None, unique_key="tell")


def forget_old(session: Session) -> None:
    session.connection().execute(_FORGET)
