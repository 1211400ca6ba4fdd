"""The tests that are kept with an agent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from voxanne_app.agents.versions import find_agent
from voxanne_app.audit.trail import record
from voxanne_app.foundation.changes import announce
from voxanne_app.trials.as_if import DAY_MINUTES
from voxanne_app.trials.expectations import BadExpectations, Expectation, checked
from voxanne_app.trials.from_call import LONGEST_LINE, LONGEST_NAME, MOST_LINES
from voxanne_app.trials.kept_models import KeptTest

MOST_TESTS = 20


class KeptTestUnknown(Exception):
    """There is no such test in this organization."""


class CannotKeep(Exception):
    """Not like this; the message says why."""


@dataclass(frozen=True)
class Written:
    """What a test says. `weekday` (0 is Monday) and `minute` of the day: as if it were then. With
    `shows_number` the caller has one, which is nobody's; without, it is withheld."""

    name: str
    lines: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    weekday: int = 0
    minute: int = 600
    shows_number: bool = True


def keep(
    session: Session, written: Written, *, org_id: UUID, agent_id: UUID, by: str, now: datetime,
    origin: str = "hand", call_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """The new test's id. Raises AgentUnknown, CannotKeep."""
    find_agent(session, org_id=org_id, agent_id=agent_id, lock=True)
    kept = select(func.count()).where(KeptTest.org_id == org_id, KeptTest.agent_id == agent_id)
    if session.exec(kept).one() >= MOST_TESTS:
        raise CannotKeep(f"{MOST_TESTS} tests are kept with this agent, and that is all it can have.")
    test = KeptTest(
        org_id=org_id, agent_id=agent_id, name="-", origin=origin, call_id=call_id, author=by,
        created_at=now, updated_at=now,
    )  # fmt: skip
    _write(test, written)
    session.add(test)
    session.flush()
    _has_changed(session, "trials.test_kept", test, origin=origin)
    return test.id


def change(
    session: Session, written: Written, *, org_id: UUID, test_id: UUID, revision: int, now: datetime
) -> None:
    """Results of what it said before count no more. `revision` is what the change was made on."""
    test = find_test(session, org_id=org_id, test_id=test_id, lock=True)
    if test.revision != revision:
        raise CannotKeep(
            "Somebody else changed this test meanwhile. What you typed is still here: open it anew."
        )
    _write(test, written)
    test.revision, test.updated_at = test.revision + 1, now
    session.add(test)
    _has_changed(session, "trials.test_changed", test)


def remove(session: Session, *, org_id: UUID, test_id: UUID) -> None:
    """With everything that came of running it."""
    test = find_test(session, org_id=org_id, test_id=test_id, lock=True)
    _has_changed(session, "trials.test_removed", test)
    session.delete(test)
    session.flush()


def find_test(session: Session, *, org_id: UUID, test_id: UUID, lock: bool = False) -> KeptTest:
    wanted = select(KeptTest).where(KeptTest.org_id == org_id, col(KeptTest.id) == test_id)
    test = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if test is None:
        raise KeptTestUnknown("This test does not exist any more.")
    return test


def _write(test: KeptTest, written: Written) -> None:
    name, lines = " ".join(written.name.split()), [line for line in written.lines if line.strip()]
    if not name or len(name) > LONGEST_NAME:
        raise CannotKeep(f"Give the test a name of at most {LONGEST_NAME} characters.")
    if why := _wrong_with(lines):
        raise CannotKeep(why)
    if not (0 <= written.weekday <= 6 and 0 <= written.minute < DAY_MINUTES):
        raise CannotKeep("Choose a weekday and a time of day.")
    try:
        expected = checked(written.expectations)
    except BadExpectations as bad:
        raise CannotKeep(str(bad)) from None
    test.name, test.lines = name, lines
    test.expectations = [one.as_json() for one in expected]
    test.weekday, test.minute, test.shows_number = written.weekday, written.minute, written.shows_number


def _wrong_with(lines: Sequence[str]) -> str:
    if not lines:
        return "Write at least one line for the caller."
    if len(lines) > MOST_LINES:
        return f"A test has {MOST_LINES} lines at most: each costs an answer of the model."
    if any(len(line) > LONGEST_LINE for line in lines):
        return f"A line has {LONGEST_LINE:,} characters at most."
    return ""


def _has_changed(session: Session, act: str, test: KeptTest, **details: str) -> None:
    record(session, act, subject=("agent", test.agent_id), details={"test": str(test.id), **details})
    announce(session, org_id=test.org_id, topic="trials")
