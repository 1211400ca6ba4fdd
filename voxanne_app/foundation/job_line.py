"""Which job is next. Organizations take turns: one clinic's flood is not another clinic's wait."""

# ruff: noqa: S608 - the statements are made of constants

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from voxanne_app.foundation.database import Claims, transaction

# So long Huey is trusted to start what it was given; then the broker may have lost it, and it is given again.
QUEUED_SECONDS = 5.0


@dataclass(frozen=True)
class Ticket:
    """The right to start a job once. `turn` is its place in its organization's line, from 1."""

    job_id: UUID
    fence: int
    turn: int


_ANYTHING_DUE = text("""
    select exists (select 1 from jobs where state = 'waiting' and due_at <= now()
                                        and (queued_until is null or queued_until <= now()))
""")

# The platform's own work stands in line as an organization called nobody.
_ORG = "coalesce(org_id, '00000000-0000-0000-0000-000000000000')"

# The n-th job of each organization comes before anybody's n+1st, and what an organization has running counts.
# The recursion steps from organization to organization in an index: of a flood only the oldest rows are read.
_NEXT_IN_LINE = text(f"""
    with recursive organizations (org) as (
        (select {_ORG} from jobs where state = 'waiting' order by {_ORG} limit 1)
        union all
        select (select {_ORG} from jobs where state = 'waiting' and {_ORG} > before.org
                 order by {_ORG} limit 1)
          from organizations before where before.org is not null
    ), busy as (
        select org, count(*) as jobs from (
            select {_ORG} as org from jobs where state = 'running'
            union all
            select {_ORG} from jobs where state = 'waiting' and queued_until > now()
        ) underway group by org
    ), line as (
        select due.id, due.due_at,
               coalesce(busy.jobs, 0) + row_number() over (partition by org order by due.due_at) as turn
          from organizations
          left join busy using (org)
         cross join lateral (
               select id, due_at from jobs
                where state = 'waiting' and {_ORG} = org and due_at <= now()
                  and (queued_until is null or queued_until <= now())
                order by due_at limit :room) due
         order by turn, due_at limit :room
    ), claimed as (
        select jobs.id, line.turn from jobs join line using (id)
         where state = 'waiting' and (queued_until is null or queued_until <= now())
           for update of jobs skip locked
    )
    update jobs set queued_until = now() + make_interval(secs => {QUEUED_SECONDS})
      from claimed where jobs.id = claimed.id
    returning jobs.id, jobs.fence, claimed.turn
""")

_NOT_QUEUED = text("update jobs set queued_until = null where id = any(:ids) and state = 'waiting'")


def anything_due() -> bool:
    with transaction(Claims.system()) as session:
        return bool(session.connection().execute(_ANYTHING_DUE).scalar())


def take_next(room: int) -> list[Ticket]:
    """At most `room` tickets for Huey, those to start first in front. Several workers may ask at once."""
    with transaction(Claims.system()) as session:
        rows = session.connection().execute(_NEXT_IN_LINE, {"room": room})
        return sorted((Ticket(*row) for row in rows), key=lambda ticket: ticket.turn)


def put_back(job_ids: Sequence[UUID]) -> None:
    """Into the line again: Huey could not be given these, or nobody here will start them."""
    with transaction(Claims.system()) as session:
        session.connection().execute(_NOT_QUEUED, {"ids": list(job_ids)})
