"""Vapi plays the trials' `TrialChats`: an agent that is not published answers in writing, by `POST /chat`.

The assistant goes along with each chat, and the whole history, so that what was said can be changed and said
again. Its tools lie in it too, with an address that brings the trial's key: none of the published ones is
touched. A chat is deleted once it was read.

`UserMessage` in Vapi's OpenAPI is a transcript's by mistake, as the examples beside it show: what is taken
has `content`, like the other messages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import orjson

from voxanne_app.agents.ports import CopyGone, PlatformRefuses, PlatformUnavailable
from voxanne_app.integrations.vapi.api import Json, VapiApi
from voxanne_app.integrations.vapi.assistant_body import OurServer, assistant_body, with_secret
from voxanne_app.integrations.vapi.published_tools import tool_body
from voxanne_app.integrations.vapi.reading import listed, mapping, number, text
from voxanne_app.trials.ports import Answered, Chat, ChatFailed, Turn

TRIAL_HEADER = b"x-voxanne-trial"
CHAT_SECONDS = 40.0  # several tools at 2.5 s each, and a model that thinks between them
LONGEST_MESSAGE = 10_000  # characters, of the vendor's document

UNAVAILABLE = (
    "The voice platform did not answer. Nothing of this conversation is lost: send it again. "
    "It may be charged all the same."
)
SILENT = "The assistant said nothing. Send it again, or say it otherwise."

# Date and time as prompts ask the platform for them.
_NOW = re.compile(r'\{\{\s*"now"\s*\|\s*date:\s*"([^"]*)"(?:\s*,\s*"([^"]*)")?\s*\}\}')


class VapiTrialChats:
    def __init__(self, api: VapiApi, server: OurServer) -> None:
        self._api, self._server = api, server

    def answer(self, chat: Chat) -> Answered:
        try:
            said = self._api.create("/chat", chat_body(chat, self._server))
        except (PlatformUnavailable, CopyGone):
            raise ChatFailed(UNAVAILABLE) from None
        except PlatformRefuses as refusal:
            raise ChatFailed(f"The voice platform does not take it: {refusal}") from None
        self._forget(text(said.get("id")))
        if not (words := _words_in(said)):
            raise ChatFailed(SILENT)
        cost = number(said.get("cost"))
        return Answered(words, None if cost is None else Decimal(str(cost)))

    def _forget(self, chat_id: str | None) -> None:
        with suppress(PlatformUnavailable, PlatformRefuses, CopyGone):
            if chat_id:
                self._api.delete(f"/chat/{chat_id}")


def chat_body(chat: Chat, server: OurServer) -> Json:
    return {"name": "Trial", "assistant": _assistant(chat, server), "input": [*_messages(chat.history)]}


def _assistant(chat: Chat, server: OurServer) -> Json:
    """As it would be published, without what only concerns the phone; everything comes back with the key."""
    whole = assistant_body(chat.agent, tool_ids=[], server=server)
    prompt = at_moment(chat.agent.prompt, chat.happens_at, chat.zone)
    tools = [_keyed(tool_body(tool, server), chat, server) for tool in chat.tools]
    messages = [{"role": "system", "content": prompt}]
    model = {**whole["model"], "messages": messages, "tools": tools}
    del model["toolIds"]
    kept = {name: whole[name] for name in ("name", "metadata", "server")}
    return _keyed({**kept, "model": model, "serverMessages": ["tool-calls"]}, chat, server)


def _keyed(body: Json, chat: Chat, server: OurServer) -> Json:
    """Sent once: an answer that comes too late is no use to anybody."""
    signed = with_secret(body, server)
    headers = {**signed["server"].get("headers", {}), TRIAL_HEADER.decode(): str(chat.key)}
    address = {name: value for name, value in signed["server"].items() if name != "backoffPlan"}
    return {**signed, "server": {**address, "headers": headers}}


def at_moment(prompt: str, moment: datetime, zone: str) -> str:
    """The prompt with that moment wherever it asks the platform for now."""

    def shown(found: re.Match[str]) -> str:
        there = found[2] if found[2] in available_timezones() else zone
        return moment.astimezone(ZoneInfo(there)).strftime(found[1])

    return _NOW.sub(shown, prompt)


def _messages(history: Sequence[Turn]) -> Iterator[Json]:
    for turn in history:
        for tool in turn.tools:
            arguments = orjson.dumps(dict(tool.arguments)).decode()
            asked = {
                "id": tool.id,
                "type": "function",
                "function": {"name": tool.name, "arguments": arguments},
            }
            yield {"role": "assistant", "tool_calls": [asked]}
            yield {"role": "tool", "tool_call_id": tool.id, "content": tool.line[:LONGEST_MESSAGE]}
        role = "user" if turn.role == "caller" else "assistant"
        yield {"role": role, "content": turn.text[:LONGEST_MESSAGE]}


def _words_in(said: Mapping[str, Any]) -> str:
    """All that the assistant says, also before and between its tools."""
    messages = [mapping(one) for one in listed(said.get("output"))]
    spoken = [text(one.get("content")) or "" for one in messages if one.get("role") == "assistant"]
    return " ".join(" ".join(words.split()) for words in spoken if words.strip())
