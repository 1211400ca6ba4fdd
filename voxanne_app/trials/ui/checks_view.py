"""What kept tests say in a review, and having those run that have no result for it yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from voxanne_app.trials import asking, kept_queries
from voxanne_app.trials.kept_queries import KeptRow
from voxanne_app.trials.reviewed import under_review
from voxanne_app.ui.formatting import count
from voxanne_app.wiring import VOICE_TOOLS


@dataclass(frozen=True)
class NotPassing:
    """A test that fails, or that has no result; `why` in a sentence."""

    name: str
    why: str
    href: str
    fails: bool


@dataclass(frozen=True)
class ChecksView:
    """`words` is `3 of 4 tests pass`; `progress` is empty when nothing runs any more."""

    total: int = 0
    words: str = ""
    progress: str = ""
    failed: int = 0
    all_pass: bool = True
    not_passing: list[NotPassing] = field(default_factory=list)
    yes: str = ""


def checks_view(rows: Sequence[KeptRow], *, address: str) -> ChecksView:
    """`rows` are of the digest that is under review."""
    checks = kept_queries.checks_of(rows)
    running = [row for row in rows if row.state == "waiting"]
    return ChecksView(
        total=len(rows),
        words=f"{checks.passed} of {count(len(rows), 'test')} {'passes' if len(rows) == 1 else 'pass'}",
        progress=_progress(running),
        failed=checks.failed,
        all_pass=checks.all_pass,
        not_passing=[
            _not_passing(row, address) for row in rows if row.state in ("failed", "broken", "unrun")
        ],
        yes=_yes(checks.failed, checks.unrun),
    )


def run_what_has_no_result(
    session: Session, *, org_id: UUID, agent_id: UUID, digest: str, now: datetime, again: bool = False
) -> int:
    """How many were held back. With `again`, those that failed run once more, too."""
    rows = kept_queries.kept_with(session, org_id=org_id, agent_id=agent_id, digest=digest)
    wanted = ("broken", "unrun", "failed") if again else ("broken", "unrun")
    missing = [row.id for row in rows if row.state in wanted]
    subject = under_review(session, org_id=org_id, agent_id=agent_id, tools=VOICE_TOOLS)
    if not missing or subject.problem or subject.digest != digest:
        return 0
    return asking.ask_to_run(session, missing, subject, org_id=org_id, now=now).held_back


def _progress(running: Sequence[KeptRow]) -> str:
    if not running:
        return ""
    first = min(running, key=lambda row: (-row.said, row.asked_at))
    return f"{count(len(running), 'test')} running: “{first.name}”, line {first.said + 1} of {first.lines}"


def _not_passing(row: KeptRow, address: str) -> NotPassing:
    why = row.trouble or next((why for why in row.findings if why), "It was not run against this draft.")
    return NotPassing(row.name, why, f"{address}?part=tests&test={row.id}", row.state == "failed")


def _yes(failed: int, unrun: int) -> str:
    """What is agreed to by publishing all the same."""
    said = [f"{count(failed, 'test')} {'fails' if failed == 1 else 'fail'}"] if failed else []
    said += [f"{count(unrun, 'test')} {'has' if unrun == 1 else 'have'} no result"] if unrun else []
    return f"Publish although {' and '.join(said)}" if said else ""
