"""Keys are replaced while the secrets under them are read and replaced, and nobody notices.

10,000 secrets with VOXANNE_FAULTS_FULL=1, fewer every day. The judge is the traffic itself: each thread knows
what it stored last, and asks for it again and again.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from tests import factories
from tests.encryption_keys import as_setting, sealed_in_the_old_format, use_keys
from tests.faults.background import ROOT, is_full
from tests.shared_postgres import Database
from voxanne_app.foundation import data_keys, key_rotation
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.encryption import CannotDecrypt
from voxanne_app.foundation.key_standing import key_standing
from voxanne_app.foundation.sealing import seal
from voxanne_app.identity import stored_sessions
from voxanne_app.identity.models import BrowserSession
from voxanne_app.identity.ports import IssuedTokens
from voxanne_app.keys import SEALED

SESSIONS = 5_000 if is_full() else 300  # two secrets each
KILLS = 20 if is_full() else 2
THREADS = 4


@dataclass
class Traffic:
    """What browsers and renewals do with sessions: read the tokens, and now and then replace them."""

    expected: dict[UUID, str]
    reads: int = 0
    failures: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, ids: list[UUID], seed: int) -> None:
        chance = random.Random(seed)
        while not self.stopped.is_set():
            session_id = chance.choice(ids)
            try:
                self._use(session_id, replaces=chance.random() < 0.2)
            except Exception as error:
                self.failures.append(f"{type(error).__name__}: {error}")
            time.sleep(0.002)

    def _use(self, session_id: UUID, *, replaces: bool) -> None:
        with transaction(Claims.system()) as session:
            row = (
                stored_sessions.lock(session, session_id)
                if replaces
                else session.get(BrowserSession, session_id)
            )
            assert row
            found = stored_sessions.tokens_of(row)
            if found != IssuedTokens(self.expected[session_id], "refresh"):
                self.failures.append(f"{session_id} holds another's token")
            if replaces:
                new = str(uuid4())
                stored_sessions.keep_tokens(row, IssuedTokens(new, "refresh"))
        if replaces:
            self.expected[session_id] = new
        self.reads += 1


@contextmanager
def traffic(expected: dict[UUID, str]) -> Iterator[Traffic]:
    """Each session belongs to one thread, which therefore knows what it holds."""
    underway = Traffic(expected)
    ids = list(expected)
    threads = [
        threading.Thread(target=underway.run, args=(ids[number::THREADS], number))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield underway
    finally:
        underway.stopped.set()
        for thread in threads:
            thread.join()
    assert not underway.failures, underway.failures[:5]
    assert underway.reads


def sessions_of_clinics(number: int) -> dict[UUID, str]:
    """Every tenth lies in the old format; every seventh is an operator's."""
    expected = {}
    clinics = [factories.make_organization().id for _ in range(5)]
    people = {org_id: factories.make_person().id for org_id in clinics}
    for org_id, person_id in people.items():
        factories.make_membership(org_id=org_id, person_id=person_id)
    rows = []
    for position in range(number):
        org_id = clinics[position % 5]
        row = _session(None if position % 7 == 0 else org_id, people[org_id], old=position % 10 == 0)
        rows.append(row)
        expected[row["id"]] = f"token {row['id']}"
    columns = list(rows[0])
    insert = (
        f"insert into sessions ({', '.join(columns)}) values ({', '.join(':' + name for name in columns)})"
    )
    with transaction(Claims.system()) as session:
        session.connection().execute(text(insert), rows)
    return expected


def _session(org_id: UUID | None, person_id: UUID, *, old: bool) -> dict[str, object]:
    row = uuid4()
    sealed = {}
    for column, secret in (("access_token", f"token {row}"), ("refresh_token", "refresh")):
        place = stored_sessions.SECRETS.place(column, org_id=org_id, row=row, version=0)
        sealed[column] = sealed_in_the_old_format(secret, place, "2025") if old else seal(secret, place)
    values = {"id": row, "token_hash": uuid4().bytes, "org_id": org_id, "person_id": person_id}
    return values | sealed | {"expires_at": datetime.now(UTC) + timedelta(days=7)}


def rotate(*arguments: str, keys: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "voxanne_app.cli", "keys", "rotate", *arguments],
        cwd=ROOT,
        env=os.environ | {"ENCRYPTION_KEYS": keys},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def query(database: Database, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.superuser_url) as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.timeout(900)
def test_all_keys_are_replaced_under_traffic_through_kills_and_two_at_once(
    own_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_keys(monkeypatch, "2025")
    expected = sessions_of_clinics(SESSIONS)
    query(own_database, "update data_keys set created_at = now() - interval '2 hours' returning 1")
    before = {row[0] for row in query(own_database, "select id from data_keys")}
    use_keys(monkeypatch, "2026", "2025")
    with traffic(expected) as underway:
        for kill in range(KILLS):
            process = rotate("--data-keys", keys=as_setting("2026", "2025"))
            time.sleep(random.Random(kill).uniform(0.5, 2.5))
            process.kill()
            process.wait()
        two = [rotate("--data-keys", keys=as_setting("2026", "2025")) for _ in range(2)]
        said = [process.communicate()[0] for process in two]
        reads = underway.reads
        with transaction(Claims.system()) as session:
            assert key_standing(session, SEALED).left_to_reseal == 0
    assert [process.returncode for process in two] == [0, 0], said
    assert "Key 2025 is used by nothing any more: take it out of ENCRYPTION_KEYS." in said[0]
    current = query(own_database, "select id, wrapped_by from data_keys where replaced_at is null")
    assert len(current) == len(before) and not before & {row[0] for row in current}

    use_keys(monkeypatch, "2026")  # the old key is gone
    rotate(keys=as_setting("2026")).communicate()
    with transaction(Claims.system()) as session:
        for session_id, token in expected.items():
            row = session.get(BrowserSession, session_id)
            assert row and stored_sessions.tokens_of(row).access_token == token
    with capsys.disabled():
        print(f"\n{2 * SESSIONS} secrets rotated, {KILLS} kills, {reads} uses meanwhile: 0 failures")


def test_a_new_wrapping_key_alone_touches_no_secret(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keys(monkeypatch, "2025")
    sessions_of_clinics(20)
    query(own_database, "delete from sessions where get_byte(access_token, 0) = 1 returning 1")
    secrets = query(own_database, "select id, access_token from sessions order by id")
    keys = query(own_database, "select id from data_keys order by id")
    use_keys(monkeypatch, "2026", "2025")
    assert key_rotation.rewrap().done == len(keys)
    assert [key_rotation.reseal(table).done for table in SEALED] == [0]
    assert query(own_database, "select id, access_token from sessions order by id") == secrets
    assert query(own_database, "select distinct wrapped_by from data_keys") == [("2026",)]
    assert query(own_database, "select id from data_keys order by id") == keys


def test_secrets_that_were_swapped_in_the_database_are_refused(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between columns, rows, organizations, and earlier ones put back: nobody gets another's session."""
    use_keys(monkeypatch, "2025")
    ids = list(sessions_of_clinics(60))
    earlier = dict(query(own_database, "select id, access_token from sessions"))
    refused = 0
    with transaction(Claims.system()) as session:
        for number, session_id in enumerate(ids):
            row = session.get(BrowserSession, session_id)
            other = session.get(BrowserSession, ids[number - 1])
            assert row and other
            right, wrong = row.access_token, [row.refresh_token, other.access_token]
            if number % 10:  # the old format knows no versions
                stored_sessions.keep_tokens(row, IssuedTokens("new", "new"))
                wrong.append(bytes(earlier[session_id]))
            for stored in wrong:
                row.access_token = stored
                with pytest.raises(CannotDecrypt):
                    stored_sessions.tokens_of(row)
                refused += 1
            row.access_token = right
        session.rollback()
    assert refused == 60 * 2 + 54


def test_a_secret_that_cannot_be_read_stays_and_is_named(
    own_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keys(monkeypatch, "2025")
    broken = next(iter(sessions_of_clinics(3)))
    query(
        own_database,
        f"update sessions set access_token = access_token || '\\x00' where id = '{broken}' returning 1",
    )
    process = rotate(keys=as_setting("2026", "2025"))
    said = process.communicate()[0]
    assert process.returncode == 1
    assert f"sessions.access_token of row {broken} cannot be decrypted." in said
    assert "1 cannot be decrypted" in said and "Key 2025 is still in use" in said
    data_keys.forget()
