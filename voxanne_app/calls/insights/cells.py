"""Calls that have ended, as the cells that figures are summed from. Counted the same way here and there."""

# Asks for :org_id and :zone; `{days}` is a table of days `w.on_day`, `{and_if}` a further condition. A call
# is of the day that the clinic's wall showed; the index is asked for some hours around it, because what is
# meant by midnight differs where clocks change at that hour. `offset 0` has it asked day by day: the planner
# would else read all calls that the clinic ever had.
DIRECT = """
    select w.on_day, extract(hour from c.wall)::smallint as hour, c.agent_id, c.agent_version,
      coalesce(c.outcome, '') as outcome, 1 as calls, c.has_booking::int as booked,
      c.is_after_hours::int as after_hours, (c.duration_seconds is not null)::int as timed,
      coalesce(c.duration_seconds, 0) as seconds, (c.cost_usd is not null)::int as billed,
      coalesce(c.cost_usd, 0) as cost_usd
    from {days} w cross join lateral (
      select *, created_at at time zone :zone as wall from call_logs
      where org_id = :org_id and status = 'ended' and not is_test
        and created_at >= (w.on_day::timestamp at time zone :zone) - interval '3 hours'
        and created_at < ((w.on_day + 1)::timestamp at time zone :zone) + interval '3 hours'
      offset 0
    ) c
    where c.wall::date = w.on_day {and_if}
"""
KEY = "on_day, hour, agent_id, agent_version, outcome"
SUMS = ("calls", "booked", "after_hours", "timed", "seconds", "billed", "cost_usd")
