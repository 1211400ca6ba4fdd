"""What vendors remember: JSON objects by id, also on disk, so that a killed sandbox comes back as it was."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

JsonObject = dict[str, Any]


class Shelf:
    """JSON objects of one kind, in order of arrival; at most `keep` of them, the oldest go first.

    Objects are held as bytes: what is read is always a fresh copy, and a thousand calls stay small.
    """

    def __init__(self, disk: sqlite3.Connection, name: str, keep: int | None = None) -> None:
        self._disk, self._name, self._keep = disk, name, keep
        rows = disk.execute("select id, object from objects where shelf = ? order by rowid", (name,))
        self._objects: dict[str, bytes] = dict(rows.fetchall())

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, object_id: str) -> bool:
        return object_id in self._objects

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._objects))

    def get(self, object_id: str) -> JsonObject | None:
        stored = self._objects.get(object_id)
        return None if stored is None else orjson.loads(stored)

    def values(self) -> list[JsonObject]:
        return [orjson.loads(stored) for stored in list(self._objects.values())]

    def put(self, object_id: str, value: JsonObject) -> None:
        """Store a new object, or replace one in its place."""
        stored = orjson.dumps(value)
        self._objects[object_id] = stored
        self._disk.execute(
            "insert into objects (shelf, id, object) values (?, ?, ?)"
            " on conflict (shelf, id) do update set object = excluded.object",
            (self._name, object_id, stored),
        )
        if self._keep is not None and len(self._objects) > self._keep:
            self.take(next(iter(self._objects)))

    def take(self, object_id: str) -> JsonObject | None:
        """Remove an object and return it."""
        stored = self._objects.pop(object_id, None)
        self._disk.execute("delete from objects where shelf = ? and id = ?", (self._name, object_id))
        return None if stored is None else orjson.loads(stored)

    def clear(self) -> None:
        self._objects.clear()
        self._disk.execute("delete from objects where shelf = ?", (self._name,))


class Store:
    """All shelves, in one SQLite file of the state directory, or in memory only."""

    def __init__(self, state_dir: Path | None) -> None:
        if state_dir is not None:
            state_dir.mkdir(parents=True, exist_ok=True)
        path = ":memory:" if state_dir is None else str(state_dir / "sandbox.sqlite3")
        self._disk = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # One process writes, and little is at stake: surviving kill -9 is enough, power loss is not.
        self._disk.execute("pragma journal_mode = wal")
        self._disk.execute("pragma synchronous = off")
        self._disk.execute(
            "create table if not exists objects (shelf text, id text, object blob, unique (shelf, id))"
        )

    def shelf(self, name: str, *, keep: int | None = None) -> Shelf:
        return Shelf(self._disk, name, keep)
