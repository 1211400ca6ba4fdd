"""What was promised and what is missing, in words for people at the clinic."""

from collections.abc import Iterator

from voxanne_app.calls.promises.promise import Comparison

PROMISED = {
    "booked": "an appointment",
    "moved": "a move of the appointment",
    "cancelled": "a cancellation",
    "texted": "a text message",
    "mailed": "an e-mail",
    "call_back": "a call back",
    "pass_on": "to pass it on",
    "transfer": "to put the caller through",
}
MISSING = {
    "no_booking": "There is no such appointment.",
    "other_time": "The appointment is at another time.",
    "other_service": "The appointment is for something else, or with somebody else.",
    "still_stands": "The appointment still stands.",
    "nothing_cancelled": "No appointment was cancelled.",
    "no_text": "No text message was sent.",
    "no_mail": "No e-mail was sent.",
    "nobody_told": "No message or callback was written down.",
    "not_transferred": "The caller was not put through.",
    "caller_left": "The caller hung up first.",
    "another_server": "Somebody else’s server was asked to do it; what it did is not known here.",
}
DONE = {
    "book_appointment": "Booked an appointment",
    "move_appointment": "Moved an appointment",
    "cancel_appointment": "Cancelled an appointment",
}


def title_of(found: Comparison) -> str:
    """Of the case: the first thing that is wrong."""
    for judged in found.promises:
        if judged.verdict == "not_kept":
            return f"Promised and not done: {PROMISED[judged.promise.kind]}"
    deed = next(deed for deed in found.deeds if deed.heard is False)
    return f"{DONE[deed.done.tool]} that the caller did not ask for"


def body_of(found: Comparison) -> str:
    return " ".join((*_lines(found), "Read or hear the call, put it right, and tell the caller."))


def _lines(found: Comparison) -> Iterator[str]:
    for judged in found.promises:
        if judged.verdict == "not_kept":
            promised = PROMISED[judged.promise.kind]
            yield f"The agent promised {promised}. {MISSING[judged.missing]}"
    for deed in found.deeds:
        if deed.heard is False and deed.stands:
            yield f"{DONE[deed.done.tool]}, and the caller’s own words do not ask for it or agree to it."
