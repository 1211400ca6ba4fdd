"""How the assistant uses a tool: asks the product, warns when it is slow, and keeps what it was told."""

import asyncio
from typing import Any

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import eras
from voxanne_app.sandbox.vapi.conversation import Conversation
from voxanne_app.sandbox.vapi.delivery import Answer
from voxanne_app.sandbox.vapi.identifiers import new_tool_call_id
from voxanne_app.sandbox.vapi.published_tools import PublishedTools
from voxanne_app.sandbox.vapi.server_messages import HANG_AFTER_SECONDS, ServerMessages
from voxanne_app.sandbox.vapi.servers import Server
from voxanne_app.sandbox.vapi.tool_answer import NO_RESULT, ToolAnswer, read_answer


class ToolUse:
    """The tools of the assistant on one line. `answers` is what came of each use."""

    def __init__(self, messages: ServerMessages) -> None:
        self._messages = messages
        self._clock = messages.organization.world.clock
        self.answers: list[dict[str, Any]] = []

    def use_assistant(self, assistant: JsonObject) -> None:
        self.published = PublishedTools(assistant, self._messages.organization.tools)

    async def ask(
        self, conversation: Conversation, name: str, arguments: dict[str, Any], *, is_heard: bool = True
    ) -> ToolAnswer:
        """Once, under a new id. What is not heard, as the caller is gone, stays out of the history."""
        call_id, fitting = new_tool_call_id(), self.published.fitting(name, arguments)
        conversation.tool_called(call_id, name, fitting, self._clock.now())
        answer = await self._answer(conversation, name, call_id, fitting)
        if is_heard:
            conversation.tool_answered(call_id, name, answer.text, self._clock.now())
        self.answers.append({
            "tool": name, "tool_call_id": call_id, "arguments": fitting, "result": answer.text,
            "metadata": answer.metadata, "failed": answer.failed,
        })  # fmt: skip
        return answer

    async def _answer(
        self, conversation: Conversation, name: str, call_id: str, arguments: dict[str, Any]
    ) -> ToolAnswer:
        tool = self.published.get(name) or {}
        server = self._messages.server_for(tool, self._messages.assistant)
        if server is None or not self._messages.wants("tool-calls"):
            return ToolAnswer(name, NO_RESULT, {}, failed=True)
        fields = eras.tool_calls(self._messages.era, tool, call_id, name, arguments)
        fields["artifact"] = conversation.artifact()
        return read_answer(name, call_id, await self._ask_with_warning(server, fields))

    async def _ask_with_warning(self, server: Server, fields: JsonObject) -> Answer:
        async def warn() -> None:
            await self._clock.sleep(HANG_AFTER_SECONDS)
            self._messages.tell("hang")

        warning = asyncio.create_task(warn())
        try:
            return await self._messages.ask(server, "tool-calls", fields)
        finally:
            warning.cancel()
