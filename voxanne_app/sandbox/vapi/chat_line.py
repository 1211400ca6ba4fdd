"""The assistant's side of a chat: it reads what was said, and uses its tools over the wire as in a call."""

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NoReturn

import orjson

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import eras
from voxanne_app.sandbox.vapi.server_messages import ServerMessages
from voxanne_app.sandbox.vapi.simulated_call import CallOver, Line
from voxanne_app.sandbox.vapi.tool_answer import ToolAnswer
from voxanne_app.sandbox.vapi.tool_use import ToolUse

TODAY = re.compile(r"It is \w+, (\w+ \d{2}, \d{4})")


class ChatMessages(ServerMessages):
    """Messages of a chat name it, and no call."""

    def _message(self, kind: str, fields: JsonObject) -> JsonObject:
        context = {"chat": self._snapshot, "assistant": self.assistant}
        return eras.message(self.era, kind, self.organization.world.clock.now(), fields, context)


@dataclass
class ChatLine(Line):
    """`known` are answers of tools that the history tells of: while there are any, nothing is asked anew.
    `output` is what the assistant says and does, as chats give it."""

    known: deque[tuple[str, str]] = field(default_factory=deque)
    is_live: bool = False
    output: list[JsonObject] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.messages = ChatMessages(self.organization, self.call, None, speed=self.speed, era=self.era)
        self.tools = ToolUse(self.messages)
        self.use_assistant(self.assistant_object)

    async def assistant(self, text: str) -> None:
        self.conversation.spoken("bot", text, self._now(), self._now())
        if self.is_live:
            self.output.append({"role": "assistant", "content": text})

    async def use(self, name: str, **arguments: Any) -> ToolAnswer:
        if self.tools.published.get(name) is None:
            return ToolAnswer(name, "", {}, is_missing=True)
        if not self.is_live:
            return self._remembered(name)
        answer = await self.tools.ask(self.conversation, name, arguments)
        self._tell_of(self.tools.answers[-1])
        return answer

    async def forward(self, destination: JsonObject) -> NoReturn:
        self.hang_up(f"forwarded to {destination.get('number')}")

    async def pause(self, seconds: float) -> None:
        """Nobody waits for a voice."""

    def today(self) -> date:
        """By what its prompt says: it knows no other clock."""
        messages = (self.assistant_object.get("model") or {}).get("messages") or []
        said = TODAY.search(" ".join(str(one.get("content")) for one in messages))
        return datetime.strptime(said[1], "%B %d, %Y").date() if said else super().today()  # noqa: DTZ007

    def _remembered(self, name: str) -> ToolAnswer:
        while self.known:
            known, told = self.known.popleft()
            if known == name:
                return ToolAnswer(name, told, {})
        raise CallOver("the history tells of no answer")

    def _tell_of(self, used: dict[str, Any]) -> None:
        function = {"name": used["tool"], "arguments": orjson.dumps(used["arguments"]).decode()}
        call = {"id": used["tool_call_id"], "type": "function", "function": function}
        told = {"role": "tool", "tool_call_id": used["tool_call_id"], "content": used["result"]}
        self.output += [{"role": "assistant", "tool_calls": [call]}, told]
