"""Assistants, tools and phone numbers: create, list, read, change, delete."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject, Shelf
from voxanne_app.sandbox.vapi import validation
from voxanne_app.sandbox.vapi.errors import VapiError, not_found
from voxanne_app.sandbox.vapi.listing import listed
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.world import Json

Check = Callable[[JsonObject, bool], JsonObject]
PHONE_NUMBER_SCHEMAS = {"twilio": "CreateTwilioPhoneNumberDTO", "vapi": "CreateVapiPhoneNumberDTO"}


@dataclass(frozen=True)
class Resource:
    """`held_by` says who needs an object, so that it cannot be deleted; `changed` hears of changes."""

    organization: Organization
    path: str
    kind: str
    shelf: Shelf
    check: Check
    held_by: Callable[[str], str | None] = lambda _: None
    changed: Callable[[JsonObject], None] = lambda _: None

    def routes(self) -> list[BaseRoute]:
        return [
            Route(self.path, self.list),
            Route(self.path, self.create, methods=["POST"]),
            Route(f"{self.path}/{{id}}", self.get),
            Route(f"{self.path}/{{id}}", self.change, methods=["PATCH"]),
            Route(f"{self.path}/{{id}}", self.delete, methods=["DELETE"]),
        ]

    async def list(self, request: Request) -> Response:
        return Json(listed(request, self.shelf.values()))

    async def create(self, request: Request) -> Response:
        created = self.organization.new(self.check(await read(request), False))
        self.shelf.put(created["id"], created)
        self.changed(created)
        return Json(created, status_code=201)

    async def get(self, request: Request) -> Response:
        return Json(self._wanted(request))

    async def change(self, request: Request) -> Response:
        """Top-level fields are replaced whole: a changed `model` loses what the body does not repeat."""
        before = self._wanted(request)
        body = self.check(await read(request), True)
        changed = {**before, **body, "updatedAt": self.organization.now()}
        self.shelf.put(before["id"], changed)
        self.changed(changed)
        return Json(changed)

    async def delete(self, request: Request) -> Response:
        wanted = self._wanted(request)
        if holder := self.held_by(wanted["id"]):
            raise VapiError(409, f"This {self.kind} is pinned by {holder}", f"{self.kind}_pinned")
        self.shelf.take(wanted["id"])
        return Json(wanted)

    def _wanted(self, request: Request) -> JsonObject:
        object_id = str(request.path_params["id"])
        found = self.shelf.get(object_id)
        if found is None:
            raise not_found(self.kind, object_id)
        return found


def resources(organization: Organization) -> list[Resource]:
    return [
        Resource(
            organization, "/assistant", "assistant", organization.assistants,
            lambda body, partial: validation.check(body, "CreateAssistantDTO", partial=partial),
            lambda assistant_id: _number_of(organization, assistant_id),
            organization.versions.keep,
        ),
        Resource(
            organization, "/tool", "tool", organization.tools,
            _check_tool,
            lambda tool_id: _assistant_with(organization, tool_id),
        ),
        Resource(
            organization, "/phone-number", "phone number", organization.phone_numbers,
            lambda body, partial: _check_number(organization, body, partial),
        ),
    ]  # fmt: skip


async def read(request: Request) -> JsonObject:
    """The JSON body; Express answers an unreadable one itself."""
    raw = await request.body()
    try:
        body = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError as error:
        raise VapiError(400, f"{error} in JSON") from None
    if not isinstance(body, dict):
        raise VapiError(400, ["Body must be an object"])
    return body


def _check_tool(body: JsonObject, partial: bool) -> JsonObject:
    kind = body.get("type", "function")
    if kind != "function" and kind in validation.tool_types():
        return body
    return validation.check(body, "CreateFunctionToolDTO", partial=partial)


def _check_number(organization: Organization, body: JsonObject, partial: bool) -> JsonObject:
    provider = body.get("provider", "twilio")
    if not isinstance(provider, str) or provider not in PHONE_NUMBER_SCHEMAS:
        names = ", ".join(PHONE_NUMBER_SCHEMAS)
        raise VapiError(400, [f"provider must be one of the following values: {names}"])
    validation.check(body, PHONE_NUMBER_SCHEMAS[provider], partial=partial)
    assistant_id = body.get("assistantId")
    if assistant_id and assistant_id not in organization.assistants:
        raise VapiError(400, f"Couldn't get assistant. Assistant with id '{assistant_id}' does not exist.")
    return body if partial else {"status": "active", "smsEnabled": True, **body}


def _number_of(organization: Organization, assistant_id: str) -> str | None:
    numbers = organization.phone_numbers.values()
    return next(
        (f"phone number {item['id']}" for item in numbers if item.get("assistantId") == assistant_id), None
    )


def _assistant_with(organization: Organization, tool_id: str) -> str | None:
    for assistant in organization.assistants.values():
        if tool_id in (assistant.get("model") or {}).get("toolIds", []):
            return f"assistant {assistant['id']}"
    return None
