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
    "spam": Wording("Spam", "plain", "circle-x"),
    "tool_failed": Wording("Tool failed", "bad", "triangle-alert"),
    "failed": Wording("Call failed", "bad", "triangle-alert"),
}
ON_THE_PHONE = Wording("On the phone", "live", "")
_NO_ANSWER = Wording("Nobody answered", "plain", "phone-missed")
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


def outcome_of(status: str, outcome: str | None, direction: str = "inbound") -> Wording:
    if status != "ended":
        return ON_THE_PHONE
    if direction == "outbound" and outcome == "missed":
        return _NO_ANSWER  # it was not the clinic that missed it
    return OUTCOMES.get(outcome or "", _UNKNOWN)


def component(name: str) -> str:
    return COMPONENTS.get(name, name.replace("-", " ").capitalize())
