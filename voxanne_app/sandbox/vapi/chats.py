"""`/chat`: the deterministic assistant in writing. It goes through the history it is given, where the tools
have answered already, and acts on what was said last.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import costs, validation
from voxanne_app.sandbox.vapi.chat_line import ChatLine
from voxanne_app.sandbox.vapi.errors import VapiError, not_found
from voxanne_app.sandbox.vapi.listing import listed
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.receptionist import Wish
from voxanne_app.sandbox.vapi.recordings import Recordings
from voxanne_app.sandbox.vapi.resources import read
from voxanne_app.sandbox.vapi.simulated_call import CallOver
from voxanne_app.sandbox.vapi.steered import Talk
from voxanne_app.sandbox.world import Json

PER_MESSAGE = 0.005
SOMEBODY = "Robin Sample"
SERVICES = re.compile(r"^- (.+?): \d+ minutes", re.MULTILINE)


class Chats:
    def __init__(self, organization: Organization, recordings: Recordings) -> None:
        self._organization, self._recordings = organization, recordings

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/chat", self.create, methods=["POST"]),
            Route("/chat", self.list),
            Route("/chat/{id}", self.get),
            Route("/chat/{id}", self.delete, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> Response:
        body = validation.check(await read(request), "CreateChatDTO")
        assistant = self._assistant_of(body)
        chat = self._organization.new({"input": body["input"]})
        line = ChatLine(
            self._organization,
            self._recordings,
            {"id": chat["id"], "orgId": chat["orgId"], "status": "in-progress"},
            assistant,
            None,
        )
        history = [{"role": "user", "content": body["input"]}] if isinstance(body["input"], str) else None
        await _Reading(line, history or body["input"]).act()
        await line.messages.deliveries.settled()
        chat |= _answered(line, body)
        self._organization.chats.put(chat["id"], chat)
        return Json(chat, status_code=201)

    async def list(self, request: Request) -> Response:
        found = listed(request, self._organization.chats.values())
        return Json({"results": found, "metadata": {"totalItems": len(found), "currentPage": 1}})

    async def get(self, request: Request) -> Response:
        return Json(self._wanted(request))

    async def delete(self, request: Request) -> Response:
        wanted = self._wanted(request)
        self._organization.chats.take(wanted["id"])
        return Json(wanted)

    def _wanted(self, request: Request) -> JsonObject:
        chat_id = str(request.path_params["id"])
        if (found := self._organization.chats.get(chat_id)) is None:
            raise not_found("chat", chat_id)
        return found

    def _assistant_of(self, body: JsonObject) -> JsonObject:
        if isinstance(given := body.get("assistant"), dict):
            return given
        found = self._organization.assistants.get(str(body.get("assistantId")))
        if found is None:
            raise VapiError(400, "Couldn't get assistant. One of assistantId, assistant must be provided.")
        return found


@dataclass
class _Reading:
    """What the assistant makes of a history: who calls, what was offered, what is booked."""

    line: ChatLine
    history: Sequence[JsonObject]

    async def act(self) -> None:
        prompt = _prompt_of(self.line.assistant_object)
        talk = Talk(self.line, Wish(patient_name=SOMEBODY))
        heard = [place for place, one in enumerate(self.history) if one.get("role") == "user"]
        for place, until in zip(heard, [*heard[1:], None], strict=True):
            self.line.known = deque(_answers_in(self.history[place + 1 : until]))
            self.line.is_live = until is None
            words = str(self.history[place].get("content"))
            for service in SERVICES.findall(prompt):
                if service.lower() in words.lower():
                    talk.wish = replace(talk.wish, service=service)
            try:
                await talk.react_to(words)
            except CallOver:
                continue


def _answers_in(messages: Sequence[JsonObject]) -> list[tuple[str, str]]:
    """(Tool, what it answered), in order."""
    names = {call["id"]: call["function"]["name"] for one in messages for call in one.get("tool_calls") or []}
    told = [one for one in messages if one.get("role") == "tool"]
    return [(names.get(one["tool_call_id"], ""), str(one["content"])) for one in told]


def _prompt_of(assistant: JsonObject) -> str:
    messages = (assistant.get("model") or {}).get("messages") or []
    return "\n".join(str(one.get("content")) for one in messages if one.get("role") == "system")


def _answered(line: ChatLine, body: JsonObject) -> JsonObject:
    model = line.assistant_object.get("model") or {}
    prompt = costs.tokens(_prompt_of(line.assistant_object) + str(body["input"]))
    spoken = costs.tokens(str(line.output))
    thinking = round(
        prompt * costs.MODEL_PER_PROMPT_TOKEN + spoken * costs.MODEL_PER_COMPLETION_TOKEN, costs.DIGITS
    )
    used = {name: model.get(name) for name in ("provider", "model")}
    parts = [
        {
            "type": "model",
            "model": used,
            "promptTokens": prompt,
            "completionTokens": spoken,
            "cost": thinking,
        },
        {"type": "chat", "cost": PER_MESSAGE},
    ]
    return {"output": line.output, "costs": parts, "cost": costs.total(parts)}
