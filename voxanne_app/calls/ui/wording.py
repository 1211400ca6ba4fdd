"""Calls in the words of the front desk."""

from dataclasses import dataclass

from voxanne_app.ui.components.marks import Tone


@dataclass(frozen=True)
class Wording:
    """A state as a mark and a word."""

    word: str = ""
    tone: Tone = "plain"
    mark: str = "circle"


OUTCOMES: dict[str, Wording] = {
    "booked": Wording("Booked", "good", "calendar-check"),
    "moved": Wording("Moved", "good", "calendar"),
    "cancelled": Wording("Cancelled", "plain", "calendar-x"),
    "callback": Wording("Callback", "waits", "phone-incoming"),
    "answered": Wording("Answered", "plain", "circle-check"),
    "transferred": Wording("Transferred", "plain", "phone-forwarded"),
    "hung_up_early": Wording("Hung up early", "plain", "phone-missed"),
    "missed": Wording("Missed", "waits", "phone-missed"),
    "voicemail": Wording("Voicemail", "plain", "voicemail"),
    "tool_failed": Wording("Tool failed", "bad", "triangle-alert"),
    "failed": Wording("Call failed", "bad", "triangle-alert"),
}
ON_THE_PHONE = Wording("On the phone", "live", "")
_UNKNOWN = Wording("Ended", "plain", "circle")

COMPONENTS: dict[str, str] = {
    "transport": "Phone line",
    "transcriber": "Hearing",
    "model": "Thinking",
    "voice": "Voice",
    "vapi": "Platform",
    "analysis": "Summary",
    "knowledge-base": "Knowledge",
    "voicemail-detection": "Voicemail check",
}

# The vendor has more than 600 reasons; these families are the ones that a clinic can understand and act on.
_REASONS = (
    ("customer-ended-call", "The caller hung up."),
    ("assistant-ended-call", "The receptionist ended the call."),
    ("assistant-said-end-call", "The receptionist said goodbye."),
    ("assistant-forwarded-call", "The call was handed to a person."),
    ("silence-timed-out", "Nobody spoke for a while."),
    ("exceeded-max-duration", "The call reached its longest time."),
    ("voicemail", "A voicemail answered."),
    ("customer-did-not-answer", "Nobody answered."),
    ("customer-busy", "The line was busy."),
    ("concurrency", "All lines were in use."),
    ("pipeline-error", "The voice platform had a fault."),
    ("assistant-request", "The voice platform found no receptionist for the number."),
    ("assistant-not", "The receptionist is not set up at the voice platform."),
    ("twilio", "The phone network ended the call."),
    ("vonage", "The phone network ended the call."),
    ("error", "The voice platform had a fault."),
    ("fault", "The voice platform had a fault."),
)


def outcome_of(status: str, outcome: str | None) -> Wording:
    if status != "ended":
        return ON_THE_PHONE
    return OUTCOMES.get(outcome or "", _UNKNOWN)


def reason(ended_reason: str | None) -> str:
    """Why a call ended, as a sentence; empty when nobody said."""
    if not ended_reason:
        return ""
    return next(
        (words for part, words in _REASONS if part in ended_reason),
        f"Ended: {ended_reason.replace('-', ' ').replace('.', ' ')}.",
    )


def component(name: str) -> str:
    return COMPONENTS.get(name, name.replace("-", " ").capitalize())
