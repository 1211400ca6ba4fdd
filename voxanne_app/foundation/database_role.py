"""Whether the role that the app connects as is held by row level security."""

from sqlalchemy import Connection, text

_RIGHTS = text("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
_OWNED = text(
    """select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p')
    and pg_has_role(current_user, c.relowner, 'MEMBER')"""
)
_UNPROTECTED = text(
    """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
    where n.nspname = 'public' and c.relkind in ('r', 'p')
    and not (c.relrowsecurity and c.relforcerowsecurity) order by 1"""
)


def role_problems(connection: Connection) -> list[str]:
    """Why this connection's role could see other organizations' rows, one sentence each."""
    name, is_superuser, bypasses = connection.execute(_RIGHTS).one()
    problems = []
    if is_superuser:
        problems.append(f"DATABASE_URL signs in as {name}, a superuser: make a role of its own for the app.")
    elif bypasses:
        problems.append(f"{name} is above row level security: ALTER ROLE {name} NOBYPASSRLS.")
    if owned := connection.execute(_OWNED).scalar_one():
        problems.append(
            f"{name} owns {owned} tables, or belongs to their owner: let the app have another role."
        )
    return problems


def unprotected_tables(connection: Connection) -> list[str]:
    """Tables of organizations' rows that row level security is not forced on."""
    return list(connection.execute(_UNPROTECTED).scalars())
