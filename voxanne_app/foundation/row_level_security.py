"""SQL that every migration of a tenant table shares.

Used by migrations only, and therefore frozen: a new kind of table gets a new function here.
"""

OWN_ORGANIZATION = "org_id = (select auth_org_id())"
OWN_ORGANIZATION_OR_SYSTEM = f"({OWN_ORGANIZATION} or (select auth_is_system()))"
SYSTEM_ONLY = "(select auth_is_system())"


def policies(table: str, rule: str, *, may_read: str | None = None) -> list[str]:
    """Turn row level security on and FORCE it: a policy per command, `rule`, or `may_read` to look."""
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_select on {table} for select using ({may_read or rule})",
        f"create policy {table}_insert on {table} for insert with check ({rule})",
        f"create policy {table}_update on {table} for update using ({rule}) with check ({rule})",
        f"create policy {table}_delete on {table} for delete using ({rule})",
    ]


def tenant_table(table: str, rule: str = OWN_ORGANIZATION) -> list[str]:
    """Policies of a table with `org_id`: only the organization in the claims, which can never change."""
    return [
        *policies(table, rule),
        f"create trigger {table}_org_id_is_fixed before update of org_id on {table} "
        "for each row execute function forbid_changing_organization()",
    ]


def grants(table: str, app_role: str, verbs: str = "select, insert, update, delete") -> str:
    """Let the application's role use the table: never truncate, reference, trigger."""
    return f'grant {verbs} on {table} to "{app_role}"'
