"""Keeping the figures: the days on which a call was changed are counted again, whole.

The database writes a mark whenever a call that has ended is changed (migration 0015), in the call's own
transaction. A mark is taken before its day is counted, by an earlier statement: what commits in between is
counted and leaves its mark, which costs a second count and never a wrong one.
"""

# ruff: noqa: S608 - the statements are made of constants

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.calls.insights.cells import DIRECT, KEY, SUMS
from voxanne_app.foundation.time_zones import zone_of

COUNT = "calls.count_figures_of"

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended(:org_id, 15))")
_ZONE = text("select time_zone from organizations where id = :org_id")
_FORGET = (
    text("""
        delete from call_figures f using call_figure_days d
        where f.org_id = :org_id and d.org_id = f.org_id and d.on_day = f.on_day and d.zone <> :zone
    """),
    text("delete from call_figure_days where org_id = :org_id and zone <> :zone"),
)
_TAKE_MARKS = text("""
    with taken as (delete from call_figure_marks where org_id = :org_id returning at)
    select distinct (at at time zone :zone)::date from taken
""")
_NEVER_COUNTED = text("""
    select day::date from generate_series(
      (select (min(created_at) at time zone :zone)::date from call_logs where org_id = :org_id)::timestamp,
      cast(:today as timestamp), '1 day') as day
    where not exists (select from call_figure_days d where d.org_id = :org_id and d.on_day = day::date)
""")
_DAYS = "(select unnest(cast(:days as date[])) as on_day)"
_COUNT = (
    text("delete from call_figures where org_id = :org_id and on_day = any(:days)"),
    text(f"""
        insert into call_figures (org_id, {KEY}, {", ".join(SUMS)})
        select :org_id, {KEY}, {", ".join(f"sum({name})" for name in SUMS)}
        from ({DIRECT.format(days=_DAYS, and_if="")}) cells group by {KEY}
    """),
    text("""
        insert into call_figure_days (org_id, on_day, zone)
        select :org_id, day, :zone from unnest(cast(:days as date[])) as day
        on conflict (org_id, on_day) do nothing
    """),
)
_WAITING = text("select distinct org_id from call_figure_marks")


def clinics_with_changes(session: Session) -> list[UUID]:
    """For whom there is something to count; asked by the platform."""
    return list(session.connection().execute(_WAITING).scalars())


def count_changes(session: Session, *, org_id: UUID, now: datetime) -> int:
    """Count the days anew that have changed or were never counted in the clinic's zone; how many."""
    connection = session.connection()
    connection.execute(_ONE_AT_A_TIME, {"org_id": str(org_id)})
    zone = connection.execute(_ZONE, {"org_id": org_id}).scalar_one()
    values = {"org_id": org_id, "zone": zone, "today": now.astimezone(zone_of(zone)).date()}
    for statement in _FORGET:
        connection.execute(statement, values)
    days: set[date] = set(connection.execute(_TAKE_MARKS, values).scalars())
    days |= set(connection.execute(_NEVER_COUNTED, values).scalars())
    if days:
        for statement in _COUNT:
            connection.execute(statement, values | {"days": sorted(days)})
    return len(days)
