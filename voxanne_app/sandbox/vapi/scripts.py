"""What callers say, and what the assistant does about it. Each script is one kind of call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voxanne_app.sandbox.vapi.simulated_call import Line
from voxanne_app.sandbox.vapi.tool_answer import ToolAnswer

SILENCE_TIMEOUT_SECONDS = 30


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


Script = Callable[[Line, Wish], Awaitable[None]]


async def books(line: Line, wish: Wish) -> None:
    """Wants an appointment and takes the first time that is offered."""
    await line.caller(f"Hi, I would like to book a {wish.service}, please.")
    slot = {"starts_at": wish.starts_at} if wish.starts_at else await _offered(line, wish)
    if slot is None:
        await _give_up(line, wish)
        return
    await line.caller(f"{_spoken(slot)} works for me. My name is {wish.patient_name}.")
    answer = await _book(line, wish, slot["starts_at"])
    if answer.worked:
        await _confirmed(line, wish, slot["starts_at"], answer)
    else:
        await _take_an_alternative(line, wish, answer)


async def wants_same_time(line: Line, wish: Wish) -> None:
    """Asks for one given time; when it is taken, hears alternatives and takes the first."""
    starts_at = wish.starts_at
    if starts_at is None:
        slot = await _offered(line, wish)
        starts_at = slot["starts_at"] if slot else None
    if starts_at is None:
        await _give_up(line, wish)
        return
    when = _spoken({"starts_at": starts_at})
    await line.caller(f"Hello, can I have a {wish.service} {when}? This is {wish.patient_name}.")
    answer = await _book(line, wish, starts_at)
    if answer.worked:
        await _confirmed(line, wish, starts_at, answer)
    else:
        await _take_an_alternative(line, wish, answer)


async def moves(line: Line, wish: Wish) -> None:
    """Moves a booking of their own to another time; without one it is made first."""
    starts_at = wish.starts_at or await _booked_on_this_call(line, wish)
    if starts_at is None:
        await _give_up(line, wish)
        return
    await line.caller(
        f"I need to move my appointment {_spoken({'starts_at': starts_at})}. {wish.patient_name}."
    )
    new = (
        {"starts_at": wish.new_starts_at}
        if wish.new_starts_at
        else await _offered(line, wish, not_at=starts_at)
    )
    if new is None:
        await _give_up(line, wish)
        return
    await line.caller(f"{_spoken(new)} would be better.")
    answer = await line.use(
        "move_appointment",
        patient_name=wish.patient_name, starts_at=starts_at, new_starts_at=new["starts_at"],
    )  # fmt: skip
    await _told(line, answer, f"{wish.patient_name} moved an appointment.")


async def cancels(line: Line, wish: Wish) -> None:
    """Cancels a booking of their own; without one it is made first."""
    starts_at = wish.starts_at or await _booked_on_this_call(line, wish)
    if starts_at is None:
        await _give_up(line, wish)
        return
    when = _spoken({"starts_at": starts_at})
    await line.caller(f"I have to cancel my appointment {when}. The name is {wish.patient_name}.")
    answer = await line.use("cancel_appointment", patient_name=wish.patient_name, starts_at=starts_at)
    await _told(line, answer, f"{wish.patient_name} cancelled an appointment.")


async def asks_parking(line: Line, wish: Wish) -> None:
    """Has a question about the clinic."""
    await line.caller(f"Hi, a quick question. {wish.question}")
    answer = await line.use("answer_from_knowledge", question=wish.question)
    if answer.is_missing:
        await line.assistant("I am sorry, I do not know. Shall I take a message for the team?")
        await _leave_message(line, wish, f"{wish.patient_name} asks: {wish.question}")
        return
    await _told(line, answer, f"The caller asked: {wish.question}")


async def leaves_message(line: Line, wish: Wish) -> None:
    """Wants somebody to call back."""
    await line.caller(f"Hello, this is {wish.patient_name}. {wish.message}")
    await _leave_message(line, wish, wish.message)


async def wants_human(line: Line, wish: Wish) -> None:
    """Will only speak to a person."""
    await line.caller("I do not want to talk to a machine. Can I speak to a person?")
    answer = await line.use("transfer_to_human", reason="The caller asks for a person")
    if answer.is_missing or answer.failed:
        await line.assistant("Nobody is free right now. I can take a message.")
        await _leave_message(line, wish, f"{wish.patient_name} wants to speak to a person.")
        return
    await line.assistant(answer.text)
    destination = answer.metadata.get("destination")
    if isinstance(destination, dict):
        line.was_successful = True
        await line.forward(destination)
    line.hang_up()


async def hangs_up(line: Line, wish: Wish) -> None:
    """Changes their mind before anything happened."""
    await line.caller("Hello? Oh, sorry, wrong number.")
    line.hang_up()


async def silent(line: Line, _: Wish) -> None:
    """Says nothing; the assistant asks once, then the line is closed."""
    await line.silence(SILENCE_TIMEOUT_SECONDS / 3)
    await line.assistant("Are you still there?")
    await line.silence(SILENCE_TIMEOUT_SECONDS / 3)
    line.hang_up("silence-timed-out")


SCRIPTS: dict[str, Script] = {
    "books": books,
    "wants_same_time": wants_same_time,
    "moves": moves,
    "cancels": cancels,
    "asks_parking": asks_parking,
    "leaves_message": leaves_message,
    "wants_human": wants_human,
    "hangs_up": hangs_up,
    "silent": silent,
}


async def _offered(line: Line, wish: Wish, not_at: str | None = None) -> dict[str, Any] | None:
    """The first free time the product offers, spoken by the assistant."""
    answer = await line.use(
        "find_free_slots",
        service=wish.service, on_date=wish.on_date, part_of_day=wish.part_of_day, practitioner=wish.practitioner,
    )  # fmt: skip
    if answer.is_missing:
        return None
    await line.assistant(answer.text)
    offers = [slot for slot in answer.offers(line.today()) if slot["starts_at"] != not_at]
    return offers[0] if offers else None


async def _book(line: Line, wish: Wish, starts_at: str) -> ToolAnswer:
    return await line.use(
        "book_appointment",
        service=wish.service, starts_at=starts_at, patient_name=wish.patient_name, practitioner=wish.practitioner,
    )  # fmt: skip


async def _booked_on_this_call(line: Line, wish: Wish) -> str | None:
    await line.caller(f"Hi, I would like to book a {wish.service}, please.")
    slot = await _offered(line, wish)
    if slot is None:
        return None
    await line.caller(f"{_spoken(slot)}, please. My name is {wish.patient_name}.")
    answer = await _book(line, wish, slot["starts_at"])
    await line.assistant(answer.text)
    return str(slot["starts_at"]) if answer.worked else None


async def _take_an_alternative(line: Line, wish: Wish, refusal: ToolAnswer) -> None:
    offers = refusal.offers(line.today())
    if refusal.is_missing or not offers:
        await _give_up(line, wish, refusal.text)
        return
    await line.assistant(refusal.text)
    await line.caller(f"Then {_spoken(offers[0])}, please.")
    answer = await _book(line, wish, offers[0]["starts_at"])
    if answer.worked:
        await _confirmed(line, wish, offers[0]["starts_at"], answer)
    else:
        await _give_up(line, wish, answer.text)


async def _confirmed(line: Line, wish: Wish, starts_at: str, answer: ToolAnswer) -> None:
    when = _spoken({"starts_at": starts_at})
    line.was_successful = True
    await _told(line, answer, f"{wish.patient_name} booked a {wish.service} {when}.")


async def _told(line: Line, answer: ToolAnswer, summary: str) -> None:
    """The assistant passes the answer on, and everybody says goodbye."""
    line.summary = summary if answer.worked else f"{summary} It did not work out: {answer.text}"
    line.was_successful = answer.worked
    await line.assistant(answer.text or "I am sorry, I cannot do that.")
    await line.caller("Thank you, bye.")
    line.hang_up()


async def _leave_message(line: Line, wish: Wish, message: str) -> None:
    answer = await line.use("take_message", message=message, urgent=False)
    await _told(line, answer, f"{wish.patient_name} left a message: {message}")


async def _give_up(line: Line, wish: Wish, said: str = "") -> None:
    line.summary = f"{wish.patient_name} wanted a {wish.service}, but found no time."
    await line.assistant(said or "I am sorry, I could not find a free time.")
    await line.caller("All right, I will try again later. Bye.")
    line.hang_up()


def _spoken(slot: dict[str, Any]) -> str:
    """A slot as a caller would name it."""
    if slot.get("spoken"):
        return str(slot["spoken"])
    try:
        moment = datetime.fromisoformat(str(slot["starts_at"]))
    except ValueError:
        return str(slot["starts_at"])
    return f"on {moment:%A} at {moment:%I:%M %p}".replace(" 0", " ")
