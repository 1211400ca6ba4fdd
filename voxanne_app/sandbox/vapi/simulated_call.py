"""A phone call as a state machine: rings, is answered, talks, uses tools, ends, reports."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import eras, outcome
from voxanne_app.sandbox.vapi.conversation import Conversation
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.recordings import Recordings
from voxanne_app.sandbox.vapi.server_messages import ServerMessages
from voxanne_app.sandbox.vapi.tool_answer import ToolAnswer
from voxanne_app.sandbox.vapi.tool_use import ToolUse

# True timing, in seconds. Speech: three words a second is a lively phone voice.
RINGING, BEFORE_SPEAKING, MODEL_THINKS, REPORT_AFTER, HANDING_OVER = 1.2, 0.4, 0.6, 4.0, 2.0
WORDS_PER_SECOND, SHORTEST_SPEECH = 3.0, 0.6
KEPT_OF_REPORT = (
    "analysis", "artifact", "cost", "costBreakdown", "costs", "messages", "transcript", "summary",
    "recordingUrl", "stereoRecordingUrl",
)  # fmt: skip


class CallOver(Exception):
    """Somebody hung up; the message is the `endedReason`."""


@dataclass
class Line:
    """One call. Scripts speak through it: `caller`, `assistant`, `use`, `hang_up`."""

    organization: Organization
    recordings: Recordings
    call: JsonObject
    assistant_object: JsonObject
    phone_number: JsonObject | None
    speed: float = 1.0
    era: str = eras.DEFAULT_ERA
    repeat_tool_calls: int = 0
    summary: str | None = None
    was_successful: bool = False

    def __post_init__(self) -> None:
        self.messages = ServerMessages(
            self.organization, self.call, self.phone_number, speed=self.speed, era=self.era
        )
        self.tools = ToolUse(self.messages)
        self.conversation = Conversation(None, self._now())
        self.status = str(self.call["status"])
        self.ended_reason: str | None = None
        self._started_at = self._now()
        self._orders: asyncio.Queue[JsonObject] = asyncio.Queue()
        self._said: asyncio.Queue[str] = asyncio.Queue()
        self.use_assistant(self.assistant_object)

    def use_assistant(self, assistant: JsonObject) -> None:
        """This assistant answers: its tools, its subscriptions, its server."""
        self.assistant_object = assistant
        self.messages.use_assistant(assistant)
        self.tools.use_assistant(assistant)

    # what scripts use

    async def assistant(self, text: str) -> None:
        await self.pause(BEFORE_SPEAKING)
        await self._speak("bot", text)

    async def caller(self, text: str) -> None:
        await self.pause(BEFORE_SPEAKING)
        await self._speak("user", text)

    async def use(self, name: str, **arguments: Any) -> ToolAnswer:
        """The assistant uses a tool and waits for the product's answer."""
        if self.tools.published.get(name) is None:
            return ToolAnswer(name, "", {}, is_missing=True)
        await self.pause(MODEL_THINKS)
        answer = await self.tools.ask(self.conversation, name, arguments)
        for _ in range(self.repeat_tool_calls):
            await self.tools.ask(self.conversation, name, arguments)
        return answer

    async def hang_up_during(self, name: str, **arguments: Any) -> NoReturn:
        """The caller hangs up while the product still works on a tool call: nobody hears the answer."""
        if self.tools.published.get(name) is not None:
            await self.pause(MODEL_THINKS)

            async def ask() -> None:
                await self.tools.ask(self.conversation, name, arguments, is_heard=False)

            self.messages.deliveries.start(ask())
        self.hang_up()

    async def silence(self, seconds: float) -> None:
        await self.pause(seconds)

    def hang_up(self, reason: str = "customer-ended-call") -> NoReturn:
        raise CallOver(reason)

    async def forward(self, destination: JsonObject) -> NoReturn:
        """Hand the caller over to a person; the assistant's part ends there."""
        self.save(destination=destination)
        self._enter("forwarding", destination=destination)
        self.messages.tell("transfer-update", destination=destination)
        await self.silence(HANDING_OVER)
        self.hang_up("assistant-forwarded-call")

    def today(self) -> date:
        return self.organization.world.clock.moment().date()

    # what the outside may do while the call runs

    async def hear(self, seconds: float) -> str | None:
        """The next thing a steered caller says, None after so many seconds of silence."""
        waited = 0.0
        while self._said.empty() and waited < seconds:
            await self.pause(0.1 * self.speed)
            waited += 0.1
        said = None if self._said.empty() else self._said.get_nowait()
        if said == "":
            self.hang_up()
        return said

    def say_as_caller(self, text: str) -> None:
        """From the page; an empty text hangs up."""
        self._said.put_nowait(text)

    def order(self, order: JsonObject) -> None:
        """From the `controlUrl`: obeyed at the next pause."""
        self._orders.put_nowait(order)

    # the states

    async def ring(self) -> None:
        self._enter("ringing")
        await self.pause(RINGING)

    def answer(self) -> None:
        self._started_at = self._now()
        model = self.assistant_object.get("model") or {}
        prompt = next(
            (m.get("content") for m in model.get("messages") or [] if m.get("role") == "system"), None
        )
        self.conversation = Conversation(prompt, self._started_at)
        self.save(startedAt=iso_milliseconds(self._started_at))
        self._enter("in-progress")

    async def end(self, reason: str) -> None:
        """Hang up, tell it, and report some seconds later, when recording and summary are ready."""
        ended_at = self._now()
        self.ended_reason = reason
        self.save(endedAt=iso_milliseconds(ended_at), endedReason=reason)
        self._enter("ended", endedReason=reason, **self._history())
        await self.organization.world.clock.sleep(REPORT_AFTER / self.speed)
        fields = self._report(ended_at)
        self.save(**{name: fields[name] for name in KEPT_OF_REPORT})
        self.messages.tell_anew("end-of-call-report", lambda: self._report(ended_at))

    def end_without_report(self, reason: str, **fields: Any) -> None:
        """A call that never had an assistant has nothing to report."""
        self.ended_reason = reason
        self.save(endedReason=reason, endedAt=self.organization.now())
        self._enter("ended", endedReason=reason, **fields)

    async def pause(self, seconds: float) -> None:
        await self.organization.world.clock.sleep(seconds / self.speed)
        if not self._orders.empty():
            await self._obey(self._orders.get_nowait())

    def save(self, **fields: Any) -> None:
        """Into the record of the call, as `GET /call/{id}` shows it."""
        self.call = {**self.call, **fields, "updatedAt": self.organization.now()}
        self.organization.calls.put(self.call["id"], self.call)

    # inside

    async def _speak(self, role: str, text: str) -> None:
        speaker = "assistant" if role == "bot" else "user"
        turn = len(self.conversation.turns)
        began_at = self._now()
        self.messages.tell("speech-update", status="started", role=speaker, turn=turn)
        words = text.split()
        self.messages.tell_transcript(speaker, " ".join(words[: len(words) // 2]), is_final=False)
        await self.pause(max(SHORTEST_SPEECH, len(words) / WORDS_PER_SECOND))
        self.conversation.spoken(role, text, began_at, self._now())
        self.messages.tell("speech-update", status="stopped", role=speaker, turn=turn)
        self.messages.tell_transcript(speaker, text, is_final=True)
        self.messages.tell("conversation-update", **self._history(), artifact=self.conversation.artifact())

    async def _obey(self, order: JsonObject) -> None:
        if order["type"] == "say":
            await self._speak("bot", str(order.get("content", "")))
            if order.get("endCallAfterSpoken"):
                self.hang_up("assistant-ended-call-after-message-spoken")
        elif order["type"] == "end-call":
            self.hang_up("assistant-ended-call")
        elif order["type"] == "transfer":
            await self.forward(order.get("destination") or {})

    def _enter(self, status: str, **fields: Any) -> None:
        self.status = status
        self.save(status=status)
        self.messages.tell("status-update", status=status, **fields)

    def _history(self) -> JsonObject:
        return {
            "messages": list(self.conversation.messages),
            "messagesOpenAIFormatted": self.conversation.as_openai(),
        }

    def _report(self, ended_at: float) -> JsonObject:
        ended = outcome.Ended(
            call_id=str(self.call["id"]),
            started_at=self._started_at,
            ended_at=ended_at,
            reason=str(self.ended_reason),
            summary=self.summary,
            was_successful=self.was_successful,
        )
        return outcome.report(ended, self.assistant_object, self.conversation, self.recordings)

    def _now(self) -> float:
        return self.organization.world.clock.now()
