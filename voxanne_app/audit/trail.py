"""Who did what, and who read what: one row per act, written in the act's own transaction."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import Session


def record(
    session: Session,
    action: str,
    *,
    subject: tuple[str, UUID | str] | None = None,
    details: Mapping[str, object] | None = None,
    org_id: UUID | None = None,
) -> None:
    """Write down an act, `<domain>.<past tense>` as in `agents.published`.

    Who acts, and from where, is what the transaction's claims say. `subject`: kind and id of the record acted
    on. `details`: small plain values, never a patient's words, names or numbers. `org_id` only where the
    claims name no organization.
    """
