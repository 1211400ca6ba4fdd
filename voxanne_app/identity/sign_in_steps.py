"""What stands between a right password and the application: a second factor, a new password, or nothing."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from voxanne_app.identity.admission import Admitted
from voxanne_app.identity.models import BrowserSession

# A code of the authenticator app; setting such an app up; choosing a password.
Step = Literal["code", "enrolment", "password"]


@dataclass(frozen=True)
class HalfwayIn:
    """A session that opens nothing yet but the page of its next step."""

    session_id: UUID
    person_id: UUID
    org_id: UUID | None
    email: str
    step: Step


def next_step(row: BrowserSession, *, is_aal2: bool, needs_factor: bool) -> Step | None:
    """What this session must do before anything else. A recovery code counts as a second factor."""
    has_shown_factor = is_aal2 or row.recovered_at is not None
    if row.has_factor and not has_shown_factor:
        return "code"
    # The password first: whoever came by a link in a mail has shown none.
    if row.awaits_password:
        return "password"
    return "enrolment" if needs_factor and not has_shown_factor else None


def halfway(row: BrowserSession, who: Admitted, step: Step) -> HalfwayIn:
    return HalfwayIn(row.id, row.person_id, row.org_id, who.email, step)
