"""What was said and done in a call, in the shapes Vapi tells it."""

from typing import Any

import orjson

SPEAKERS = {"bot": "AI", "user": "User"}
OPENAI_ROLES = {"bot": "assistant", "user": "user", "system": "system"}


class Conversation:
    """`messages` as artifacts have them. Times are epoch seconds of the sandbox's clock."""

    def __init__(self, prompt: str | None, started_at: float) -> None:
        self._started_at = started_at
        self.messages: list[dict[str, Any]] = []
        if prompt:
            self._add("system", {"message": prompt}, started_at)

    def spoken(self, role: str, text: str, began_at: float, ended_at: float) -> None:
        """`role` is bot or user."""
        timing = {"endTime": _ms(ended_at), "duration": round((ended_at - began_at) * 1000)}
        self._add(role, {"message": text, **timing, "source": ""}, began_at)

    def tool_called(self, tool_call_id: str, name: str, arguments: dict[str, Any], at: float) -> None:
        function = {"name": name, "arguments": orjson.dumps(arguments).decode()}
        calls = [{"id": tool_call_id, "type": "function", "function": function}]
        self._add("tool_calls", {"toolCalls": calls, "message": ""}, at)

    def tool_answered(self, tool_call_id: str, name: str, result: str, at: float) -> None:
        self._add("tool_call_result", {"name": name, "result": result, "toolCallId": tool_call_id}, at)

    @property
    def turns(self) -> list[dict[str, Any]]:
        """Only what was said: `[{role, message}]`."""
        return [
            {"role": message["role"], "message": message["message"]}
            for message in self.messages
            if message["role"] in SPEAKERS
        ]

    def said_by(self, role: str) -> str:
        return " ".join(turn["message"] for turn in self.turns if turn["role"] == role)

    def transcript(self) -> str:
        return "".join(f"{SPEAKERS[turn['role']]}: {turn['message']}\n" for turn in self.turns)

    def as_openai(self) -> list[dict[str, Any]]:
        return [_openai(message) for message in self.messages]

    def artifact(self) -> dict[str, Any]:
        return {"messages": list(self.messages), "messagesOpenAIFormatted": self.as_openai()}

    def _add(self, role: str, fields: dict[str, Any], at: float) -> None:
        seconds = round(at - self._started_at, 3)
        self.messages.append({"role": role, **fields, "time": _ms(at), "secondsFromStart": seconds})


def _openai(message: dict[str, Any]) -> dict[str, Any]:
    if message["role"] == "tool_calls":
        return {"role": "assistant", "content": "", "tool_calls": message["toolCalls"]}
    if message["role"] == "tool_call_result":
        return {"role": "tool", "tool_call_id": message["toolCallId"], "content": message["result"]}
    return {"role": OPENAI_ROLES[message["role"]], "content": message["message"]}


def _ms(epoch_seconds: float) -> int:
    return round(epoch_seconds * 1000)
