"""What the voice tools ask of the database while a caller waits, as functions: their plans are kept.

Parsing and planning cost more than doing, prepared statements do not get through poolers, and PL/pgSQL keeps
the plans of its statements wherever it runs. Each function has the rights of whoever asks: row level security
holds inside as it does outside. Why and when: docs/decisions/0023.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

FUNCTIONS = [
    # Asked once per statement and table by every policy: one expression, whose plan is kept too.
    """create or replace function auth_org_id() returns uuid
    language plpgsql stable set search_path = '' as $$
    begin
      return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb
        #>> '{app_metadata,org_id}', '')::uuid;
    end $$""",
    # The call, when nothing was heard of it before, and what is asked for in it. Whoever comes second with
    # the same request waits here for the first one's commit, and then sees its answer.
    """create function begin_tool_call(p_org_id uuid, p_vendor_call_id text, p_agent_id uuid,
      p_now timestamptz, p_vendor_tool_call_id text, p_digest text, p_name text, p_arguments text)
    returns table (id uuid, call_id uuid, verdict text, result text, result_data jsonb)
    language plpgsql set search_path = '' as $$
    #variable_conflict use_column
    declare v_call_id uuid;
    begin
      select c.id into v_call_id from public.call_logs c
      where c.org_id = p_org_id and c.vendor_call_id = p_vendor_call_id;
      if v_call_id is null then
        insert into public.call_logs (org_id, vendor_call_id, agent_id, created_at, last_event_at)
        values (p_org_id, p_vendor_call_id, p_agent_id, p_now, p_now)
        on conflict (org_id, vendor_call_id) do nothing returning call_logs.id into v_call_id;
      end if;
      if v_call_id is null then  -- somebody else has opened it in this very moment: now it can be seen
        select c.id into v_call_id from public.call_logs c
        where c.org_id = p_org_id and c.vendor_call_id = p_vendor_call_id;
      end if;
      return query insert into public.call_tool_calls as known
        (org_id, call_id, requested_at, vendor_tool_call_id, arguments_digest, name, arguments)
      values (p_org_id, v_call_id, p_now, p_vendor_tool_call_id, p_digest, p_name, p_arguments::jsonb)
      on conflict (org_id, call_id, vendor_tool_call_id, arguments_digest)
      do update set requested_at = least(known.requested_at, excluded.requested_at)
      returning known.id, known.call_id, known.verdict, known.result, known.result_data;
    end $$""",
    """create function answer_tool_call(p_org_id uuid, p_id uuid, p_verdict text, p_result text, p_data text,
      p_took_ms int)
    returns void language plpgsql set search_path = '' as $$
    begin
      update public.call_tool_calls set verdict = p_verdict, result = p_result, result_data = p_data::jsonb,
        took_ms = p_took_ms
      where org_id = p_org_id and id = p_id;
    end $$""",
    # A whole batch at once: an event and its job are there together, or neither is. What came before stays.
    """create function store_webhooks(p_providers text[], p_keys text[], p_types text[], p_org_ids uuid[],
      p_bodies text[], p_verdicts text[])
    returns void language plpgsql set search_path = '' as $$
    begin
      with stored as (
        insert into public.webhook_inbox (provider, event_key, event_type, org_id, body, verdict, handled_at)
        select provider, event_key, event_type, org_id, body::jsonb, verdict,
          case when verdict <> 'waiting' then now() end
        from unnest(p_providers, p_keys, p_types, p_org_ids, p_bodies, p_verdicts)
          as arrived (provider, event_key, event_type, org_id, body, verdict)
        on conflict (provider, event_key) do nothing
        returning id, org_id, verdict
      )
      insert into public.jobs (org_id, name, arguments)
      select org_id, 'webhooks.handle', jsonb_build_object('inbox_id', id)
      from stored where verdict = 'waiting';
    end $$""",
    """create function schedule_version(p_org_id uuid) returns uuid
    language plpgsql stable set search_path = '' as $$
    begin
      return (select version from public.schedule_versions where org_id = p_org_id);
    end $$""",
    # Plain comparisons: range operators are not leakproof, so row level security would keep their index
    # unused. `p_earliest` and `p_latest` say where in the index on starts_at to look.
    """create function busy_times(p_org_id uuid, p_earliest timestamptz, p_latest timestamptz,
      p_since timestamptz, p_until timestamptz, p_without uuid)
    returns table (practitioner_id uuid, since int[], until int[])
    language plpgsql stable set search_path = '' as $$
    begin
      return query select b.practitioner_id,
        array_agg(floor(date_part('epoch', b.blocks_from) / 60)::int),
        array_agg(ceil(date_part('epoch', b.blocks_until) / 60)::int)
      from public.bookings b
      where b.org_id = p_org_id and b.status in ('pending', 'confirmed')
        and b.starts_at > p_earliest and b.starts_at < p_latest
        and b.blocks_from < p_until and b.blocks_until > p_since
        and b.id is distinct from p_without
      group by b.practitioner_id;
    end $$""",
    # Looks before it writes: most callers are known, and a row that is read holds nobody up.
    """create function find_or_make_contact(p_org_id uuid, p_phone text, p_name text)
    returns table (id uuid, name text, created_at timestamptz)
    language plpgsql set search_path = '' as $$
    #variable_conflict use_column
    begin
      for attempt in 1..2 loop  -- again, when somebody else makes it in this very moment
        return query select c.id, c.name, c.created_at from public.contacts c
          where c.org_id = p_org_id and c.phone = p_phone;
        exit when found;
        return query insert into public.contacts as c (org_id, phone, name) values (p_org_id, p_phone, p_name)
          on conflict do nothing returning c.id, c.name, c.created_at;
        exit when found;
      end loop;
    end $$""",
]


def upgrade() -> None:
    for statement in FUNCTIONS:
        op.execute(statement)
