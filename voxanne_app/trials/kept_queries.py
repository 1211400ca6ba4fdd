"""Kept tests as screens show them: each with what came of its last run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.agents.checks import Checks

State = Literal["passed", "failed", "broken", "waiting", "unrun"]

_ROWS = text("""
    select t.id, t.name, t.origin, t.author, jsonb_array_length(t.lines) as lines,
      coalesce(r.state, 'unrun') as state, coalesce(r.trouble, '') as trouble,
      coalesce(r.said, 0) as said, coalesce(r.findings, '[]') as findings,
      r.version, coalesce(r.digest, '') as digest, coalesce(r.revision, t.revision) = t.revision as is_of_now,
      r.asked_at, r.finished_at
    from kept_tests t
    left join lateral (
      select n.* from kept_test_runs n
      where n.org_id = t.org_id and n.test_id = t.id
        and (cast(:digest as text) is null or (n.digest = :digest and n.revision = t.revision))
      order by n.asked_at desc, n.id limit 1
    ) r on true
    where t.org_id = :org_id and t.agent_id = :agent_id order by t.created_at, t.id
""")
_LAST_RUN = text("""
    select state, findings, turns, trouble, version, digest, revision, cost_usd, asked_at, finished_at, said
    from kept_test_runs where org_id = :org_id and test_id = :test_id
    order by asked_at desc, id limit 1
""")


@dataclass(frozen=True)
class KeptRow:
    """A test and its last run, of which `findings` are sentences, empty where an expectation was met;
    `version` None is a draft, and `is_of_now` whether the test says the same since."""

    id: UUID
    name: str
    origin: str
    author: str
    lines: int
    state: State
    trouble: str
    said: int
    findings: Sequence[str]
    version: int | None
    digest: str
    is_of_now: bool
    asked_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class RunView:
    """`turns` as `turns.read_turns` reads them."""

    state: State
    findings: Sequence[str]
    turns: Sequence[dict[str, Any]]
    trouble: str
    version: int | None
    digest: str
    revision: int
    cost_usd: Decimal | None
    asked_at: datetime
    finished_at: datetime | None
    said: int


def kept_with(
    session: Session, *, org_id: UUID, agent_id: UUID, digest: str | None = None
) -> tuple[KeptRow, ...]:
    """Each with its last run; with a `digest`, its last one against that, if the test says the same since."""
    values = {"org_id": org_id, "agent_id": agent_id, "digest": digest}
    return tuple(KeptRow(**row._mapping) for row in session.connection().execute(_ROWS, values))


def last_run(session: Session, *, org_id: UUID, test_id: UUID) -> RunView | None:
    values = {"org_id": org_id, "test_id": test_id}
    row = session.connection().execute(_LAST_RUN, values).one_or_none()
    return RunView(**row._mapping) if row else None


def checks_of(rows: Sequence[KeptRow]) -> Checks:
    """Of tests as `kept_with` gives them for a digest."""
    states = [row.state for row in rows]
    passed, failed = states.count("passed"), states.count("failed")
    return Checks(passed, failed, len(states) - passed - failed)
