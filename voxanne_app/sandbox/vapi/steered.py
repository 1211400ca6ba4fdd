"""A caller who is a person at the sandbox's page: the assistant listens for key words."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from voxanne_app.sandbox.vapi.receptionist import Wish, at, book, offer_times
from voxanne_app.sandbox.vapi.simulated_call import Line
from voxanne_app.sandbox.vapi.tool_answer import ToolAnswer
from voxanne_app.sandbox.vapi.transfers import put_through

PATIENCE_SECONDS = 60
NAME = re.compile(r"\b(?i:my name is|this is|i am|i'm)\s+([A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)*)")
ORDINALS = (("first", 0), ("second", 1), ("third", 2), ("last", -1))
YES = re.compile(r"\b(yes|sure|please do|that works|fine|ok(?:ay)?)\b", re.IGNORECASE)
WHAT_I_CAN_DO = (
    "I can book, move or cancel an appointment, take a message, or find a person. What would you like?"
)


async def steered(line: Line, wish: Wish) -> None:
    """Says what you type, turn by turn."""
    await Talk(line, wish).run()


@dataclass
class Talk:
    """`offered` are the times read out last, `booked` the start of the booking made in this call."""

    line: Line
    wish: Wish
    offered: list[dict[str, Any]] = field(default_factory=list)
    booked: str | None = None
    is_moving: bool = False

    async def run(self) -> None:
        while True:
            text = await self.line.hear(PATIENCE_SECONDS)
            if text is None:
                await self.line.assistant("Are you still there?")
                self.line.hang_up("silence-timed-out")
            await self.line.caller(text)
            await self.react_to(text)

    async def react_to(self, text: str) -> None:
        if named := NAME.search(text):
            self.wish = replace(self.wish, patient_name=named[1])
        await self._react(text.lower())

    async def _react(self, text: str) -> None:
        if slot := self._chosen(text):
            await self._take(slot)
        elif _any(text, "bye", "that is all", "that's all"):
            await self.line.assistant("Thank you for calling. Goodbye.")
            self.line.hang_up("assistant-ended-call")
        elif _any(text, "cancel") and self.booked:
            await self._tell(
                await self.line.use(
                    "cancel_appointment", patient_name=self.wish.patient_name, starts_at=self.booked
                )
            )
        elif _any(text, "person", "human", "somebody", "operator"):
            await self._hand_over(text)
        elif _any(text, "message", "call me back"):
            await self._tell(await self.line.use("take_message", message=text))
        elif _any(
            text, "move", "reschedule", "another time", "appointment", "book", self.wish.service.lower()
        ):
            self.is_moving = bool(self.booked) and not _any(text, "book")
            self.offered = await offer_times(self.line, self.wish, not_at=self.booked)
            if not self.offered and not self.line.conversation.said_by("bot"):
                await self.line.assistant("I am sorry, I found no free time.")
        elif "?" in text:
            await self._tell(await self.line.use("answer_from_knowledge", question=text))
        else:
            await self.line.assistant(WHAT_I_CAN_DO)

    def _chosen(self, text: str) -> dict[str, Any] | None:
        """One of the offered times: by its place, by its time, or by a plain yes."""
        if not self.offered:
            return None
        for word, place in ORDINALS:
            if re.search(rf"\b{word}\b", text) and -1 <= place < len(self.offered):
                return self.offered[place]
        for slot in self.offered:
            spoken = at(str(slot["starts_at"])).lower().removeprefix("on ")
            time = spoken.partition(" at ")[2].removesuffix(" am").removesuffix(" pm").removesuffix(":00")
            if time and re.search(rf"(?<![\d:]){re.escape(time)}(?![\d:])", text):
                return slot
        return self.offered[0] if YES.search(text) else None

    async def _take(self, slot: dict[str, Any]) -> None:
        starts_at = str(slot["starts_at"])
        if self.is_moving:
            answer = await self.line.use(
                "move_appointment",
                patient_name=self.wish.patient_name,
                starts_at=self.booked,
                new_starts_at=starts_at,
            )
        else:
            answer = await book(self.line, self.wish, slot)
        self.offered = [] if answer.worked else answer.offers(self.line.today())
        if answer.worked:
            self.booked, self.line.was_successful = starts_at, True
            self.line.summary = f"{self.wish.patient_name} booked a {self.wish.service} {at(starts_at)}."
        await self._tell(answer)

    async def _hand_over(self, reason: str) -> None:
        transfer = await put_through(self.line, reason)
        await self.line.assistant(transfer.said)
        if transfer.destination is not None:
            await self.line.forward(transfer.destination)

    async def _tell(self, answer: ToolAnswer) -> None:
        await self.line.assistant(answer.text or "I am sorry, I cannot do that here.")


def _any(text: str, *words: str) -> bool:
    return any(word in text for word in words)
