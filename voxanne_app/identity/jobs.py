"""Mails that bring people in, and the sign-in provider's idea of who is where."""

from uuid import UUID

from voxanne_app import vendors
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JobRun, job
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import clinics, invitations, stored_sessions, visits
from voxanne_app.identity.ports import SignInUnavailable, TooManyAttempts

_LATER = "The mail could not be sent yet. It is tried again by itself."


@job("identity.mail_invitation")
def mail_invitation(run: JobRun, *, invitation_id: str) -> None:
    """Each attempt makes a new token: only the link of the last mail works."""
    org_id, named = run.org_id, UUID(invitation_id)
    if org_id is None:
        return
    with transaction(run.claims) as session:
        letter = invitations.write_letter(session, org_id=org_id, invitation_id=named)
    account_id = None
    if letter:
        link = f"{get_settings().public_url}/invitation/{letter.token}"
        try:
            account_id = vendors.accounts().invite(email=letter.email, link=link)
        except (SignInUnavailable, TooManyAttempts):
            with transaction(run.claims) as session:
                invitations.note_trouble(session, org_id=org_id, invitation_id=named, problem=_LATER)
            raise
    with run.finish() as session:
        if letter:
            invitations.note_mailed(
                session, org_id=org_id, invitation_id=named, account_id=account_id, now=run.now
            )


@job("identity.follow_in_token")
def follow_in_token(run: JobRun, *, person_id: str) -> None:
    """The token's `app_metadata.org_id` names the clinic that its person turned to last, or none."""
    with transaction(Claims.system()) as session:
        org_id = clinics.last_chosen(session, UUID(person_id))
    vendors.accounts().name_clinic(UUID(person_id), org_id)
    with run.finish():
        pass


@job("identity.member_removed")
def member_removed(run: JobRun, *, person_id: str) -> None:
    """Nobody who was taken out gets back in by an old session, should they join again."""
    if run.org_id is None:
        return
    with run.finish(Claims.system()) as session:
        stored_sessions.end_where_removed(session, org_id=run.org_id, person_id=UUID(person_id), now=run.now)
        clinics.follow_in_token(session, UUID(person_id))


@job("identity.end_visit")
def end_visit(run: JobRun, *, visit_id: str) -> None:
    with run.finish() as session:
        visits.end_due(session, UUID(visit_id), now=run.now)
