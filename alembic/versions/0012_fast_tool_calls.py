"""What the voice tools ask of the database while a caller waits, as functions: their plans are kept. And the
list of calls: found by words, the longest first.

Parsing and planning cost more than doing, prepared statements do not get through poolers, and PL/pgSQL keeps
the plans of its statements wherever it runs. Each function has the rights of whoever asks: row level security
holds inside as it does outside. Why and when: docs/decisions/0023.
"""

from alembic import context, op

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
    # The call, opened when nothing was heard of it before, and what this request was answered if it was made
    # before. Whoever comes second with the same request waits here for the first one's commit.
    """create function begin_tool_call(p_org_id uuid, p_vendor_call_id text, p_agent_id uuid,
      p_now timestamptz, p_vendor_tool_call_id text, p_digest text)
    returns table (call_id uuid, verdict text, result text, result_data jsonb)
    language plpgsql set search_path = '' as $$
    declare v_call_id uuid;
    begin
      perform pg_advisory_xact_lock(hashtextextended(
        concat_ws(' ', 'tool call', p_org_id, p_vendor_call_id, p_vendor_tool_call_id, p_digest), 0));
      select c.id into v_call_id from public.call_logs c
      where c.org_id = p_org_id and c.vendor_call_id = p_vendor_call_id;
      if v_call_id is null then
        insert into public.call_logs (org_id, vendor_call_id, agent_id, created_at, last_event_at)
        values (p_org_id, p_vendor_call_id, p_agent_id, p_now, p_now)
        on conflict (org_id, vendor_call_id) do nothing returning id into v_call_id;
      end if;
      if v_call_id is null then  -- somebody else has opened it in this very moment: now it can be seen
        select c.id into v_call_id from public.call_logs c
        where c.org_id = p_org_id and c.vendor_call_id = p_vendor_call_id;
      end if;
      return query select t.call_id, t.verdict, t.result, t.result_data from public.call_tool_calls t
      where t.org_id = p_org_id and t.call_id = v_call_id
        and t.vendor_tool_call_id = p_vendor_tool_call_id and t.arguments_digest = p_digest;
      if not found then
        return query select v_call_id, null::text, null::text, null::jsonb;
      end if;
    end $$""",
    # A history may have told of the request already: our own answer is what counts.
    """create function answer_tool_call(p_org_id uuid, p_call_id uuid, p_now timestamptz,
      p_vendor_tool_call_id text, p_digest text, p_name text, p_arguments text,
      p_verdict text, p_result text, p_data text, p_took_ms int)
    returns void language plpgsql set search_path = '' as $$
    begin
      insert into public.call_tool_calls as known (org_id, call_id, requested_at, vendor_tool_call_id,
        arguments_digest, name, arguments, verdict, result, result_data, took_ms)
      values (p_org_id, p_call_id, p_now, p_vendor_tool_call_id,
        p_digest, p_name, p_arguments::jsonb, p_verdict, p_result, p_data::jsonb, p_took_ms)
      on conflict (org_id, call_id, vendor_tool_call_id, arguments_digest) do update set
        requested_at = least(known.requested_at, excluded.requested_at), verdict = excluded.verdict,
        result = excluded.result, result_data = excluded.result_data, took_ms = excluded.took_ms;
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
    returns table (id uuid, name text)
    language plpgsql set search_path = '' as $$
    #variable_conflict use_column
    begin
      for attempt in 1..2 loop  -- again, when somebody else makes it in this very moment
        return query select c.id, c.name from public.contacts c
          where c.org_id = p_org_id and c.phone = p_phone;
        exit when found;
        return query insert into public.contacts as c (org_id, phone, name) values (p_org_id, p_phone, p_name)
          on conflict do nothing returning c.id, c.name;
        exit when found;
      end loop;
    end $$""",
    # Without an id the time or the request key is taken. A plain insert would deadlock under contention.
    """create function insert_booking(p_id uuid, p_org_id uuid, p_practitioner_id uuid, p_service_id uuid,
      p_contact_id uuid, p_call_id uuid, p_patient_name text, p_patient_phone text,
      p_starts_at timestamptz, p_ends_at timestamptz, p_blocks_from timestamptz, p_blocks_until timestamptz,
      p_status text, p_source text, p_notes text, p_request_key text, p_created_by uuid, p_now timestamptz)
    returns uuid language plpgsql set search_path = '' as $$
    declare v_id uuid;
    begin
      insert into public.bookings (id, org_id, practitioner_id, service_id, contact_id, call_id, patient_name,
        patient_phone, starts_at, ends_at, blocks_from, blocks_until, status, source, notes, request_key,
        created_by, created_at, updated_at)
      values (p_id, p_org_id, p_practitioner_id, p_service_id, p_contact_id, p_call_id, p_patient_name,
        p_patient_phone, p_starts_at, p_ends_at, p_blocks_from, p_blocks_until, p_status, p_source, p_notes,
        p_request_key, p_created_by, p_now, p_now)
      on conflict do nothing returning id into v_id;
      return v_id;
    end $$""",
]

# Text search is not leakproof, so under row level security its index would not be used: the organization is
# named here. What a list filters, sorts and sums by comes along, for looking it up again costs as much as the
# search. `search_calls` stays for processes that know nothing of this one.
FIND_CALLS = """create function find_calls(p_words text, p_limit int)
    returns table (id uuid, created_at timestamptz, agent_id uuid, direction text, outcome text,
      has_booking boolean, is_after_hours boolean, cost_usd numeric, duration_seconds numeric,
      caller_name text)
    language sql stable security definer set search_path = '' as $$
      select c.id, c.created_at, c.agent_id, c.direction, c.outcome, c.has_booking, c.is_after_hours,
        c.cost_usd, c.duration_seconds, c.caller_name
      from public.call_logs c
      where c.org_id = (select public.auth_org_id()) and c.words @@ pg_catalog.to_tsquery('simple', p_words)
      order by c.created_at desc limit p_limit
    $$"""
# The longest calls first, without sorting all of a clinic's: 57 bytes a call, and no update that was cheap
# becomes dear, for its columns are in another index already.
LONGEST_FIRST = (
    "create index call_logs_org_length on call_logs (org_id, duration_seconds desc nulls last, id desc)"
)


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [
        *FUNCTIONS,
        FIND_CALLS,
        LONGEST_FIRST,
        "revoke execute on function find_calls(text, int) from public",
        f'grant execute on function find_calls(text, int) to "{app_role}"',
    ]:
        op.execute(statement)
