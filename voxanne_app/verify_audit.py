"""`voxanne audit verify`: walks the chains of the audit, and names the first entry that is not right."""

from uuid import UUID

from voxanne_app.audit import chain, keeping
from voxanne_app.audit.chain import Anchor, Verdict
from voxanne_app.foundation.database import Claims, transaction


def main(*, org_id: UUID | None, anchor: Anchor | None) -> int:
    """All chains, or one; `anchor` is the platform's, from the logs. Exit code 1 if one is broken."""
    if org_id:
        chains: list[UUID | None] = [org_id]
    else:
        with transaction(Claims.system()) as session:
            chains = keeping.chains(session) or [None]
    return max(_verify(one, anchor if one is None else None) for one in chains)


def _verify(org_id: UUID | None, anchor: Anchor | None) -> int:
    with transaction(Claims.system()) as session:
        verdict = chain.walk(session, org_id, anchor=anchor)
        keeping.note_walk(session, org_id, verdict)
    print(f"{org_id or 'platform'}: {_in_words(verdict)}")
    return 0 if verdict.is_unbroken else 1


def _in_words(verdict: Verdict) -> str:
    if not verdict.is_unbroken:
        return f"BROKEN. {verdict.problem}"
    said = [f"unbroken, {verdict.entries:,} entries"]
    if verdict.waiting:
        said.append(f"{verdict.waiting:,} more waiting to be sealed")
    if verdict.head:
        said.append(f"head {verdict.head}")
    return ", ".join(said)
