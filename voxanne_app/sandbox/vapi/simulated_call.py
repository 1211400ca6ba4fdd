"""A phone call as a state machine: rings, is answered, talks, uses tools, ends, reports."""

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import eras, outcome
from voxanne_app.sandbox.vapi.conversation import Conversation
from voxanne_app.sandbox.vapi.delivery import Answer, Deliveries
from voxanne_app.sandbox.vapi.identifiers import new_tool_call_id
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.published_tools import PublishedTools
from voxanne_app.sandbox.vapi.recordings import Recordings
from voxanne_app.sandbox.vapi.servers import Server, server_of
from voxanne_app.sandbox.vapi.tool_answer import NO_RESULT, ToolAnswer, read_answer

# True timing, in seconds. Speech: three words a second is a lively phone voice.
RINGING, BEFORE_SPEAKING, MODEL_THINKS, REPORT_AFTER = 1.2, 0.4, 0.6, 4.0
WORDS_PER_SECOND, SHORTEST_SPEECH = 3.0, 0.6
HANG_AFTER = 5.0
DEFAULT_SERVER_MESSAGES = (
    "conversation-update", "end-of-call-report", "function-call", "hang", "speech-update", "status-update",
    "tool-calls", "transfer-destination-request", "handoff-destination-request", "user-interrupted",
    "assistant.started",
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
    tool_answers: list[dict[str, Any]] = field(default_factory=list)
    summary: str | None = None
    was_successful: bool = False

    def __post_init__(self) -> None:
        self.deliveries = Deliveries(self.organization.world, self.pause)
        self.conversation = Conversation(None, self._now())
        self.status = str(self.call["status"])
        self.ended_reason: str | None = None
        self._snapshot = dict(self.call)
        self._started_at = self._now()
        self._orders: asyncio.Queue[JsonObject] = asyncio.Queue()
        self._said: asyncio.Queue[str] = asyncio.Queue()
        self.use_assistant(self.assistant_object)

    def use_assistant(self, assistant: JsonObject) -> None:
        """This assistant answers: its tools, its subscriptions, its server."""
        self.assistant_object = assistant
        self.tools = PublishedTools(assistant, self.organization.tools)
        self._wanted = set(assistant.get("serverMessages") or DEFAULT_SERVER_MESSAGES)
        self.server = self._server_for(assistant)

    # what scripts use

    async def assistant(self, text: str) -> None:
        await self.pause(BEFORE_SPEAKING)
        await self._speak("bot", text)

    async def caller(self, text: str) -> None:
        await self.pause(BEFORE_SPEAKING)
        await self._speak("user", text)

    async def use(self, name: str, **arguments: Any) -> ToolAnswer:
        """The assistant uses a tool and waits for the product's answer."""
        tool = self.tools.get(name)
        if tool is None:
            return ToolAnswer(name, "", {}, is_missing=True)
        await self.pause(MODEL_THINKS)
        fitting = self.tools.fitting(name, arguments)
        answer = await self._call_tool(tool, name, fitting)
        for _ in range(self.repeat_tool_calls):
            await self._call_tool(tool, name, fitting)
        return answer

    async def silence(self, seconds: float) -> None:
        await self.pause(seconds)

    def hang_up(self, reason: str = "customer-ended-call") -> NoReturn:
        raise CallOver(reason)

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

    def today(self) -> date:
        return self.organization.world.clock.moment().date()

    # what the outside may order while the call runs (`controlUrl`)

    def order(self, order: JsonObject) -> None:
        self._orders.put_nowait(order)

    # the states

    async def ring(self) -> None:
        await self._enter("ringing")
        await self.pause(RINGING)

    async def answer(self) -> None:
        self._started_at = self._now()
        model = self.assistant_object.get("model") or {}
        prompt = next(
            (m.get("content") for m in model.get("messages") or [] if m.get("role") == "system"), None
        )
        self.conversation = Conversation(prompt, self._started_at)
        self._save(startedAt=iso_milliseconds(self._started_at))
        await self._enter("in-progress")

    async def end(self, reason: str) -> None:
        """Hang up, tell it, and report some seconds later, when recording and summary are ready."""
        ended_at = self._now()
        self.ended_reason = reason
        self._save(endedAt=iso_milliseconds(ended_at), endedReason=reason)
        await self._enter("ended", endedReason=reason, **self._history())
        await self.pause(REPORT_AFTER, heed_orders=False)
        fields = self._report(ended_at)
        kept = ("analysis", "artifact", "cost", "costBreakdown", "costs", "messages", "transcript", "summary")
        self._save(**{name: fields[name] for name in kept}, recordingUrl=fields["recordingUrl"],
                   stereoRecordingUrl=fields["stereoRecordingUrl"])  # fmt: skip
        self.tell("end-of-call-report", lambda: self._report(ended_at))

    async def end_without_report(self, reason: str, **fields: Any) -> None:
        """A call that never had an assistant has nothing to report."""
        self.ended_reason = reason
        self._save(endedReason=reason, endedAt=self.organization.now())
        await self._enter("ended", endedReason=reason, **fields)

    # telling

    def tell(self, kind: str, build_fields: Any) -> None:
        """Send a message nobody waits for, if the assistant is subscribed to it."""
        if kind in self._wanted:
            self.deliveries.tell(self.server, kind, lambda: self.message(kind, build_fields()))

    def message(self, kind: str, fields: JsonObject) -> JsonObject:
        """`call` is the snapshot from the beginning, as on the real wire: its status is stale."""
        context = {
            "call": self._snapshot,
            "phoneNumber": self.phone_number,
            "customer": self.call.get("customer"),
            "assistant": self.assistant_object or None,
        }
        known = {name: value for name, value in context.items() if value is not None}
        return eras.message(self.era, kind, self._now(), fields, known)

    async def pause(self, seconds: float, *, heed_orders: bool = True) -> None:
        await self.organization.world.clock.sleep(seconds / self.speed)
        if heed_orders and not self._orders.empty():
            await self._obey(self._orders.get_nowait())

    # inside

    async def _speak(self, role: str, text: str) -> None:
        speaker = "assistant" if role == "bot" else "user"
        turn = len(self.conversation.turns)
        began_at = self._now()
        self._tell_now("speech-update", status="started", role=speaker, turn=turn)
        if "transcript" in self._wanted:
            half = " ".join(text.split()[: len(text.split()) // 2])
            self._tell_now("transcript", role=speaker, transcriptType="partial", transcript=half)
        await self.pause(max(SHORTEST_SPEECH, len(text.split()) / WORDS_PER_SECOND))
        self.conversation.spoken(role, text, began_at, self._now())
        self._tell_now("speech-update", status="stopped", role=speaker, turn=turn)
        final = 'transcript[transcriptType="final"]'
        if {"transcript", final} & self._wanted:
            said = {"role": speaker, "transcriptType": "final", "transcript": text}
            self.deliveries.tell(self.server, "transcript", lambda: self.message("transcript", said))
        self._tell_now("conversation-update", **self._history(), artifact=self.conversation.artifact())

    async def _call_tool(self, tool: JsonObject, name: str, arguments: dict[str, Any]) -> ToolAnswer:
        call_id = new_tool_call_id()
        self.conversation.tool_called(call_id, name, arguments, self._now())
        fields = eras.tool_calls(self.era, tool, call_id, name, arguments)
        server = self._server_for(tool, self.assistant_object)
        if server is None or "tool-calls" not in self._wanted:
            answer = ToolAnswer(name, NO_RESULT, {}, failed=True)
        else:
            reply = await self._ask_with_hang_warning(server, fields)
            answer = read_answer(name, call_id, reply)
        self.conversation.tool_answered(call_id, name, answer.text, self._now())
        self.tool_answers.append({
            "tool": name, "tool_call_id": call_id, "arguments": arguments, "result": answer.text,
            "metadata": answer.metadata, "failed": answer.failed,
        })  # fmt: skip
        return answer

    async def _ask_with_hang_warning(self, server: Server, fields: JsonObject) -> Answer:
        artifact = self.conversation.artifact()

        async def warn() -> None:
            await self.organization.world.clock.sleep(HANG_AFTER)
            self._tell_now("hang")

        warning = asyncio.create_task(warn())
        try:
            return await self.deliveries.ask(
                server, "tool-calls", lambda: self.message("tool-calls", {**fields, "artifact": artifact})
            )
        finally:
            warning.cancel()

    async def _obey(self, order: JsonObject) -> None:
        if order["type"] == "say":
            await self._speak("bot", str(order.get("content", "")))
            if order.get("endCallAfterSpoken"):
                self.hang_up("assistant-ended-call-after-message-spoken")
        elif order["type"] == "end-call":
            self.hang_up("assistant-ended-call")
        elif order["type"] == "transfer":
            await self.forward(order.get("destination") or {})

    async def forward(self, destination: JsonObject) -> NoReturn:
        """Hand the caller over to a person; the assistant's part ends there."""
        self._save(destination=destination)
        await self._enter("forwarding", destination=destination)
        self._tell_now("transfer-update", destination=destination)
        await self.silence(2)
        self.hang_up("assistant-forwarded-call")

    async def _enter(self, status: str, **fields: Any) -> None:
        self.status = status
        self._save(status=status)
        self._tell_now("status-update", status=status, **fields)

    def _tell_now(self, kind: str, **fields: Any) -> None:
        self.tell(kind, lambda: fields)

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

    def _save(self, **fields: Any) -> None:
        self.call = {**self.call, **fields, "updatedAt": self.organization.now()}
        self.organization.calls.put(self.call["id"], self.call)

    def _server_for(self, *owners: JsonObject) -> Server | None:
        organization = {"server": self.organization.server}
        return server_of([*owners, self.phone_number, organization], self.organization.credentials)

    def _now(self) -> float:
        return self.organization.world.clock.now()
