"""What a new clinic has still to do before callers are answered, and what of it is done."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from voxanne_app.agents.queries import has_published
from voxanne_app.identity import first_steps
from voxanne_app.telephony.queries import first_number


@dataclass(frozen=True)
class FirstSteps:
    is_published: bool
    has_number: bool
    has_company: bool

    @property
    def are_done(self) -> bool:
        return self.is_published and self.has_number and self.has_company


def first_steps_of(session: Session, *, org_id: UUID) -> FirstSteps | None:
    """None when there is nothing left to do, or nobody wants to hear of it."""
    if first_steps.are_put_away(session, org_id=org_id):
        return None
    found = FirstSteps(
        is_published=has_published(session, org_id=org_id),
        has_number=first_number(session, org_id=org_id) is not None,
        has_company=first_steps.has_company(session, org_id=org_id),
    )
    return None if found.are_done else found
