"""What somebody has typed so far who is setting up a clinic, so that they can stop and go on."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import exists, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from voxanne_app.foundation import clock
from voxanne_app.identity.clinic_models import WelcomeDraft
from voxanne_app.identity.models import Membership


def answers_of(session: Session, person_id: UUID) -> dict[str, str]:
    draft = session.get(WelcomeDraft, person_id)
    return dict(draft.answers) if draft else {}


def keep(session: Session, person_id: UUID, answers: Mapping[str, str]) -> None:
    """Whoever has left the clinic that they once made may make another one."""
    _begin(session, person_id)
    mine = update(WelcomeDraft).where(col(WelcomeDraft.person_id) == person_id)
    session.connection().execute(mine.values(answers=dict(answers), updated_at=clock.now()))
    belongs = exists().where(col(Membership.person_id) == person_id, col(Membership.removed_at).is_(None))
    session.connection().execute(mine.where(~belongs).values(clinic_id=None))


def clinic_made(session: Session, person_id: UUID) -> UUID | None:
    """The clinic that this person has made, None as long as there is none.

    Held until the transaction ends: of two browsers that finish at once, the second one finds the clinic.
    """
    _begin(session, person_id)
    query = select(WelcomeDraft).where(WelcomeDraft.person_id == person_id)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).one().clinic_id


def finish(session: Session, person_id: UUID, *, clinic_id: UUID) -> None:
    """The answers have become a clinic, and are kept no longer."""
    draft = session.get_one(WelcomeDraft, person_id)
    draft.clinic_id, draft.answers = clinic_id, {}
    session.flush()


def _begin(session: Session, person_id: UUID) -> None:
    session.connection().execute(
        insert(WelcomeDraft).values(person_id=person_id, answers={}).on_conflict_do_nothing()
    )
