"""How people take an outbound call; the last digits of their number decide."""

from collections.abc import Awaitable, Callable

from voxanne_app.sandbox.vapi.simulated_call import Line

REASONS = {
    "0197": "voicemail",
    "0198": "customer-busy",
    "0199": "customer-did-not-answer",
}


def how_they_answer(number: str) -> Callable[[Line], Awaitable[None]]:
    """0197 is a machine, 0198 is busy, 0199 lets it ring; all others listen, thank and hang up."""
    reason = REASONS.get(number[-4:])

    async def talk(line: Line) -> None:
        if reason:
            line.hang_up(reason)
        await line.caller("Yes, that is me. Thank you for letting me know.")
        await line.assistant("You are welcome. Goodbye.")
        line.hang_up("assistant-ended-call")

    return talk
