"""The deterministic assistant: which tool it uses when, and how it passes the answer on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from voxanne_app.sandbox.vapi.simulated_call import Line
from voxanne_app.sandbox.vapi.tool_answer import ToolAnswer

# A time on offer or asked for: `{starts_at, practitioner?, spoken?}`.
Slot = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """Who calls and what for. Times are ISO 8601; what is None the script decides itself."""

    patient_name: str
    service: str = "check-up"
    starts_at: str | None = None
    new_starts_at: str | None = None
    on_date: str | None = None
    part_of_day: str | None = None
    practitioner: str | None = None
    message: str = "Could the doctor call me back about my test results?"
    question: str = "Is there parking at the clinic?"


async def offer_times(line: Line, wish: Wish, *, not_at: str | None = None) -> list[Slot]:
    """Free times, read out by the assistant."""
    answer = await line.use(
        "find_free_slots",
        service=wish.service,
        on_date=wish.on_date,
        part_of_day=wish.part_of_day,
        practitioner=wish.practitioner,
    )
    if answer.is_missing:
        return []
    await line.assistant(answer.text)
    return [slot for slot in answer.offers(line.today()) if slot["starts_at"] != not_at]


async def book(line: Line, wish: Wish, slot: Slot) -> ToolAnswer:
    return await line.use("book_appointment", **booking(wish, slot))


def booking(wish: Wish, slot: Slot) -> dict[str, Any]:
    """The arguments: with whom it was offered counts more than what the caller said first."""
    return {
        "service": wish.service,
        "starts_at": slot["starts_at"],
        "patient_name": wish.patient_name,
        "practitioner": slot.get("practitioner") or wish.practitioner,
    }


async def book_or_offer_another(line: Line, wish: Wish, slot: Slot) -> NoReturn:
    """Books; when the time is gone the caller takes the first alternative, if there is one."""
    answer = await book(line, wish, slot)
    alternatives = [] if answer.worked else answer.offers(line.today())
    if alternatives:
        slot = alternatives[0]
        await line.assistant(answer.text)
        await line.caller(f"Then {spoken(slot)}, please.")
        answer = await book(line, wish, slot)
    if not answer.worked:
        await give_up(line, wish, answer.text)
    await pass_on(line, answer, f"{wish.patient_name} booked a {wish.service} {at(slot['starts_at'])}.")


async def take_message(line: Line, wish: Wish, message: str, *, urgent: bool = False) -> NoReturn:
    answer = await line.use("take_message", message=message, urgent=urgent)
    await pass_on(line, answer, f"{wish.patient_name} left a message: {message}")


async def pass_on(line: Line, answer: ToolAnswer, summary: str) -> NoReturn:
    """The assistant says what came of it, and everybody says goodbye."""
    line.summary = summary if answer.worked else f"{summary} It did not work out: {answer.text}"
    line.was_successful = answer.worked
    await line.assistant(answer.text or "I am sorry, I cannot do that.")
    await line.caller("Thank you, bye.")
    line.hang_up()


async def give_up(line: Line, wish: Wish, said: str = "") -> NoReturn:
    line.summary = f"{wish.patient_name} wanted a {wish.service}, but found no time."
    await line.assistant(said or "I am sorry, I could not find a free time.")
    await line.caller("All right, I will try again later. Bye.")
    line.hang_up()


def spoken(slot: Slot) -> str:
    """A slot as a caller would name it."""
    return str(slot.get("spoken") or at(str(slot["starts_at"])))


def at(starts_at: str) -> str:
    """`on Tuesday at 10:15 AM`."""
    try:
        moment = datetime.fromisoformat(starts_at)
    except ValueError:
        return starts_at
    return f"on {moment:%A} at {moment:%I:%M %p}".replace(" 0", " ")
