"""What acts are called on screens, and where a record that they are about is seen."""

from collections.abc import Iterable, Mapping
from typing import Any

# Each kind of act that the product records: `<domain>.<past tense>` and what a person reads.
ACTS: Mapping[str, str] = {
    "access.refused": "Asked for something their role does not allow",
    "account.clinic_chosen": "Turned to this clinic",
    "account.email_changed": "Changed their e-mail address",
    "account.factor_added": "Added an authenticator app",
    "account.factor_removed": "Removed an authenticator app",
    "account.name_changed": "Changed their name",
    "account.password_changed": "Changed their password",
    "account.recovery_code_used": "Came in with a recovery code",
    "account.recovery_codes_made": "Made recovery codes",
    "account.session_revoked": "Signed another device out",
    "account.sign_in_failed": "Could not sign in",
    "account.signed_in": "Signed in",
    "account.signed_out": "Signed out",
    "agents.candidate_set": "Chose a version to try",
    "agents.created": "Created an agent",
    "agents.draft_saved": "Saved an agent's draft",
    "agents.drift_resolved": "Settled what was changed at the vendor",
    "agents.number_pinned": "Chose which version answers a number",
    "agents.published": "Published an agent",
    "agents.publishing_stopped": "Stopped the publishing of an agent",
    "agents.restored": "Restored an older version of an agent",
    "audit.anchored": "Anchored a clinic's audit",
    "audit.closed": "Closed entries older than six years",
    "audit.exported": "Exported the audit",
    "bookings.approved": "Approved a booking",
    "bookings.booked": "Booked an appointment",
    "bookings.cancelled": "Cancelled a booking",
    "bookings.declined": "Declined a booking",
    "bookings.exported": "Exported bookings",
    "bookings.marked_as_missed": "Marked: did not come",
    "bookings.marked_as_seen": "Marked as seen",
    "bookings.moved": "Moved a booking",
    "bookings.restored": "Took a cancellation back",
    "bookings.unmarked": "Took back what a booking was marked as",
    "calls.assigned": "Gave a call to somebody",
    "calls.callback_asked": "Had somebody called back",
    "calls.callback_stopped": "Stopped a call that was asked for",
    "calls.ended": "Asked for a call to be ended",
    "calls.exported": "Exported calls",
    "insights.exported": "Exported insights",
    "calls.note_added": "Wrote a note on a call",
    "calls.raw_events_opened": "Opened a call's raw events",
    "calls.reopened": "Opened a call again",
    "calls.resolved": "Marked a call as settled",
    "calls.spoken_into": "Had something said in a call",
    "calls.tag_added": "Tagged a call",
    "calls.tag_removed": "Removed a call's tag",
    "calls.transcript_opened": "Opened a conversation",
    "cases.assigned": "Gave a case to somebody",
    "cases.noted": "Wrote what was done about a case",
    "cases.reopened": "Took back that a case was settled",
    "cases.resolved": "Settled a case",
    "contacts.consent_given": "Recorded that somebody may be called by the assistant",
    "contacts.consent_withdrawn": "Recorded that somebody may not be called any more",
    "clinic.changed": "Changed the clinic's profile",
    "clinic.created": "Set the clinic up",
    "clinic.first_steps_put_away": "Put the first steps away",
    "clinic.resumed": "Opened the clinic again",
    "clinic.suspended": "Suspended the clinic",
    "demo.call_simulated": "Had a pretended patient call",
    "platform.alert_acknowledged": "Took on an alert",
    "platform.isolation_probed": "Had isolation probed",
    "recordings.played": "Played a recording",
    "recordings.retention_ended": "Deleted a recording at the end of its time",
    "team.invitation_resent": "Sent an invitation again",
    "team.invitation_withdrawn": "Withdrew an invitation",
    "team.invited": "Invited somebody",
    "team.joined": "Joined the clinic",
    "team.member_left": "Left the clinic",
    "team.member_removed": "Removed somebody from the clinic",
    "team.role_changed": "Changed somebody's role",
    "trials.phoned": "Had an agent call their own phone",
    "trials.said": "Tried an agent out",
    "trials.started": "Began to try an agent out",
    "trials.stopped": "Stopped waiting for an agent that is tried out",
    "trials.test_changed": "Changed a test of an agent",
    "trials.test_kept": "Kept a test with an agent",
    "trials.test_removed": "Removed a test of an agent",
    "trials.tests_run": "Had tests of an agent run",
    "visits.began": "Began a visit",
    "visits.ended": "Ended a visit",
    "visits.read": "Looked at a screen during a visit",
}

# Kind of record: what it is called, and its address; None where no screen shows one.
SUBJECTS: Mapping[str, tuple[str, str | None]] = {
    "alert": ("Alert", "/platform/isolation"),
    "agent": ("Agent", "/agents/{id}"),
    "booking": ("Booking", "/bookings?booking={id}"),
    "call": ("Call", "/calls/{id}"),
    "case": ("Case", "/"),
    "chain": ("Chain", None),
    "contact": ("Contact", None),
    "handler": ("Screen", None),
    "invitation": ("Invitation", "/team"),
    "membership": ("Team member", "/team"),
    "isolation_probe": ("Probe", "/platform/isolation"),
    "number": ("Number", "/agents"),
    "organization": ("Clinic", None),
    "outbound_call": ("Call asked for", "/"),
    "page": ("Screen", None),
    "person": ("Person", None),
    "session": ("Session", None),
    "visit": ("Visit", "/settings"),
}

ACTORS = {
    "assistant": "Voice assistant",
    "system": "Voxanne",
    "operator": "Platform operator",
    "person": "Somebody",
}


def act_in_words(action: str) -> str:
    """Of an act that has no words yet, what its name says: `team.role_changed` is `Team: role changed`."""
    if action in ACTS:
        return ACTS[action]
    domain, _, done = action.partition(".")
    return f"{domain.replace('_', ' ').capitalize()}: {done.replace('_', ' ')}"


def actions_meant(words: str, actions: Iterable[str]) -> tuple[str, ...]:
    """Those of `actions` whose words hold what was searched for."""
    wanted = words.casefold()
    return tuple(action for action in actions if wanted in act_in_words(action).casefold())


def record_of(kind: str, record_id: str) -> tuple[str, str]:
    """(`Booking`, its address or ``)."""
    name, address = SUBJECTS.get(kind, (kind.replace("_", " ").capitalize(), None))
    return name, address.format(id=record_id) if address and record_id else ""


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:80]
