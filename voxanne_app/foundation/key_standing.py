"""What lies under which key, read from the tables: whether a rotation is over, and which keys are spare."""

from dataclasses import dataclass, field

from sqlalchemy import text
from sqlmodel import Session

from voxanne_app.foundation.sealing import SealedTable

# The beginning of whatever is sealed under a data key: foundation/sealing.py.
_BEGINNING = r"'\x02'::bytea || uuid_send({0})"
_CURRENT = f"(select {_BEGINNING.format('id')} from data_keys where replaced_at is null)"  # noqa: S608
_OLD_KEY = "convert_from(substring({0} from 3 for get_byte({0}, 1)), 'UTF8')"


def is_under(key_id: str, column: str) -> str:
    """SQL: whether a secret lies under the data key `key_id`."""
    return f"substring({column} from 1 for 17) = {_BEGINNING.format(key_id)}"


def is_not_current(column: str) -> str:
    """SQL: a secret is there, and lies under no current data key."""
    return f"({column} <> '' and substring({column} from 1 for 17) not in {_CURRENT})"


@dataclass
class KeyStanding:
    """Data keys by the key of ENCRYPTION_KEYS that wraps them, secrets of the old format by theirs."""

    data_keys: dict[str, int] = field(default_factory=dict)
    old_secrets: dict[str, int] = field(default_factory=dict)
    secrets: int = 0
    under_replaced: int = 0

    @property
    def used(self) -> set[str]:
        """Ids of keys without which something could not be read."""
        return {*self.data_keys, *self.old_secrets}

    @property
    def left_to_reseal(self) -> int:
        return self.under_replaced + sum(self.old_secrets.values())

    def missing(self, listed: list[str]) -> list[str]:
        """A sentence for each key that is needed and not among `listed` (ids, the newest first)."""
        return [
            f"Key {key_id} is in use and not in ENCRYPTION_KEYS: put it back."
            for key_id in sorted(self.used - set(listed))
        ]

    def about_older(self, listed: list[str]) -> list[str]:
        """A sentence for each key but the newest: whether it is spare."""
        newest, *older = listed
        return [self._about(key_id, newest) for key_id in older]

    def _about(self, key_id: str, newest: str) -> str:
        if key_id not in self.used:
            return f"Key {key_id} is used by nothing any more: take it out of ENCRYPTION_KEYS."
        return f"Key {key_id} is still in use: `voxanne keys rotate` brings all of it under {newest}."


def key_standing(session: Session, tables: tuple[SealedTable, ...]) -> KeyStanding:
    """For a transaction of the platform's own."""
    standing = KeyStanding()
    rows = session.connection().execute(
        text("select wrapped_by, count(*) as data_keys from data_keys group by 1")
    )
    standing.data_keys = {row.wrapped_by: row.data_keys for row in rows}
    for table in tables:
        for column in table.columns:
            _add(standing, session, table.name, column)
    return standing


def _add(standing: KeyStanding, session: Session, table: str, column: str) -> None:
    old = f"{column} <> '' and get_byte({column}, 0) = 1"
    counts = text(
        f"""select count(*) filter (where {column} <> ''),
          count(*) filter (where {is_not_current(column)} and not ({old})) from {table}"""  # noqa: S608
    )
    secrets, under_replaced = session.connection().execute(counts).one()
    standing.secrets += secrets
    standing.under_replaced += under_replaced
    by_key = text(f"select {_OLD_KEY.format(column)}, count(*) from {table} where {old} group by 1")  # noqa: S608
    for key_id, count in session.connection().execute(by_key):
        standing.old_secrets[key_id] = standing.old_secrets.get(key_id, 0) + count
