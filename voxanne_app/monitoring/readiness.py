"""Can this installation serve? One look for all who ask within a second, since anybody may ask."""

import asyncio
import time
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from voxanne_app.foundation import heartbeats, job_broker, migrations
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings

_FRESH_SECONDS = 1.0
_PATIENCE_SECONDS = 3.0


@dataclass(frozen=True)
class Readiness:
    """`checks` says ok or what is wrong in a word or two; never addresses, versions or errors."""

    checks: dict[str, str]

    @property
    def is_ready(self) -> bool:
        return all(result == "ok" for result in self.checks.values())


class ReadinessProbe:
    def __init__(self) -> None:
        self._latest = Readiness({"database": "not asked yet"})
        self._at = -_FRESH_SECONDS
        self._looking: asyncio.Task[Readiness] | None = None

    async def ask(self) -> Readiness:
        """The state at most a second ago; a database that does not answer in time counts as away."""
        if time.monotonic() - self._at < _FRESH_SECONDS:
            return self._latest
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(look))
        await asyncio.wait({self._looking}, timeout=_PATIENCE_SECONDS)
        self._latest = (
            self._looking.result() if self._looking.done() else Readiness({"database": "no answer"})
        )
        self._at = time.monotonic()
        return self._latest


def look() -> Readiness:
    checks = {"database": "ok"}
    try:
        with transaction(Claims.system()) as session:
            checks |= {"migrations": _migrations(session), **_signs_of_life(session)}
    except SQLAlchemyError:
        checks = {"database": "no answer"}
    return Readiness(checks | {"broker": _broker()})


def _migrations(session: Session) -> str:
    return "missing" if migrations.missing_migrations(session.connection()) else "ok"


def _signs_of_life(session: Session) -> dict[str, str]:
    ages = heartbeats.ages(session)
    return {
        process: "ok" if ages.get(process, float("inf")) < heartbeats.STALE_SECONDS else "no sign of life"
        for process in ("worker", "scheduler")
    }


def _broker() -> str:
    try:
        job_broker.ping(get_settings())
    except Exception:
        return "no answer"
    return "ok"
