"""What is said in the demo's calls. Words in braces are filled in from the clinic and the caller."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Used:
    """A tool call that comes before the turn at `before`."""

    name: str
    before: int
    arguments: dict[str, str]
    result: str
    took_ms: int = 180
    verdict: str = "done"


@dataclass(frozen=True)
class Scene:
    """One kind of call. Turns alternate, the agent first; the greeting is not repeated here."""

    outcome: str
    reason: str
    turns: tuple[str, ...]
    tools: tuple[Used, ...] = ()
    ended_reason: str = "customer-ended-call"
    weight: int = 1
    case: tuple[str, str] | None = None  # kind and title
    is_known: bool = True  # whether the caller's number is a patient's
    extra: dict[str, Any] = field(default_factory=dict)


_FREE = "Free for {service}: {when} with {practitioner}."

BOOKED = (
    Scene(
        "booked",
        "{service} with {practitioner}, took the first time that was offered",
        (
            "Hi, I would like to book a {service_lower}, please.",
            "I have {when} with {practitioner}. Would that suit you?",
            "Yes, that works. The name is {patient}.",
            "Thank you. I have your number from this call. Is it the best one to reach you on?",
            "It is, yes.",
            "Is there anything that {practitioner} should know beforehand?",
            "I had a bit of a cold last week, but it is gone. Nothing else.",
            "Booked: {when} with {practitioner}. Is there anything else?",
            "Do I need to bring anything?",
            "Only your insurance card, if something has changed since last time.",
            "No, that is all. Thank you.",
            "Thank you for calling {clinic}. Goodbye.",
        ),
        (
            Used("find_free_slots", 2, {"service": "{service}"}, _FREE, 88),
            Used(
                "book_appointment",
                8,
                {"service": "{service}", "starts_at": "{starts_at}", "patient_name": "{patient}"},
                "Booked: {when} with {practitioner}.",
                41,
            ),
        ),
    ),
    Scene(
        "booked",
        "{service}, asked for {practitioner} by name",
        (
            "Good morning. Does {practitioner} have anything for a {service_lower}?",
            "{practitioner} is free {when}. Shall I book that for you?",
            "Let me check. Yes, please do.",
            "May I have your full name?",
            "{patient}.",
            "And shall we reach you on the number you are calling from?",
            "Yes, that is my cell phone.",
            "Booked: {when} with {practitioner}. You may cancel or move it by phone at any time.",
            "Good to know. How long does it take?",
            "Please plan for up to an hour, with check-in.",
            "Perfect, bye.",
        ),
        (
            Used(
                "find_free_slots", 2, {"service": "{service}", "practitioner": "{practitioner}"}, _FREE, 102
            ),
            Used(
                "book_appointment",
                8,
                {
                    "service": "{service}",
                    "starts_at": "{starts_at}",
                    "patient_name": "{patient}",
                    "practitioner": "{practitioner}",
                },
                "Booked: {when} with {practitioner}.",
                37,
            ),
        ),
    ),
)
