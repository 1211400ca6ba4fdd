"""How long recordings are kept: as was said when each was made, or less if the clinic now says less."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

# Daily, since midnight UTC: what is over then is deleted.
CLEANED_AT = timedelta(hours=4)
# Of a recording `r` of the organization `o`. Asked anew each time, so a shorter time can be taken back.
GOES_AT = "least(r.delete_after, r.kept_at + o.recording_retention_days * interval '1 day')"

_WEIGHED = text(f"""
    select count(*) as kept,
      count(*) filter (where r.kept_at + :days * interval '1 day' <= :at and {GOES_AT} > :at) as going
    from call_recordings r join organizations o on o.id = r.org_id
    where r.org_id = :org_id and r.state = 'kept'
""")  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Weighed:
    """Of the `kept` recordings, `going` are deleted at `at` because of the change alone."""

    kept: int
    going: int
    at: datetime


def next_cleaning(now: datetime) -> datetime:
    """`now` in UTC."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0) + CLEANED_AT
    return today if now < today else today + timedelta(days=1)


def weigh(session: Session, *, org_id: UUID, days: int, now: datetime) -> Weighed:
    """What the next cleaning would delete if recordings were kept for `days` from now on."""
    at = next_cleaning(now)
    found = session.connection().execute(_WEIGHED, {"org_id": org_id, "days": days, "at": at}).one()
    return Weighed(found.kept, found.going, at)
