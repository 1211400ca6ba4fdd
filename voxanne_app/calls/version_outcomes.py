"""What came of the calls that two versions of an agent answered, side by side."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_OUTCOMES = text("""
    select agent_version, count(*) as calls,
      count(*) filter (where has_booking) as booked,
      count(*) filter (where outcome in ('transferred', 'callback')) as passed_on,
      count(*) filter (where outcome in ('hung_up_early', 'missed', 'failed', 'tool_failed')) as lost
    from call_logs
    where org_id = :org_id and agent_id = :agent_id and agent_version = any(:versions)
      and status = 'ended' and created_at >= :since
    group by agent_version
""")


@dataclass(frozen=True)
class VersionOutcomes:
    """Numbers of ended calls. `lost`: hung up, missed or failed."""

    version: int
    calls: int = 0
    booked: int = 0
    passed_on: int = 0
    lost: int = 0


def outcomes_of_versions(
    session: Session, *, org_id: UUID, agent_id: UUID, versions: list[int], since: datetime
) -> dict[int, VersionOutcomes]:
    values = {"org_id": org_id, "agent_id": agent_id, "versions": versions, "since": since}
    found = {
        row.agent_version: VersionOutcomes(row.agent_version, row.calls, row.booked, row.passed_on, row.lost)
        for row in session.connection().execute(_OUTCOMES, values)
    }
    return {version: found.get(version, VersionOutcomes(version)) for version in versions}
