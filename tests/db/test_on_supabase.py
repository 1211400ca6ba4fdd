"""What is different on Supabase: its public API's roles are granted everything that is new."""

import os
from collections.abc import Iterator

import psycopg
import pytest

from tests.shared_postgres import Database
from voxanne_app.embedded import databases
from voxanne_app.foundation.migrations import migrate

LIKE_SUPABASE = """do $$ declare r text; kind text; begin
  foreach r in array array['anon', 'authenticated'] loop
    if not exists (select from pg_roles where rolname = r) then execute format('create role %I', r); end if;
    execute format('grant usage on schema public to %I', r);
    foreach kind in array array['tables', 'functions', 'sequences'] loop
      execute format('alter default privileges for role voxanne_owner in schema public grant all on %s to %I',
                     kind, r);
    end loop;
  end loop;
end $$"""
GRANTED = """
select r.rolname || ' ' || c.relname from pg_class c, pg_roles r
where r.rolname in ('anon', 'authenticated') and c.relnamespace = 'public'::regnamespace
  and c.relkind in ('r', 'p', 'v')
  and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate')
union all
select r.rolname || ' ' || p.proname from pg_proc p, pg_roles r
where r.rolname in ('anon', 'authenticated') and p.pronamespace = 'public'::regnamespace and p.prosecdef
  and has_function_privilege(r.oid, p.oid, 'execute')"""


@pytest.fixture
def like_supabase(database: Database) -> Iterator[Database]:
    name = f"test_supabase_{os.getpid()}"
    databases.create_database(database.superuser_url, name)
    yield database.named(name)
    databases.drop_database(database.superuser_url, name)


def test_the_public_api_of_supabase_reaches_nothing(like_supabase: Database) -> None:
    with psycopg.connect(like_supabase.superuser_url, autocommit=True) as superuser:
        superuser.execute(LIKE_SUPABASE)
        migrate(like_supabase.owner_url, app_url=like_supabase.app_url)
        assert superuser.execute(GRANTED).fetchall() == []
