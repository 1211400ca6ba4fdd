"""Puts calls through: finds who answers, lets the script run, and keeps what came of it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import eras
from voxanne_app.sandbox.vapi.assistant_request import NoAssistant, requested_assistant
from voxanne_app.sandbox.vapi.identifiers import new_call_sid
from voxanne_app.sandbox.vapi.late_costs import bill_late
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.recordings import Recordings
from voxanne_app.sandbox.vapi.simulated_call import CallOver, Line

KEPT_LINES = 500
OVER_THE_LIMIT = "call.start.error-subscription-concurrency-limit-reached"
Conversation = Callable[[Line], Awaitable[None]]


@dataclass(frozen=True)
class Manner:
    """How a call is played: pace, shape of the bodies, repeats of the model, USD that are billed later."""

    speed: float = 1.0
    era: str = eras.DEFAULT_ERA
    repeat_tool_calls: int = 0
    late_cost: float = 0.0


class Switchboard:
    def __init__(self, organization: Organization, recordings: Recordings) -> None:
        self._organization, self._recordings = organization, recordings
        self._lines: OrderedDict[str, Line] = OrderedDict()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._background: set[asyncio.Task[None]] = set()

    def line(self, call_id: str) -> Line | None:
        return self._lines.get(call_id)

    async def finished(self, call_id: str) -> None:
        """Until the call is over and everything about it is delivered."""
        if task := self._tasks.get(call_id):
            await asyncio.shield(task)

    def is_running(self, call_id: str) -> bool:
        return call_id in self._tasks

    def stop_all(self) -> None:
        for line in self._lines.values():
            line.messages.deliveries.stop()
        for task in [*self._tasks.values(), *self._background]:
            task.cancel()
        self._lines.clear()
        self._organization.running.clear()

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """What belongs to no running call: one that rings later, a bill that comes after it."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def inbound(
        self, phone_number: JsonObject | None, assistant: JsonObject | None, customer: JsonObject,
        talk: Conversation, manner: Manner,
    ) -> Line:  # fmt: skip
        """Somebody calls. Without an assistant on the number the product is asked for one."""
        call = self._organization.new({
            "type": "inboundPhoneCall" if phone_number else "webCall",
            "status": "ringing", "phoneCallProvider": "twilio", "phoneCallProviderId": new_call_sid(),
            "phoneCallTransport": "pstn", "phoneNumberId": (phone_number or {}).get("id"),
            "assistantId": (assistant or {}).get("id"), "customer": customer, "cost": 0,
        })  # fmt: skip
        return self._start(call, phone_number, assistant, talk, manner)

    def outbound(
        self,
        call: JsonObject,
        phone_number: JsonObject,
        assistant: JsonObject,
        talk: Conversation,
        manner: Manner,
    ) -> Line:
        """A call that was asked for by `POST /call`."""
        return self._start(call, phone_number, assistant, talk, manner)

    def _start(
        self, call: JsonObject, phone_number: JsonObject | None, assistant: JsonObject | None,
        talk: Conversation, manner: Manner,
    ) -> Line:  # fmt: skip
        call["monitor"] = self._monitor(call["id"])
        if version := self._organization.versions.label_of(assistant or {}):
            call["assistantVersion"] = version
        self._organization.calls.put(call["id"], call)
        line = Line(
            self._organization, self._recordings, call, assistant or {}, phone_number,
            speed=manner.speed, era=manner.era, repeat_tool_calls=manner.repeat_tool_calls,
        )  # fmt: skip
        self._keep(line)
        self._organization.running.add(call["id"])
        task = asyncio.create_task(self._run(line, talk, manner))
        self._tasks[call["id"]] = task
        task.add_done_callback(lambda _: self._tasks.pop(call["id"], None))
        return line

    def _monitor(self, call_id: str) -> JsonObject:
        base = f"{self._organization.world.url}/vapi/_live/{call_id}"
        return {"listenUrl": base.replace("http", "ws", 1) + "/listen", "controlUrl": f"{base}/control"}

    def _keep(self, line: Line) -> None:
        self._lines[line.call["id"]] = line
        while len(self._lines) > KEPT_LINES:
            oldest = next(iter(self._lines))
            if oldest in self._tasks:
                break
            del self._lines[oldest]

    async def _run(self, line: Line, talk: Conversation, manner: Manner) -> None:
        try:
            await self._through_its_states(line, talk)
        finally:
            self._organization.running.discard(line.call["id"])
        await line.messages.deliveries.settled()
        if manner.late_cost:
            self.in_background(bill_late(line, manner.late_cost))

    async def _through_its_states(self, line: Line, talk: Conversation) -> None:
        organization = self._organization
        is_outbound = line.call["type"] == "outboundPhoneCall"
        if organization.inbound_is_limited and len(organization.running) > organization.concurrency_limit:
            line.end_without_report(OVER_THE_LIMIT)
            return
        try:
            await line.ring()
            if not line.assistant_object and not is_outbound:
                await requested_assistant(line)
            line.answer()
        except NoAssistant as trouble:
            line.end_without_report(trouble.ended_reason, **trouble.fields)
            return
        except CallOver as over:
            line.end_without_report(str(over))
            return
        try:
            await self._greet(line)
            await talk(line)
            reason = "customer-ended-call"
        except CallOver as over:
            reason = str(over)
        await line.end(reason)

    async def _greet(self, line: Line) -> None:
        if line.assistant_object.get("firstMessageMode") == "assistant-waits-for-user":
            return
        greeting = line.assistant_object.get("firstMessage") or "Hello, how can I help you?"
        await line.assistant(str(greeting))

    def progress(self, line: Line) -> dict[str, Any]:
        """What the control API tells about a call, while it runs and after."""
        call_id = line.call["id"]
        return {
            "id": call_id,
            "status": line.status,
            "finished": not self.is_running(call_id),
            "ended_reason": line.ended_reason,
            "was_successful": line.was_successful,
            "summary": line.summary,
            "caller": line.call.get("customer"),
            "assistant_id": line.call.get("assistantId"),
            "phone_number_id": line.call.get("phoneNumberId"),
            "turns": line.conversation.turns,
            "tool_answers": line.tools.answers,
            "webhooks": line.messages.deliveries.sent,
            "cost": line.call.get("cost"),
        }
