"""Ways to break each rule of tenancy, each of which must be noticed."""

WAYS: dict[tuple[str, str], list[str]] = {
    ("I-01", "every table has org_id uuid not null"): [
        "create table notes (id uuid)",
        "create schema side; create table side.notes (id uuid)",
        "alter table bookings alter org_id drop not null",
    ],
    ("I-01", "a row never moves to another organization"): [
        "drop trigger bookings_org_id_is_fixed on bookings",
        "alter table bookings disable trigger bookings_org_id_is_fixed",
    ],
    ("I-02", "row level security is enabled and forced"): [
        "create table notes (org_id uuid not null)",
        "alter table bookings disable row level security",
        "alter table bookings no force row level security",
    ],
    ("I-03", "the app's role owns nothing"): [
        "create table notes (id uuid); alter table notes owner to voxanne_app"
    ],
    ("I-03", "the app's role has no power over policies and belongs to no other role"): [
        "alter role voxanne_app bypassrls",
        "alter role voxanne_app superuser",
        "grant voxanne_owner to voxanne_app",
        "grant pg_read_all_data to voxanne_app",
    ],
    ("I-04", "each command has a policy of its own, with an explicit check where it writes"): [
        "drop policy bookings_delete on bookings",
        "drop policy bookings_update on bookings;"
        "create policy bookings_update on bookings for update using (org_id = (select auth_org_id()))",
    ],
    ("I-04", "no policy is for everybody, or believes what people can edit about themselves"): [
        "create policy open on bookings for select using (true)",
        "create policy open on bookings for insert with check (1 = 1)",
        "create policy open on bookings for select using "
        "(org_id = (select (auth_claims() #>> '{user_metadata,org_id}')::uuid))",
    ],
    ("I-05", "one permissive policy per table, command and role"): [
        "create policy second on bookings using (org_id = (select auth_org_id()))"
    ],
    ("I-06", "policies ask who it is once per statement"): [
        "create policy slow on bookings as restrictive for select using (org_id = auth_org_id())"
    ],
    ("I-06", "claims are read by stable functions with a fixed search path, and '' means nobody"): [
        "alter function auth_org_id() volatile",
        "alter function auth_org_id() reset search_path",
        "create or replace function auth_org_id() returns uuid language sql stable set search_path = '' "
        "as $$ select (public.auth_claims() #>> '{app_metadata,org_id}')::uuid $$",
    ],
    ("I-07", "views look with the eyes of who asks"): [
        "create view all_bookings as select * from bookings",
        "create schema side; create view side.all_bookings as select * from bookings",
    ],
    ("I-08", "the app's role reads no materialized view or foreign table"): [
        "create materialized view totals as select 1 as n; grant select on totals to voxanne_app"
    ],
    (
        "I-09",
        "functions with the owner's rights stand on the list, with a fixed search path, not for everybody",
    ): [
        "create function steal() returns bigint language sql security definer set search_path = '' "
        "as 'select count(*) from public.bookings'",
        "grant execute on function search_calls to public",
        "alter function search_calls reset search_path",
    ],
    ("I-10", "what is unique is unique within its organization"): [
        "alter table contacts add unique (id, phone)",
        "create unique index c on contacts (id, lower(name))",
        "alter table contacts add exclude using gist (id with =)",
    ],
    ("I-11", "a row refers only to rows of its own organization"): [
        "alter table bookings add foreign key (contact_id) references contacts (id)"
    ],
    ("I-12", "the app's role can neither truncate, reference, trigger nor maintain"): [
        "grant truncate on bookings to voxanne_app",
        "grant references on bookings to voxanne_app",
    ],
    ("I-12", "the app's role creates nothing"): [
        "grant create on schema public to voxanne_app",
        "grant create on schema extensions to public",
    ],
    ("I-12", "nobody else is granted our tables"): [
        "grant select on bookings to public",
        "grant select on bookings to pg_monitor",
    ],
    ("I-13", "ids tell nothing about how much another organization does"): [
        "alter table bookings add number bigserial",
        "create table n (id int generated always as identity)",
    ],
    ("I-14", "no function of ours sets the claims"): [
        "create function become(c text) returns text language sql "
        "as $$ select set_config('request.jwt.claims', c, false) $$"
    ],
    ("I-16", "each partition has policies of its own"): [
        "create table events (org_id uuid not null) partition by list (org_id);"
        "create table events_1 partition of events default"
    ],
    ("I-18", "triggers and notifications carry nothing across"): [
        "create function tell() returns trigger language plpgsql "
        "as $$ begin perform pg_notify('all', new::text); return new; end $$"
    ],
    ("I-26", "an address of a vendor leads to one organization at a time"): [
        "alter table vendor_addresses drop constraint vendor_addresses_one_owner_at_a_time"
    ],
}
