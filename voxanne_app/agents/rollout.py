"""Which version answers: the published one, one that a number is pinned to, or a candidate for some callers.

Whether a caller is among those is decided by their number alone, so that they meet the same one each time.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.agents.versions import VersionUnknown, find_agent, version_of
from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.foundation.job_queue import enqueue

_BUCKETS = 10_000
_Z = 1.959964  # 95 %

# What the platform was given as each version that may answer: the published one first.
_ANSWERING = text("""
    select a.version, a.candidate_version, a.candidate_share,
      coalesce(jsonb_object_agg(v.number::text, v.platform_body)
        filter (where v.platform_body is not null), '{}') as bodies
    from agents a left join agent_versions v on v.org_id = a.org_id and v.agent_id = a.id
      and v.state = 'published'
      and v.number in (a.version, a.candidate_version, cast(:pinned as int))
    where a.org_id = :org_id and a.id = :agent_id group by a.id
""")


@dataclass(frozen=True)
class Answering:
    """Who may answer a number. `bodies`: version → what the platform is given, without secrets."""

    published: int
    pinned: int | None
    candidate: int | None
    share: int
    bodies: dict[int, dict[str, Any]]

    def version_for(self, agent_id: UUID, caller: str) -> int:
        if self.pinned in self.bodies:
            return self.pinned or self.published
        if self.candidate in self.bodies and is_among(self.share, agent_id, self.candidate or 0, caller):
            return self.candidate or self.published
        return self.published


def is_among(share: int, agent_id: UUID, candidate: int, caller: str) -> bool:
    """Whether a caller is one of the `share` percent. Who withholds their number never is."""
    if not caller or share <= 0:
        return False
    digest = hashlib.sha256(f"{agent_id} {candidate} {caller}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _BUCKETS < share * (_BUCKETS // 100)


def answering(session: Session, *, org_id: UUID, agent_id: UUID, pinned: int | None) -> Answering:
    values = {"org_id": org_id, "agent_id": agent_id, "pinned": pinned}
    row = session.connection().execute(_ANSWERING, values).one()
    bodies = {int(number): body for number, body in row.bodies.items()}
    return Answering(row.version, pinned, row.candidate_version, row.candidate_share, bodies)


def is_divided(session: Session, *, org_id: UUID, agent_id: UUID) -> bool:
    agent = find_agent(session, org_id=org_id, agent_id=agent_id)
    return agent.candidate_version is not None and agent.candidate_share > 0


def try_candidate(session: Session, *, org_id: UUID, agent_id: UUID, version: int | None, share: int) -> None:
    """Let `share` percent of the callers meet that version; None: everybody meets what is published."""
    agent = find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    if version is not None:
        if version == agent.version:
            raise VersionUnknown(f"Version {version} is what everybody hears already: choose another one.")
        if version_of(session, agent, version).platform_body is None:
            raise VersionUnknown(f"Version {version} is too old to be tried: restore and publish it instead.")
    agent.candidate_version, agent.candidate_share = version, share if version is not None else 0
    session.add(agent)
    details = {"version": version or 0, "share": agent.candidate_share}
    record(session, "agents.candidate_set", subject=("agent", agent_id), details=details)
    ask_to_connect(session, org_id=org_id, agent_id=agent_id)


def ask_to_connect(session: Session, *, org_id: UUID, agent_id: UUID) -> None:
    enqueue(session, "agents.connect", {"agent_id": str(agent_id)}, org_id=org_id, unique_key=str(agent_id))
    announce(session, org_id=org_id, topic="agents")


@dataclass(frozen=True)
class Share:
    """How many of how many, and between which shares the truth lies with 95 % (Wilson's interval)."""

    hits: int
    calls: int
    low: float
    high: float


def share_of(hits: int, calls: int) -> Share:
    if calls == 0:
        return Share(0, 0, 0.0, 1.0)
    p, z2 = hits / calls, _Z * _Z
    centre, spread = p + z2 / (2 * calls), _Z * sqrt(p * (1 - p) / calls + z2 / (4 * calls * calls))
    scale = 1 + z2 / calls
    return Share(hits, calls, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


@dataclass(frozen=True)
class Outcomes:
    """What came of the ended calls of one version."""

    version: int
    booked: Share
    passed_on: Share
    failed: Share
    since: datetime | None
