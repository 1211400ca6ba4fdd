"""What the checks are held against, read in one go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.agents.queries import calls_out
from voxanne_app.calls.outbound.checks import DAY, Facts
from voxanne_app.calls.outbound.hours import whereabouts
from voxanne_app.calls.queries import LIVE_FOR
from voxanne_app.contacts import calling_consent
from voxanne_app.telephony.addresses import line_to_call_from
from voxanne_app.telephony.queries import own_numbers

_CLINIC = text("""
    select time_zone, phone, suspended_at is not null as is_suspended from organizations where id = :org_id
""")
_ON_THE_PHONE = text("""
    select exists (select from call_logs where org_id = :org_id and caller_number = :number
      and status not in ('ended', 'scheduled') and created_at > :live_since)
""")
_ATTEMPTS = text("""
    select count(*) filter (where dialling_at > :day_ago) as dialled_today,
      min(dialling_at) filter (where dialling_at > :day_ago) as first_dialled_at,
      max(dialling_at) filter (where number = :number and id is distinct from :own) as last_dialled_at,
      coalesce(bool_or(number = :number and id is distinct from :own
        and state in ('asked', 'dialling', 'dialled')), false) as has_open_attempt
    from outbound_calls where org_id = :org_id and asked_at > :lately
""")


def facts_about(
    session: Session,
    number: str,
    *,
    org_id: UUID,
    contact_id: UUID | None,
    agent_id: UUID | None,
    now: datetime,
    own: UUID | None = None,
    is_test: bool = False,
) -> Facts:
    """`own`: the attempt that is looked at, which does not stand in its own way. A test goes to a person's
    own phone, with an agent that may be a draft.
    """
    connection = session.connection()
    clinic = connection.execute(_CLINIC, {"org_id": org_id}).one()
    values: dict[str, Any] = {"org_id": org_id, "number": number, "own": own, "live_since": now - LIVE_FOR}
    attempts = connection.execute(_ATTEMPTS, values | {"day_ago": now - DAY, "lately": now - 2 * DAY}).one()
    return Facts(
        number=number,
        where=whereabouts(number, clinic_zone=clinic.time_zone),
        consent=calling_consent.latest(session, org_id=org_id, contact_id=contact_id) if contact_id else None,
        needs_consent=not is_test,
        own_numbers=own_numbers(session, org_id=org_id) | ({clinic.phone} if clinic.phone else set()),
        is_suspended=clinic.is_suspended,
        is_on_the_phone=connection.execute(_ON_THE_PHONE, values).scalar_one(),
        is_agent_ready=is_test
        or agent_id in {one.id for one in calls_out(session, org_id=org_id) if one.knows_why},
        line_id=line_to_call_from(session, org_id=org_id, agent_id=agent_id),
        **attempts._mapping,
    )
