"""Whether the walls between clinics hold, tried on the live database: its rules read, every table attacked.

Two made-up clinics get a row in every table, in one transaction that is always rolled back: nobody else ever
sees them. Whatever could not be tried counts as a hole: a probe that did not run shows nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from voxanne_app.foundation.database import Rehearsal, rehearsal
from voxanne_app.foundation.redaction import describe
from voxanne_app.monitoring.isolation import attacks
from voxanne_app.monitoring.isolation.attacks import REFUSALS, TABLES, Attempt, Table, Verb
from voxanne_app.monitoring.isolation.canaries import Aviary, Canary
from voxanne_app.monitoring.isolation.names import CONTEXTS, Context
from voxanne_app.monitoring.isolation.rules import RULES, Rule, parameters

# The others need a fresh connection, or one that was used before: the tests have those.
NAMES = [context for context in CONTEXTS if context.claims]
# How far it is: stage, tables done, tables in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Fact:
    """About the role that the application connects as."""

    says: str
    holds: bool


@dataclass(frozen=True)
class Checked:
    """A rule of the catalog: what breaks it, or why nobody knows."""

    rule: Rule
    broken_by: list[str]
    trouble: str = ""


@dataclass
class Tried:
    """One verb against one table, in every name: which names got through, or why it could not be tried."""

    verb: str
    times: int = 0
    holes: list[str] = field(default_factory=list)
    trouble: str = ""

    @property
    def verdict(self) -> str:
        return "hole" if self.holes else "not_run" if self.trouble else "held"


@dataclass
class TableProbe:
    name: str
    tried: list[Tried]
    took_ms: int


@dataclass
class Findings:
    facts: list[Fact] = field(default_factory=list)
    rules: list[Checked] = field(default_factory=list)
    tables: list[TableProbe] = field(default_factory=list)


_ROLE = """select rolname, rolsuper, rolbypassrls,
  (select count(*) from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid = r.oid
     and deptype = 'o'),
  array(select roleid::regrole::text from pg_auth_members where member = r.oid)
from pg_roles r where rolname = current_user"""


def probe(progress: Progress) -> Findings:
    """All of it, in some seconds. Raises what the database raises when it cannot be asked at all."""
    findings = Findings()
    with rehearsal() as stage:
        progress("Reading the role and the rules", 0, 0)
        findings.facts = role_facts(stage)
        findings.rules = [_checked(stage, rule) for rule in RULES]
        tables = [Table(*row) for row in stage.connection.execute(TABLES)]
        progress("Making two clinics", 0, len(tables))
        aviary = Aviary(stage, tables)
        attacker, victim = aviary.hatch(), aviary.hatch()
        for number, table in enumerate(tables):
            progress(table.name, number, len(tables))
            findings.tables.append(_attacked(stage, table, attacker, victim))
    return findings


def role_facts(stage: Rehearsal) -> list[Fact]:
    row = stage.connection.execute(_ROLE).fetchone()
    assert row
    name, is_superuser, bypasses, owned, memberships = row
    return [
        Fact(f"signs in as {name}, {'a' if is_superuser else 'no'} superuser", not is_superuser),
        Fact(f"{'bypasses' if bypasses else 'is held by'} row level security", not bypasses),
        Fact(f"owns {owned or 'nothing'}{' things' if owned else ''}", not owned),
        Fact(f"belongs to {', '.join(memberships) or 'no other role'}", not memberships),
    ]


def _checked(stage: Rehearsal, rule: Rule) -> Checked:
    try:
        with stage.connection.transaction():
            role = stage.connection.execute("select current_user").fetchone()
            assert role
            found = stage.connection.execute(rule.violations, parameters(role[0])).fetchall()
    except psycopg.Error as error:
        return Checked(rule, [], trouble=describe(error))
    return Checked(rule, sorted({str(name) for (name,) in found} - set(rule.reviewed)))


def _attacked(stage: Rehearsal, table: Table, attacker: Canary, victim: Canary) -> TableProbe:
    began = time.monotonic()
    tried: dict[str, Tried] = {}
    for context in NAMES:
        for verb in attacks.verbs_for(table, attacker_has_clinic=context.has_clinic):
            entry = tried.setdefault(verb.__name__, Tried(verb.__name__))
            entry.times += 1
            _try(stage, _gentle(verb), context, table, attacker, victim, entry)
    return TableProbe(table.name, list(tried.values()), round((time.monotonic() - began) * 1000))


def _gentle(verb: Verb) -> Verb:
    return attacks.may_truncate if verb is attacks.truncate else verb


def _try(
    stage: Rehearsal,
    verb: Verb,
    context: Context,
    table: Table,
    attacker: Canary,
    victim: Canary,
    entry: Tried,
) -> None:
    if missing := _missing(table, attacker, victim, needs_own=context.has_clinic):
        entry.trouble = missing
        return
    assert context.claims
    who = attacker.clinic if context.has_clinic else None
    own = attacker.rows.get(table.name) if who else None
    try:
        with stage.connection.transaction(force_rollback=True):
            stage.speak_as(context.claims(attacker.clinic, victim.clinic))
            if verb(Attempt(stage.connection, table, who, own, victim.rows[table.name])):
                entry.holes.append(context.name)
    except psycopg.Error as error:
        if error.sqlstate not in REFUSALS:
            entry.trouble = f"As {context.name}: {describe(error)}"


def _missing(table: Table, attacker: Canary, victim: Canary, *, needs_own: bool) -> str:
    """Why the table cannot be attacked; empty when it can."""
    if not table.key:
        return "It has no primary key, so no row of it can be named."
    if table.name not in victim.rows:
        return f"No row could be made in it: {victim.missing.get(table.name, 'it was not tried')}"
    if needs_own and table.is_of_one_clinic and table.name not in attacker.rows:
        return f"No second row could be made in it: {attacker.missing.get(table.name, 'it was not tried')}"
    return ""
