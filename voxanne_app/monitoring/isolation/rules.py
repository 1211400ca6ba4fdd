"""The rules of tenancy that can be read from the catalog; `I-…` are their numbers in docs/decisions/0001.

Each rule is a query for what breaks it, and what to do about that. The operators' page asks them of the live
database, the tests of a migrated one, which they then break in every way that each rule must notice.
"""

# ruff: noqa: S608 - the queries are made of constants

from dataclasses import dataclass
from typing import Any

from voxanne_app.monitoring.isolation import reviewed

# Whatever the schema is called, but for those of Postgres, of extensions, and of Supabase if closed to us.
_OUR_SCHEMA = """c.relnamespace::regnamespace::text !~ '^(pg_.*|information_schema|extensions)$'
    and not (c.relnamespace::regnamespace::text = any(%(supabases)s)
             and not has_schema_privilege(%(app)s, c.relnamespace, 'usage'))"""
# Partitions too.
_TABLES = f"""(select c.*, c.oid::regclass::text as name from pg_class c
  where {_OUR_SCHEMA} and c.relkind in ('r', 'p')) t"""
_POLICIES = "pg_policies p"
# Ours are the functions that no extension brought.
_FUNCTIONS = """(select f.* from pg_proc f where f.pronamespace = 'public'::regnamespace
  and not exists (select from pg_depend d where d.objid = f.oid and d.deptype = 'e')) f"""


@dataclass(frozen=True)
class Rule:
    number: str
    says: str
    remedy: str
    violations: str
    reviewed: tuple[str, ...] = ()


RULES = [
    Rule(
        "I-01",
        "every table has org_id uuid not null",
        "Add `org_id uuid not null references organizations (id)`, or a reason in isolation/reviewed.py.",
        f"""select name from {_TABLES} where not exists (select from pg_attribute a where a.attrelid = t.oid
              and a.attname = 'org_id' and a.atttypid = 'uuid'::regtype and a.attnotnull)""",
        tuple(reviewed.NOT_ONE_ORGANIZATIONS),
    ),
    Rule(
        "I-01",
        "a row never moves to another organization",
        "Use row_level_security.tenant_table, which adds the trigger.",
        f"""select name from {_TABLES} join pg_attribute a on a.attrelid = t.oid and a.attname = 'org_id'
            where not exists (select from pg_trigger g where g.tgrelid = t.oid and g.tgenabled = 'O'
              and g.tgfoid = 'forbid_changing_organization'::regproc)""",
        tuple(reviewed.ORGANIZATION_MAY_CHANGE),
    ),
    Rule(
        "I-02",
        "row level security is enabled and forced",
        "Use row_level_security.tenant_table in the migration that creates the table.",
        f"select name from {_TABLES} where not (relrowsecurity and relforcerowsecurity)",
        tuple(reviewed.WITHOUT_POLICIES),
    ),
    Rule(
        "I-03",
        "the app's role owns nothing",
        "Create it as the owner: only migrations create.",
        """select objid::text || ' in ' || classid::regclass from pg_shdepend
           where refclassid = 'pg_authid'::regclass and refobjid = %(app)s::regrole and deptype = 'o'""",
    ),
    Rule(
        "I-03",
        "the app's role has no power over policies and belongs to no other role",
        "Take the attribute or the membership from the role again.",
        """select rolname from pg_roles where oid = %(app)s::regrole
             and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
           union all select roleid::regrole::text from pg_auth_members where member = %(app)s::regrole""",
    ),
    Rule(
        "I-04",
        "each command has a policy of its own, with an explicit check where it writes",
        "Use row_level_security.policies, which writes all four.",
        f"""select name || ' ' || verb from {_TABLES}, unnest(%(verbs)s::text[]) verb
            where not name = any(%(without_policies)s) and not exists (select from {_POLICIES}
              where p.tablename = name and p.cmd = verb and p.permissive = 'PERMISSIVE'
                and (p.qual is not null or verb = 'INSERT')
                and (p.with_check is not null or verb in ('SELECT', 'DELETE')))""",
    ),
    Rule(
        "I-04",
        "no policy is for everybody, or believes what people can edit about themselves",
        "Compare org_id with `(select auth_org_id())`; people edit their own user_metadata.",
        f"""select tablename || '.' || policyname from {_POLICIES}, concat_ws(' ', qual, with_check) rule
            where rule ilike '%%true%%' or rule ilike '%%user_metadata%%' or rule not like '%%auth_%%'""",
    ),
    Rule(
        "I-05",
        "one permissive policy per table, command and role",
        "Permissive policies add up: write one rule, or `as restrictive`.",
        f"""select tablename || ' ' || verb from {_POLICIES}, unnest(roles) role,
              unnest(case cmd when 'ALL' then %(verbs)s else array[cmd] end) verb
            where permissive = 'PERMISSIVE' group by tablename, verb, role having count(*) > 1""",
    ),
    Rule(
        "I-06",
        "policies ask who it is once per statement",
        "Write `(select auth_org_id())`: without the sub-select it runs for every row.",
        f"""select tablename || '.' || policyname from {_POLICIES}, concat_ws(' ', qual, with_check) rule
            where rule ~* '(?<!select )auth_[a-z_]+\\('""",
    ),
    Rule(
        "I-06",
        "claims are read by stable functions with a fixed search path, and '' means nobody",
        "`nullif(…, '')` before the cast, `stable`, `set search_path = ''`.",
        f"""select proname from {_FUNCTIONS} where proname like 'auth\\_%%' and (provolatile <> 's'
              or coalesce(proconfig, '{{}}') <> array['search_path=""']
              or (prosrc ~ '::(uuid|jsonb)' and prosrc not like '%%nullif(%%'))""",
    ),
    Rule(
        "I-07",
        "views look with the eyes of who asks",
        "`create view … with (security_invoker = true)`.",
        f"""select relname from pg_class c where {_OUR_SCHEMA} and relkind = 'v'
             and not coalesce(reloptions, '{{}}') && array['security_invoker=true', 'security_invoker=on']""",
    ),
    Rule(
        "I-08",
        "the app's role reads no materialized view or foreign table",
        "They have no policies: use a table with policies that a job fills.",
        """select relname from pg_class where relnamespace not in ('pg_catalog'::regnamespace)
             and relkind in ('m', 'f') and has_table_privilege(%(app)s, oid, 'select')""",
    ),
    Rule(
        "I-09",
        "functions with the owner's rights stand on the list, with a fixed search path, not for everybody",
        "Drop `security definer`; or list it in isolation/reviewed.py, fix its path, revoke it from public.",
        f"""select proname from {_FUNCTIONS} where prosecdef and not (proname = any(%(security_definer)s)
              and coalesce(proconfig, '{{}}') @> array['search_path=""']
              and not exists (
                select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0))""",
    ),
    Rule(
        "I-10",
        "what is unique is unique within its organization",
        "Start the constraint with org_id; or a reason in isolation/reviewed.py.",
        f"""select i.indexrelid::regclass::text from pg_index i join {_TABLES} on t.oid = i.indrelid
              join pg_attribute a on a.attrelid = t.oid and a.attname = 'org_id'
            where (i.indisunique or i.indisexclusion) and i.indkey[0] <> a.attnum
              and pg_get_indexdef(i.indexrelid) not like '%%btree (id)'""",
        tuple(reviewed.UNIQUE_ACROSS_ORGANIZATIONS),
    ),
    Rule(
        "I-11",
        "a row refers only to rows of its own organization",
        "`foreign key (org_id, x_id) references xs (org_id, id)`: foreign keys do not ask policies.",
        """select k.conname from pg_constraint k
             join pg_attribute here on here.attrelid = k.conrelid and here.attname = 'org_id'
             join pg_attribute there on there.attrelid = k.confrelid and there.attname = 'org_id'
           where k.contype = 'f' and not exists (select from unnest(k.conkey, k.confkey) pair (h, t)
             where h = here.attnum and t = there.attnum)""",
    ),
    Rule(
        "I-12",
        "the app's role can neither truncate, reference, trigger nor maintain",
        "Use row_level_security.grants.",
        f"""select name || ' ' || privilege_type from {_TABLES}, aclexplode(relacl)
            where grantee = %(app)s::regrole and not privilege_type = any(%(verbs)s)""",
    ),
    Rule(
        "I-12",
        "the app's role creates nothing",
        "Only migrations create, as the owner.",
        """select nspname::text from pg_namespace where has_schema_privilege(%(app)s, oid, 'create')
           union all select datname from pg_database
             where datname = current_database() and has_database_privilege(%(app)s, oid, 'create')""",
    ),
    Rule(
        "I-12",
        "nobody else is granted our tables",
        "Revoke it: the product reaches its tables as one role.",
        f"""select name || ' to ' || grantee::regrole from {_TABLES}, aclexplode(relacl)
            where grantee not in (relowner, %(app)s::regrole)
              and not grantee::regrole::text = any(%(supabases_roles)s)""",
    ),
    Rule(
        "I-13",
        "ids tell nothing about how much another organization does",
        "`uuid default gen_random_uuid()` instead of a sequence.",
        """select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'""",
    ),
    Rule(
        "I-14",
        "no function of ours sets the claims",
        "foundation/database.py sets them, once per transaction.",
        f"select proname from {_FUNCTIONS} where prosrc ~* 'set_config|set\\s+(local\\s+)?request\\.'",
    ),
    Rule(
        "I-16",
        "each partition has policies of its own",
        "A query that names the partition asks its policies, not its parent's.",
        f"""select name from {_TABLES} where relispartition
            and not (relrowsecurity and relforcerowsecurity
              and exists (select from pg_policies where tablename = relname))""",
    ),
    Rule(
        "I-18",
        "triggers and notifications carry nothing across",
        "Announce with foundation/changes.py; list a trigger's function in isolation/reviewed.py.",
        f"""select f.proname from {_FUNCTIONS} where (f.prorettype = 'trigger'::regtype
              and not f.proname = any(%(trigger_functions)s)) or f.prosrc ~* 'pg_notify|\\mnotify\\M'""",
    ),
    Rule(
        "I-26",
        "an address of a vendor leads to one organization at a time",
        "Keep the exclusion constraint on (vendor, kind, value, when).",
        """select 'vendor_addresses' where not exists (select from pg_constraint
             where conrelid = 'vendor_addresses'::regclass and contype = 'x'
               and pg_get_constraintdef(oid) like '%%(vendor WITH =, kind WITH =, value WITH =, %%)')""",
    ),
]


def parameters(app_role: str) -> dict[str, Any]:
    """What the queries ask for. `app_role` is the role that the application connects as."""
    return {
        "app": app_role,
        "verbs": ["SELECT", "INSERT", "UPDATE", "DELETE"],
        "without_policies": list(reviewed.WITHOUT_POLICIES),
        "security_definer": list(reviewed.SECURITY_DEFINER),
        "trigger_functions": list(reviewed.TRIGGER_FUNCTIONS),
        "supabases": list(reviewed.SUPABASES_OWN),
        "supabases_roles": list(reviewed.SUPABASES_ROLES),
    }
