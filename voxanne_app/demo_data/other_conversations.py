"""The demo's calls that book nothing: questions, changes, worries, and lines that broke off."""

from voxanne_app.demo_data.conversations import Scene, Used

OTHERS = (
    Scene(
        "answered",
        "Asked about parking and step-free access",
        (
            "Hi, is there parking at the clinic? I use a walker.",
            "There is parking behind the building, and the entrance from there is level.",
            "Great, that is all I needed.",
            "You are welcome. Goodbye.",
        ),
        weight=5,
        is_known=False,
    ),
    Scene(
        "answered",
        "Whether the clinic takes new patients",
        (
            "Hello, are you taking new patients at the moment?",
            "Yes, we are. A first visit can usually be had within a week. Shall I look for a time?",
            "Not yet, I will talk to my husband and call back.",
            "Of course. We look forward to hearing from you.",
        ),
        weight=5,
        is_known=False,
    ),
    Scene(
        "answered",
        "Opening hours over the holidays",
        (
            "What are your hours between Christmas and New Year?",
            "We are open on weekdays as usual, and closed on the public holidays.",
            "Thanks, bye.",
        ),
        weight=3,
    ),
    Scene(
        "moved",
        "Moved a visit to another day",
        (
            "Hi, this is {patient}. I cannot make my appointment on Thursday.",
            "I can move it for you. Which day would suit you better?",
            "Any morning next week.",
            "Moved: it is now next Tuesday morning with {practitioner}. Is there anything else?",
            "No, thank you so much.",
        ),
        (Used("move_appointment", 4, {"patient_name": "{patient}"}, "Moved, with {practitioner}.", 63),),
        weight=4,
        extra={"has_booking": True},
    ),
    Scene(
        "cancelled",
        "Cancelled a visit, will call again",
        (
            "I need to cancel my appointment tomorrow. {patient}.",
            "Cancelled. Would you like another time?",
            "Not now, I will call again when I know my shifts.",
            "All right. Get in touch whenever it suits you.",
        ),
        (
            Used(
                "cancel_appointment", 2, {"patient_name": "{patient}"}, "Cancelled, with {practitioner}.", 38
            ),
        ),
        weight=3,
    ),
    Scene(
        "callback",
        "Wants to know {question}",
        (
            "I have a question. I would like to know {question}.",
            "I do not know that, but somebody here does. Shall I have them call you back?",
            "Yes please, no rush.",
            "I have passed it on. Someone will call you back as soon as they can.",
            "Thank you.",
        ),
        (
            Used(
                "take_message",
                4,
                {"message": "Wants to know {question}."},
                "I have passed on your message.",
                29,
            ),
        ),
        weight=4,
        case=("callback", "Answer {patient}: {question}"),
    ),
    Scene(
        "transferred",
        "Asked for accounts about a bill",
        (
            "I have a bill here that I do not understand. Can I speak to a person?",
            "Of course. I will connect you with our accounts team now.",
            "Thanks.",
        ),
        ended_reason="assistant-forwarded-call",
        weight=4,
    ),
    Scene(
        "hung_up_early",
        "Ended after the greeting",
        (),
        weight=4,
        is_known=False,
    ),
    Scene(
        "tool_failed",
        "Wanted a {service_lower}, the free times could not be read",
        (
            "Could I get a {service_lower} for my son?",
            "I am sorry, I cannot look at the calendar right now. May I have somebody call you back?",
            "Yes, please, this afternoon if you can.",
        ),
        (
            Used(
                "find_free_slots",
                2,
                {"service": "{service}"},
                "I am sorry, I cannot look that up right now.",
                2500,
                "failed",
            ),
        ),
        weight=1,
        case=("failure", "Call back {patient}: the calendar could not be read"),
    ),
    Scene(
        "failed",
        "The line broke off",
        ("Hello? I wanted to ask about",),
        ended_reason="call.in-progress.error-vapifault-transport-never-connected",
        weight=1,
        is_known=False,
    ),
)

WORRIED = Scene(
    "callback",
    "Worried, wants a call back soon",
    (
        "Hello, it is {patient}. {worry}",
        "I am sorry to hear that. The clinical team will call you straight away. Is this number right?",
        "Yes, it is.",
        "Thank you. They will call you within fifteen minutes. If it gets hard to breathe, please call 911.",
        "Okay. Thank you.",
    ),
    (
        Used(
            "take_message",
            4,
            {"message": "{worry}", "urgent": "true"},
            "I have passed on your message. They will see that it is urgent.",
            33,
        ),
    ),
    case=("callback", "Call back {patient}: urgent"),
    extra={"is_urgent": True},
)
