"""What can be booked, with whom and when; and the bookings, which the database keeps from overlapping."""

from alembic import context, op
from voxanne_app.foundation.row_level_security import grants, tenant_table

revision = "0004"
down_revision = "0003"

TABLES = {
    "services": """create table services (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      name text not null check (name <> ''),
      other_names text[] not null default '{}',
      duration_minutes int not null check (duration_minutes between 5 and 720),
      buffer_before_minutes int not null default 0 check (buffer_before_minutes between 0 and 240),
      buffer_after_minutes int not null default 0 check (buffer_after_minutes between 0 and 240),
      is_active boolean not null default true,
      unique (org_id, id),
      unique (org_id, name)
    )""",
    "practitioners": """create table practitioners (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      name text not null check (name <> ''),
      specialty text not null default '',
      is_active boolean not null default true,
      unique (org_id, id),
      unique (org_id, name)
    )""",
    "practitioner_services": """create table practitioner_services (
      org_id uuid not null references organizations (id),
      practitioner_id uuid not null,
      service_id uuid not null,
      primary key (org_id, practitioner_id, service_id),
      foreign key (org_id, practitioner_id) references practitioners (org_id, id) on delete cascade,
      foreign key (org_id, service_id) references services (org_id, id) on delete cascade
    )""",
    # Wall time in the clinic's zone; weekday 0 is Monday. Two rows a day make a lunch break.
    "working_hours": """create table working_hours (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      practitioner_id uuid not null,
      weekday smallint not null check (weekday between 0 and 6),
      opens_at time not null,
      closes_at time not null,
      check (opens_at < closes_at),
      unique (org_id, practitioner_id, weekday, opens_at),
      foreign key (org_id, practitioner_id) references practitioners (org_id, id) on delete cascade
    )""",
    # Replaces the hours of that date, for one practitioner or (null) for the whole clinic; no times: closed.
    "hour_exceptions": """create table hour_exceptions (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      practitioner_id uuid,
      on_date date not null,
      opens_at time,
      closes_at time,
      reason text not null default '',
      check ((opens_at is null) = (closes_at is null) and (opens_at is null or opens_at < closes_at)),
      foreign key (org_id, practitioner_id) references practitioners (org_id, id) on delete cascade
    )""",
    # Another value after every change of what is offered by whom when: whoever has read it under this value
    # need not read it again. Random, not counted, so that a change that is rolled back leaves no trace.
    "schedule_versions": """create table schedule_versions (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      version uuid not null default gen_random_uuid(),
      unique (org_id)
    )""",
    "bookings": """create table bookings (
      id uuid primary key default gen_random_uuid(),
      org_id uuid not null references organizations (id),
      practitioner_id uuid not null,
      service_id uuid not null,
      contact_id uuid,
      call_id uuid,
      patient_name text not null check (patient_name <> ''),
      patient_phone text,
      starts_at timestamptz not null,
      ends_at timestamptz not null,
      blocks_from timestamptz not null,
      blocks_until timestamptz not null,
      status text not null default 'confirmed'
        check (status in ('pending', 'confirmed', 'cancelled', 'completed', 'no_show')),
      source text not null default 'phone' check (source in ('phone', 'staff')),
      notes text not null default '',
      request_key text not null,
      created_by uuid,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      cancelled_at timestamptz,
      check (starts_at < ends_at and blocks_from <= starts_at and blocks_until >= ends_at),
      unique (org_id, id),
      unique (org_id, request_key),
      foreign key (org_id, practitioner_id) references practitioners (org_id, id),
      foreign key (org_id, service_id) references services (org_id, id),
      foreign key (org_id, contact_id) references contacts (org_id, id),
      foreign key (org_id, call_id) references call_logs (org_id, id),
      constraint bookings_never_overlap exclude using gist
        (org_id with =, practitioner_id with =, tstzrange(blocks_from, blocks_until) with &&)
        where (status in ('pending', 'confirmed'))
    )""",
}

INDEXES = [
    "create index bookings_org_starts on bookings (org_id, starts_at)",
    # Answers what is taken without reading a row: it holds everything that availability asks for.
    "create index bookings_blocking on bookings (org_id, starts_at) "
    "include (id, practitioner_id, blocks_from, blocks_until) where status in ('pending', 'confirmed')",
    "create index bookings_pending on bookings (org_id, starts_at) where status = 'pending'",
    "create index bookings_call on bookings (org_id, call_id) where call_id is not null",
    "create index bookings_contact on bookings (org_id, contact_id)",
    "create index hour_exceptions_date on hour_exceptions (org_id, on_date)",
]

NOTE_SCHEDULE_CHANGE = """create function note_schedule_change() returns trigger language plpgsql
    set search_path = '' as $$
    begin
      insert into public.schedule_versions (org_id) values (coalesce(new.org_id, old.org_id))
      on conflict (org_id) do update set version = gen_random_uuid();
      return null;
    end $$"""
PARTS_OF_SCHEDULE = ("services", "practitioners", "practitioner_services", "working_hours", "hour_exceptions")


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for table, definition in TABLES.items():
        op.execute(definition)
        for statement in tenant_table(table):
            op.execute(statement)
        op.execute(grants(table, app_role))
    for statement in INDEXES:
        op.execute(statement)
    op.execute(NOTE_SCHEDULE_CHANGE)
    for table in PARTS_OF_SCHEDULE:
        op.execute(
            f"create trigger {table}_change_the_schedule after insert or update or delete on {table} "
            "for each row execute function note_schedule_change()"
        )
