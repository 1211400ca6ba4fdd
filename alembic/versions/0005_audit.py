"""What people did and read: append-only, and every organization's entries in a chain of hashes of its own.

The database makes the chain, so that nothing which can write an entry can choose its place: at commit, the
entry gets the next number of its chain and the hash over the one before it and itself. What an assistant did
gets its place moments later, so that no caller waits for another one's commit (docs/decisions/0015).
"""

from alembic import context, op
from voxanne_app.foundation.row_level_security import (
    OWN_ORGANIZATION_OR_SYSTEM,
    SYSTEM_ONLY,
    grants,
    policies,
    tenant_table,
)

revision = "0005"
down_revision = "0004"

# The chain of what belongs to no organization: the platform's own acts.
_NOBODYS = "'00000000-0000-0000-0000-000000000000'::uuid"

TABLES = [
    # org_id is null for the platform's own acts. Ids of people and records are told, not referred to: what
    # was done stays known when who did it, or what it was done to, is gone.
    """create table audit_events (
      id uuid primary key default gen_random_uuid(),
      org_id uuid references organizations (id),
      number bigint,
      happened_at timestamptz not null,
      actor_kind text not null check (actor_kind in ('person', 'operator', 'assistant', 'system')),
      person_id uuid,
      person_name text not null default '',
      session_id uuid,
      address text not null default '' check (length(address) <= 45),
      device text not null default '' check (length(device) <= 80),
      action text not null check (action ~ '^[a-z_]+\\.[a-z_]+$'),
      subject_kind text not null default '',
      subject_id text not null default '',
      details jsonb not null default '{}',
      outcome text not null default 'done' check (outcome in ('done', 'refused')),
      hash bytea
    )""",
    "create unique index audit_events_chain on audit_events (org_id, number)",
    "create index audit_events_person on audit_events (org_id, person_id, number) where number is not null",
    "create index audit_events_action on audit_events (org_id, action, number) where number is not null",
    "create index audit_events_subject on audit_events (org_id, subject_id, number)",
    "create index audit_events_happened on audit_events (org_id, happened_at)",
    f"create index audit_events_waiting on audit_events (coalesce(org_id, {_NOBODYS}), happened_at, id) "
    "where number is null",
    # The end of each chain, what of its beginning was closed, and how it looked when it was last walked.
    f"""create table audit_heads (
      chain uuid primary key check (chain = coalesce(org_id, {_NOBODYS})),
      org_id uuid references organizations (id),
      number bigint not null default 0,
      hash bytea not null default sha256(''),
      closed_through bigint not null default 0,
      closed_hash bytea not null default sha256(''),
      checked_at timestamptz,
      checked_through bigint,
      problem text
    )""",
]

FUNCTIONS = [
    # Everything that an entry says, in one order and one spelling whatever the settings of who asks.
    """create function audit_hash(previous bytea, entry public.audit_events) returns bytea
    language plpgsql stable set search_path = '' as $$ begin
      return sha256(previous || convert_to(jsonb_build_array(
        entry.id, entry.org_id, entry.number,
        to_char(entry.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        entry.actor_kind, entry.person_id, entry.person_name, entry.session_id, entry.address, entry.device,
        entry.action, entry.subject_kind, entry.subject_id, entry.details, entry.outcome)::text, 'UTF8'));
    end $$""",
    # Who and when: what the claims and the clock say, not what the statement says. Until an entry has its
    # place, its hash is over itself alone.
    """create function audit_fill() returns trigger language plpgsql set search_path = '' as $$ begin
      new.number := null;
      new.happened_at := clock_timestamp();
      new.person_id := public.auth_person_id();
      new.person_name := '';
      if new.person_id is null then
        new.actor_kind := case new.actor_kind when 'assistant' then 'assistant' else 'system' end;
      else
        select coalesce(nullif(p.full_name, ''), p.email), case when p.is_operator then 'operator' end
          into new.person_name, new.actor_kind from public.people p where p.id = new.person_id;
        new.person_name := coalesce(new.person_name, '');
        new.actor_kind := coalesce(new.actor_kind, 'person');
      end if;
      new.hash := public.audit_hash(sha256(''), new);
      return new;
    end $$""",
    # Gives every entry of a chain that waits its place, the oldest first. One that is not what was written
    # gets none: the walk finds it waiting.
    f"""create function audit_seal_chain(of_org uuid) returns void
    language plpgsql security definer set search_path = '' as $$
    declare head public.audit_heads; entry public.audit_events; was bigint; begin
      if not public.auth_is_system() and of_org is distinct from public.auth_org_id() then
        raise exception 'not your chain' using errcode = 'insufficient_privilege';
      end if;
      loop
        select * into head from public.audit_heads h where h.chain = coalesce(of_org, {_NOBODYS}) for update;
        exit when found;
        insert into public.audit_heads (chain, org_id) values (coalesce(of_org, {_NOBODYS}), of_org)
          on conflict do nothing;
      end loop;
      was := head.number;
      for entry in select e.* from public.audit_events e
        where coalesce(e.org_id, {_NOBODYS}) = head.chain and e.number is null order by e.happened_at, e.id
      loop
        continue when entry.hash is distinct from public.audit_hash(sha256(''), entry);
        head.number := head.number + 1;
        entry.number := head.number;
        head.hash := public.audit_hash(head.hash, entry);
        update public.audit_events set number = head.number, hash = head.hash where id = entry.id;
      end loop;
      if head.number > was then
        update public.audit_heads set number = head.number, hash = head.hash where chain = head.chain;
      end if;
    end $$""",
    # Deferred: a transaction asks for the lock on the head last, so nobody waits in a circle.
    """create function audit_seal() returns trigger language plpgsql set search_path = ''
    as $$ begin perform public.audit_seal_chain(new.org_id); return null; end $$""",
    f"""create function audit_is_append_only() returns trigger language plpgsql set search_path = ''
    as $$ begin
      if tg_op = 'UPDATE' and old.number is null and new.number is not null
        and to_jsonb(new) - '{{number,hash}}'::text[] = to_jsonb(old) - '{{number,hash}}'::text[] then
        return new;
      end if;
      if tg_op = 'DELETE' and exists (select from public.audit_heads h
        where h.chain = coalesce(old.org_id, {_NOBODYS}) and old.number <= h.closed_through) then
        return old;
      end if;
      raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
    end $$""",
    """create function audit_head_goes_on() returns trigger language plpgsql set search_path = '' as $$ begin
      if tg_op = 'UPDATE' and new.chain = old.chain and new.number >= old.number
        and new.closed_through >= old.closed_through then
        return new;
      end if;
      raise exception 'a chain never gets shorter' using errcode = 'insufficient_privilege';
    end $$""",
    # Lets go of a chain's oldest part. What it was, the chain says itself from then on.
    f"""create function audit_close(of_org uuid, before timestamptz) returns bigint
    language plpgsql security definer set search_path = '' as $$
    declare head public.audit_heads; last public.audit_events; gone bigint; begin
      if not public.auth_is_system() or before > now() - interval '6 years' then
        raise exception 'the audit is kept for six years' using errcode = 'insufficient_privilege';
      end if;
      select * into head from public.audit_heads where chain = coalesce(of_org, {_NOBODYS}) for update;
      -- Entries are numbered at commit and dated before it: stop at the first that is still to be kept.
      select * into last from public.audit_events e
        where (e.org_id = of_org or (of_org is null and e.org_id is null)) and e.number < coalesce(
          (select min(k.number) from public.audit_events k where k.happened_at >= before
            and (k.org_id = of_org or (of_org is null and k.org_id is null))), head.number + 1)
        order by e.number desc limit 1;
      if last.number is null then
        return 0;
      end if;
      update public.audit_heads set closed_through = last.number, closed_hash = last.hash
        where chain = head.chain;
      delete from public.audit_events e
        where (e.org_id = of_org or (of_org is null and e.org_id is null)) and e.number <= last.number;
      get diagnostics gone = row_count;
      insert into public.audit_events (org_id, actor_kind, action, details) values (of_org, 'system',
        'audit.closed', jsonb_build_object('through', last.number, 'hash', encode(last.hash, 'hex'),
          'entries', gone, 'before', to_char(before at time zone 'UTC', 'YYYY-MM-DD')));
      return gone;
    end $$""",
]

TRIGGERS = [
    "create trigger audit_events_filled before insert on audit_events "
    "for each row execute function audit_fill()",
    "create constraint trigger audit_events_sealed after insert on audit_events "
    "deferrable initially deferred for each row when (new.actor_kind <> 'assistant') "
    "execute function audit_seal()",
    "create trigger audit_events_append_only before update or delete on audit_events "
    "for each row execute function audit_is_append_only()",
    "create trigger audit_events_never_emptied before truncate on audit_events "
    "for each statement execute function audit_is_append_only()",
    "create trigger audit_heads_go_on before update or delete on audit_heads "
    "for each row execute function audit_head_goes_on()",
    "create trigger audit_heads_never_emptied before truncate on audit_heads "
    "for each statement execute function audit_head_goes_on()",
]


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for statement in [
        *TABLES,
        *FUNCTIONS,
        *TRIGGERS,
        *tenant_table("audit_events", OWN_ORGANIZATION_OR_SYSTEM),
        *policies("audit_heads", SYSTEM_ONLY, may_read=OWN_ORGANIZATION_OR_SYSTEM),
        "create trigger audit_heads_org_id_is_fixed before update of org_id on audit_heads "
        "for each row execute function forbid_changing_organization()",
        "revoke execute on function audit_seal, audit_seal_chain, audit_close from public",
        f'grant execute on function audit_seal_chain, audit_close to "{app_role}"',
        grants("audit_events", app_role, "select, insert"),
        grants("audit_heads", app_role, "select"),
        f'grant update (checked_at, checked_through, problem) on audit_heads to "{app_role}"',
    ]:
        op.execute(statement)
