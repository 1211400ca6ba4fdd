"""Replacing keys while secrets are in use. Each step is short transactions that may be cut off anywhere.

What is left to do stands in the tables themselves: a data key under an old key of ENCRYPTION_KEYS, a secret
under a data key that was replaced. So a rotation that was killed is simply run again, and two at once share
the work.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation import data_keys, key_standing
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.encryption import CannotDecrypt, Keyring, keyring
from voxanne_app.foundation.sealing import SealedTable, seal, unseal

log = logging.getLogger(__name__)

# A rotation that is run again does not begin anew.
NEW_ENOUGH = timedelta(hours=1)
# Longer than any transaction that sealed with it could still be open.
_KEPT_UNUSED = timedelta(hours=1)
_SETTLING_SECONDS = data_keys.LIFE_SECONDS + 2
_BATCH = 200
_FIRST = UUID(int=0)


@dataclass
class Progress:
    done: int = 0
    failed: int = 0


def rewrap() -> Progress:
    """Bring every data key under the newest key of ENCRYPTION_KEYS; secrets stay as they are."""
    ring, progress, after = keyring(), Progress(), _FIRST
    while True:
        with transaction(Claims.system()) as session:
            rows = _data_keys(session, after, "wrapped_by <> :newest", newest=ring.newest)
            for row in rows:
                _rewrap_one(session, row, ring, progress)
        if not rows:
            return progress
        after = rows[-1].id


def replace_data_keys(*, older_than: timedelta = NEW_ENOUGH) -> int:
    """Give every owner whose data key is older a new one, under which all that follows is sealed."""
    ring, replaced, after = keyring(), 0, _FIRST
    due = "replaced_at is null and created_at < now() - :age"
    while True:
        with transaction(Claims.system()) as session:
            rows = _data_keys(session, after, due, age=older_than)
            for row in rows:
                session.connection().execute(
                    text("update data_keys set replaced_at = now() where id = :id"), {"id": row.id}
                )
                data_keys.insert_new(session, row.org_id, ring)
        data_keys.forget()
        if not rows:
            return replaced
        replaced, after = replaced + len(rows), rows[-1].id


def reseal(table: SealedTable) -> Progress:
    """Bring the secrets of a table under their owners' current data keys. Rows in use are left for later."""
    progress, after = Progress(), _FIRST
    while True:
        with transaction(Claims.system()) as session:
            rows = session.connection().execute(_to_reseal(table), {"after": after, "most": _BATCH}).all()
            for row in rows:
                _reseal_one(session, table, row, progress)
        if not rows:
            return progress
        after = rows[-1].id


def seconds_to_settle() -> float:
    """How long some process may still seal with a key that was replaced, not knowing yet, and then commit."""
    age = text("select extract(epoch from now() - max(replaced_at)) from data_keys")
    with transaction(Claims.system()) as session:
        seconds = session.connection().execute(age).scalar_one()
    return 0.0 if seconds is None else max(0.0, _SETTLING_SECONDS - float(seconds))


def drop_unused(tables: tuple[SealedTable, ...]) -> int:
    """Forget for good the replaced data keys under which nothing lies any more."""
    under = " or ".join(
        f"exists (select from {table.name} where {key_standing.is_under('data_keys.id', column)})"
        for table in tables
        for column in table.columns
    )
    statement = text(f"delete from data_keys where replaced_at < now() - :kept and not ({under})")  # noqa: S608
    with transaction(Claims.system()) as session:
        return int(session.connection().execute(statement, {"kept": _KEPT_UNUSED}).rowcount)


def _data_keys(session: Session, after: UUID, which: str, **values: Any) -> list[Any]:
    statement = text(
        f"""select id, org_id, wrapped_key, wrapped_by from data_keys where id > :after and {which}
        order by id limit :most for update"""  # noqa: S608
    )
    found = session.connection().execute(statement, {"after": after, "most": _BATCH} | values)
    return list(found.all())


def _rewrap_one(session: Session, row: Any, ring: Keyring, progress: Progress) -> None:
    try:
        key = ring.unwrap(row.wrapped_key, key_id=row.id, org_id=row.org_id, wrapped_by=row.wrapped_by)
    except CannotDecrypt as error:
        log.error(str(error))
        progress.failed += 1
        return
    session.connection().execute(
        text("update data_keys set wrapped_key = :key, wrapped_by = :by where id = :id"),
        {"key": ring.wrap(key, key_id=row.id, org_id=row.org_id), "by": ring.newest, "id": row.id},
    )
    progress.done += 1


def _to_reseal(table: SealedTable) -> Any:
    misplaced = " or ".join(key_standing.is_not_current(column) for column in table.columns)
    return text(
        f"""select id, org_id, {table.version} as version, {", ".join(table.columns)} from {table.name}
        where id > :after and ({misplaced}) order by id limit :most for update skip locked"""  # noqa: S608
    )


def _reseal_one(session: Session, table: SealedTable, row: Any, progress: Progress) -> None:
    try:
        sealed = {name: _under_current_key(table, name, row) for name in table.columns}
    except CannotDecrypt as error:
        log.error(str(error))
        progress.failed += 1
        return
    changes = ", ".join(f"{name} = :{name}" for name in table.columns)
    statement = text(f"update {table.name} set {changes} where id = :id")  # noqa: S608
    session.connection().execute(statement, sealed | {"id": row.id})
    progress.done += 1


def _under_current_key(table: SealedTable, column: str, row: Any) -> bytes:
    stored = bytes(getattr(row, column))
    place = table.place(column, org_id=row.org_id, row=row.id, version=row.version)
    return seal(unseal(stored, place), place) if stored else stored
