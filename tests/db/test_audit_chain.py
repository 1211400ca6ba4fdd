"""The verifier against an attacker with the owner's rights: whatever is done to a chain, it says where."""

import json
import logging
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import ProgrammingError

from tests import factories
from tests.deliveries import rows
from tests.shared_postgres import Database
from voxanne_app import cli
from voxanne_app.audit import chain, jobs, keeping
from voxanne_app.audit.chain import Anchor, Verdict
from voxanne_app.audit.trail import record
from voxanne_app.foundation import clock, logs
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JobRun

ENTRIES = 6
assert jobs  # registers them

# Each without the triggers that would stop even the owner; `n` is an entry's number.
RIGHTS = "alter table audit_events disable trigger user; alter table audit_heads disable trigger user"
_RESEAL = """
    do $$ declare e audit_events; before bytea := sha256(''); begin
      for e in select * from audit_events where org_id = '{org}' order by number loop
        update audit_events set hash = audit_hash(before, e) where id = e.id returning hash into before;
      end loop;
      update audit_heads set hash = before, number = (select max(number) from audit_events
        where org_id = '{org}') where org_id = '{org}';
    end $$"""
_SWAP = """
    update audit_events set number = -1 where org_id = '{org}' and number = 2;
    update audit_events set number = 2 where org_id = '{org}' and number = 4;
    update audit_events set number = 4 where org_id = '{org}' and number = -1"""
_CUT_WITH_ITS_HEAD = """
    delete from audit_events where org_id = '{org}' and number > 4;
    update audit_heads set number = 4, hash = (select hash from audit_events where org_id = '{org}'
      and number = 4) where org_id = '{org}'"""
_RENUMBER = """
    delete from audit_events where org_id = '{org}' and number = 3;
    update audit_events set number = number - 1 where org_id = '{org}' and number > 3"""

EDITS = [
    f"update audit_events set {change} where org_id = '{{org}}' and number = 3"
    for change in (
        "action = 'tests.other'",
        "person_id = gen_random_uuid()",
        "person_name = 'Somebody Else'",
        "actor_kind = 'operator'",
        "happened_at = happened_at - interval '1 second'",
        "details = '{{}}'",
        "subject_id = 'other'",
        "subject_kind = 'other'",
        "address = '198.51.100.9'",
        "device = 'Other'",
        "session_id = gen_random_uuid()",
        "outcome = 'refused'",
        "hash = sha256('other')",
        "id = gen_random_uuid()",
    )
]
ATTACKS = {
    **dict.fromkeys(EDITS, "Entry 3 is not what was written."),
    "delete from audit_events where org_id = '{org}' and number = 3": "Entry 4 does not follow",
    "delete from audit_events where org_id = '{org}' and number = 1": "Entry 2 does not follow",
    "delete from audit_events where org_id = '{org}' and number > 4": "The chain ends with entry 4",
    "delete from audit_events where org_id = '{org}'": "The chain ends with entry 0",
    "delete from audit_heads where org_id = '{org}'": "no head",
    _SWAP: "Entry 2 is not what was written.",
    _RENUMBER: "Entry 3 is not what was written.",
    _CUT_WITH_ITS_HEAD: "Entry 6 is not the one that was anchored in the platform's chain.",
    EDITS[0] + ";" + _RESEAL: "Entry 6 is not the one that was anchored in the platform's chain.",
    _RENUMBER + ";" + _RESEAL: "Entry 6 is not the one that was anchored in the platform's chain.",
    "update audit_events set number = null where org_id = '{org}' and number = 6": "ends with entry 5",
    "insert into audit_events (org_id, happened_at, actor_kind, action) values ('{org}', now(), 'system', "
    "'tests.planted')": "Not what was written: 1 of the entries that wait",
    "insert into audit_events (org_id, happened_at, actor_kind, action, number, hash) values ('{org}', "
    "now(), 'system', 'tests.planted', 7, sha256('7'))": "Entry 7 is not what was written.",
    "update audit_heads set closed_through = 2, closed_hash = (select hash from audit_events where org_id = "
    "'{org}' and number = 2) where org_id = '{org}'; delete from audit_events where org_id = '{org}' and "
    "number <= 2": "Entries up to 2 are gone, and no entry says that they were closed.",
}


@pytest.fixture
def clinic(organization: Row) -> UUID:
    """Six entries."""
    for number in range(ENTRIES):
        with transaction(Claims.organization(organization.id)) as session:
            record(session, "tests.acted", subject=("row", str(number)), details={"number": number})
    org_id: UUID = organization.id
    return org_id


@pytest.fixture
def anchored_clinic(clinic: UUID) -> UUID:
    """With its head in the platform's chain."""
    with transaction(Claims.system()) as session:
        keeping.anchor_heads(session)
    return clinic


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        yield connection


def attack(owner: psycopg.Connection, statements: str, org_id: UUID) -> None:
    with owner.transaction():
        owner.execute(RIGHTS)  # type: ignore[arg-type]
        for statement in statements.split(";\n") if "do $$" not in statements else [statements]:
            owner.execute(statement.replace("{org}", str(org_id)).replace("{{}}", "{}"))  # type: ignore[arg-type]
        owner.execute(RIGHTS.replace("disable", "enable"))  # type: ignore[arg-type]


def verdict_of(org_id: UUID | None, anchor: Anchor | None = None) -> Verdict:
    with transaction(Claims.system()) as session:
        return chain.walk(session, org_id, anchor=anchor)


def test_a_chain_that_nobody_touched_verifies(clinic: UUID, other_organization: Row) -> None:
    assert verdict_of(clinic) == Verdict(ENTRIES, verdict_of(clinic).head)
    assert verdict_of(clinic).is_unbroken and verdict_of(None).is_unbroken
    assert verdict_of(other_organization.id) == Verdict(0, None)


@pytest.mark.parametrize(("statements", "told"), ATTACKS.items(), ids=range(len(ATTACKS)))
def test_whatever_the_owner_does_to_a_chain_is_noticed(
    statements: str, told: str, anchored_clinic: UUID, owner: psycopg.Connection
) -> None:
    attack(owner, statements, anchored_clinic)
    assert told in verdict_of(anchored_clinic).problem, statements


def test_a_platforms_chain_made_anew_does_not_have_the_anchor_that_is_in_the_logs(
    clinic: UUID, owner: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    anchored = _anchor_in_the_log(capsys)
    assert verdict_of(None, anchored).is_unbroken
    made_anew = _RESEAL.replace("org_id = '{org}'", "org_id is null")
    attack(owner, "update audit_events set details = '{\"number\": 1}' where org_id is null", clinic)
    assert "is not what was written" in verdict_of(None).problem
    attack(owner, made_anew, clinic)
    assert verdict_of(None).is_unbroken
    assert "not the one that was anchored in the logs" in verdict_of(None, anchored).problem


def _anchor_in_the_log(capsys: pytest.CaptureFixture[str]) -> Anchor:
    """Through the job and the formatter, which takes out whatever looks like a key."""
    run_now("audit.anchor", None)
    with transaction(Claims.system()) as session:
        told = f"audit anchor of the platform: {keeping.platforms_anchor(session)}"
    line = json.loads(
        logs.JsonLines("worker").format(logging.makeLogRecord({"name": jobs.__name__, "msg": told}))
    )
    return Anchor.read(line["message"].removeprefix("audit anchor of the platform: "))


def run_now(name: str, org_id: UUID | None) -> None:
    made = factories.make_job(
        org_id=org_id, name=name, state="running", fence=1, lease_until=clock.now().replace(year=2099)
    )
    run = JobRun(made.id, name, org_id, attempt=1, fence=1, now=clock.now())
    {
        "audit.anchor": jobs.anchor,
        "audit.walk": jobs.walk,
        "audit.close": jobs.close,
        "audit.seal": jobs.seal,
    }[name](run)


def test_the_job_notes_what_it_saw_and_raises_an_alert_that_goes_when_it_is_mended(
    clinic: UUID, owner: psycopg.Connection
) -> None:
    run_now("audit.walk", clinic)
    with transaction(Claims.organization(clinic)) as session:
        state = keeping.chain_state(session, clinic)
    assert (state.entries, state.problem) == (ENTRIES, "") and state.checked_at
    attack(owner, EDITS[0], clinic)
    run_now("audit.walk", clinic)
    (alert,) = alerts_of(clinic)
    assert alert.severity == "critical" and "Entry 3" in alert.body and alert.cleared_at is None
    attack(owner, EDITS[0].replace("tests.other", "tests.acted"), clinic)
    run_now("audit.walk", clinic)
    assert alerts_of(clinic)[0].cleared_at


def alerts_of(org_id: UUID) -> list[Row]:
    with transaction(Claims.system()) as session:
        found = session.connection().execute(
            text("select * from alerts where key = :key"), {"key": f"audit.chain.{org_id}"}
        )
        return list(found)


def test_what_is_older_than_six_years_is_let_go_and_the_rest_still_verifies(
    clinic: UUID, owner: psycopg.Connection
) -> None:
    aged = (
        "update audit_events set happened_at = now() - interval '7 years' "
        "where org_id = '{org}' and number <= 4"
    )
    attack(owner, aged + ";\n" + _RESEAL.replace("\n", " "), clinic)
    assert verdict_of(clinic).is_unbroken
    run_now("audit.close", None)
    kept = [(row.number, row.action) for row in rows("select * from audit_events order by number", clinic)]
    assert kept == [(5, "tests.acted"), (6, "tests.acted"), (7, "audit.closed")]
    assert verdict_of(clinic).is_unbroken
    run_now("audit.close", None)
    assert len(rows("select * from audit_events", clinic)) == 3
    attack(owner, "delete from audit_events where org_id = '{org}' and number = 5", clinic)
    assert "Entry 6 does not follow" in verdict_of(clinic).problem


@pytest.mark.parametrize(
    ("claims", "before"),
    [
        (Claims.system(), "interval '5 years 364 days'"),
        (Claims.organization(uuid4()), "interval '7 years'"),
    ],
)
def test_nothing_younger_is_let_go_and_nobody_but_the_platform_may(claims: Claims, before: str) -> None:
    with pytest.raises(ProgrammingError, match="InsufficientPrivilege"), transaction(claims) as session:
        session.connection().execute(text(f"select audit_close(null, now() - {before})"))


def test_the_command_says_for_each_chain_how_it_is(
    clinic: UUID, owner: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    verify: Callable[..., int] = lambda *more: cli.main(["audit", "verify", *more])  # noqa: E731
    assert verify("--org", str(clinic)) == 0
    assert f"{clinic}: unbroken, 6 entries" in capsys.readouterr().out
    attack(owner, EDITS[1], clinic)
    assert verify("--org", str(clinic)) == 1
    assert f"{clinic}: BROKEN. Entry 3 is not what was written." in capsys.readouterr().out


def test_an_anchor_is_read_as_it_is_written() -> None:
    anchor = Anchor(1234, "0123456789abcdef" * 4)
    assert Anchor.read(f" {anchor} ") == Anchor.read(f"1234:{anchor.hash.upper()}") == anchor
    for nonsense in ("", "12", "12:zz", f"x:{anchor.hash}", f"12:{anchor.hash[:-2]}"):
        with pytest.raises(ValueError):
            Anchor.read(nonsense)
