"""One Vapi organization: its key, assistants, tools, numbers, calls and limits."""

from typing import Any

from starlette.requests import Request

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.store import JsonObject, Shelf
from voxanne_app.sandbox.vapi.errors import VapiError
from voxanne_app.sandbox.vapi.identifiers import new_id
from voxanne_app.sandbox.vapi.versions import AssistantVersions
from voxanne_app.sandbox.world import World

DEFAULT_PRIVATE_KEY = "sandbox-vapi-private-key"
DEFAULT_CONCURRENCY_LIMIT = 10
ORG_ID = "0197d3a0-5c1e-7d60-9a54-3f2f5f1c0a11"
KEPT_CALLS = 2_000
KEPT_CHATS = 500
INVALID_KEY = (
    "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa."
)


class Organization:
    def __init__(self, world: World) -> None:
        self.world = world
        self.private_key = DEFAULT_PRIVATE_KEY
        self.server: JsonObject | None = None
        self.concurrency_limit = DEFAULT_CONCURRENCY_LIMIT
        self.inbound_is_limited = False
        shelf = world.store.shelf
        self.assistants: Shelf = shelf("vapi.assistants")
        self.versions = AssistantVersions(world.store)
        self.tools: Shelf = shelf("vapi.tools")
        self.phone_numbers: Shelf = shelf("vapi.phone_numbers")
        self.credentials: Shelf = shelf("vapi.credentials")
        self.calls: Shelf = shelf("vapi.calls", keep=KEPT_CALLS)
        self.chats: Shelf = shelf("vapi.chats", keep=KEPT_CHATS)
        self.running: set[str] = set()

    def require_key(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if not key:
            raise VapiError(401, "Missing Authorization Header")
        if scheme.lower() != "bearer" or key.strip() != self.private_key:
            raise VapiError(401, INVALID_KEY)

    def new(self, body: JsonObject, object_id: str | None = None) -> JsonObject:
        """A stored object as the API shows it: the body with id, organization and times."""
        now = self.now()
        return {**body, "id": object_id or new_id(), "orgId": ORG_ID, "createdAt": now, "updatedAt": now}

    def now(self) -> str:
        return iso_milliseconds(self.world.clock.now())

    def limits(self) -> dict[str, Any]:
        left = max(0, self.concurrency_limit - len(self.running))
        return {
            "concurrencyBlocked": left == 0,
            "concurrencyLimit": self.concurrency_limit,
            "remainingConcurrentCalls": left,
        }
