"""1,000,000 calls in 200 organizations, to measure reading on.

Made as the superuser, with the indexes made afterwards. The texts are short, the words in them rare and
frequent as in speech.
"""

# ruff: noqa: S608 - the statements are made of constants

from uuid import UUID

import psycopg

from voxanne_app.bench import ground
from voxanne_app.embedded import databases
from voxanne_app.embedded.postgres import EmbeddedPostgres

CALLS, CLINICS = 1_000_000, 200

_CLINICS = f"""
create temporary table bench_clinics as select n as number, gen_random_uuid() as id
  from generate_series(1, {CLINICS}) as n;
insert into organizations (id, name, time_zone)
  select id, 'Clinic ' || number, 'America/New_York' from bench_clinics;
create temporary table bench_agents as select number, line, id as org_id, gen_random_uuid() as agent_id
  from bench_clinics, generate_series(1, 3) as line;
insert into agents (id, org_id, name) select agent_id, org_id, 'Line ' || line from bench_agents;
create temporary table bench_contacts as select id as org_id, gen_random_uuid() as contact_id,
  '+1503555' || lpad((n * 5)::text, 4, '0') as phone from bench_clinics, generate_series(0, 1999) as n;
insert into contacts (id, org_id, phone, name)
  select contact_id, org_id, phone, case when phone ~ '5$' then 'Patient ' || right(phone, 4) else '' end
  from bench_contacts;
create index on bench_contacts (org_id, phone);
analyze bench_contacts
"""
# Clinic 1 gets one call in {one_in}. Line 1 has most of a clinic's calls, line 3 one in a hundred. Some
# outcomes are rare, one caller in twenty speaks of a crown; not every call has a name, a length or a price.
# `m` is `n` shuffled, so that no clinic gets all of a kind.
_FILL = f"""
insert into call_logs (org_id, agent_id, contact_id, vendor_call_id, direction, status, caller_number,
  caller_name, created_at, started_at, ended_at, duration_seconds, ended_reason, outcome, summary, transcript,
  cost_usd, has_report, has_booking, is_after_hours, is_disputed, agent_version)
select org.org_id, org.agent_id, known.contact_id, 'bench-' || n,
  case when m % 4999 = 0 then 'web' when m % 7 = 0 then 'outbound' else 'inbound' end, 'ended', drawn.phone,
  case when m % 5 > 0 then 'Caller ' || (m * 31 % 20000) end, at, at, at + interval '2 minutes',
  case when outcome <> 'missed' then m * 13 % 600 end, 'customer-ended-call', outcome,
  'Wants word' || m % 500,
  'AI: How can I help? User: I need word' || m % 500 || ' and word' || m * 17 % 3000
    || case when m % 20 = 0 then ' for my crown' else '' end,
  case when m % 50 > 0 then m * 11 % 90 / 100.0 end,
  true, outcome = 'booked', m % 4 = 0, m % 997 = 0, 4 - n / 250000
from generate_series(1::bigint, {CALLS}) as n
cross join lateral (select n * 7919 % 1000003 as m) as shuffled
cross join lateral (select now() - n * interval '16 seconds' as at,
  '+1503555' || lpad((m % 10000)::text, 4, '0') as phone,
  case when m % 9973 = 0 then 'spam' when m % 2003 = 0 then 'tool_failed' when m % 211 = 0 then 'moved'
  else (array['booked', 'answered', 'callback', 'transferred', 'missed', 'failed'])[1 + m % 6]
  end as outcome) as drawn
join bench_agents org on org.number = case when n % {{one_in}} = 0 then 1 else 2 + n % {CLINICS - 1} end
  and org.line = case when m % 100 = 0 then 3 when m % 10 = 1 then 2 else 1 end
left join bench_contacts known on known.org_id = org.org_id and known.phone = drawn.phone
"""
# Four callbacks of ten are cases, and those of the last day are open.
_CASES = """
insert into cases (org_id, kind, title, call_id, request_key, created_at, resolved_at)
select org_id, 'callback', 'Call back', id, vendor_call_id, created_at,
  case when created_at < now() - interval '1 day' then created_at + interval '1 hour' end
from call_logs where outcome = 'callback' and vendor_call_id ~ '[02]$'
"""


def fill(server: EmbeddedPostgres, *, one_in: int = 10) -> list[UUID]:
    """The ids of the big clinic, which has one call in `one_in`, and of some others."""
    url = databases.with_database(server.superuser_url, ground.DATABASE)
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        for statement in _CLINICS.split(";"):
            connection.execute(statement)
        indexes = connection.execute(
            "select indexname, indexdef from pg_indexes where tablename = 'call_logs' and indexname not in "
            "(select conname from pg_constraint)"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(psycopg.sql.SQL("drop index {}").format(psycopg.sql.Identifier(name)))
        connection.execute(_FILL.format(one_in=one_in).encode())
        connection.execute(_CASES.encode())
        for _, definition in indexes:
            connection.execute(definition.encode())
        found = connection.execute("select id from bench_clinics order by number limit 20").fetchall()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze call_logs, cases, agents, contacts, organizations")
    return [row[0] for row in found]
