"""What the product is told of one call: the kinds it is subscribed to, at the server that counts."""

from collections.abc import Callable
from typing import Any

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import eras
from voxanne_app.sandbox.vapi.delivery import Answer, Build, Deliveries
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.servers import Server, server_of

DEFAULT_SERVER_MESSAGES = (
    "conversation-update", "end-of-call-report", "function-call", "hang", "speech-update", "status-update",
    "tool-calls", "transfer-destination-request", "handoff-destination-request", "user-interrupted",
    "assistant.started",
)  # fmt: skip
HANG_AFTER_SECONDS = 5.0
FINAL_TRANSCRIPT = 'transcript[transcriptType="final"]'


class ServerMessages:
    """`call` is kept as it was in the beginning: its status inside messages is stale, as on the real wire."""

    def __init__(
        self, organization: Organization, call: JsonObject, phone_number: JsonObject | None, *,
        speed: float, era: str,
    ) -> None:  # fmt: skip
        self.organization, self.era, self._speed = organization, era, speed
        self._snapshot, self._phone_number = dict(call), phone_number
        self.deliveries = Deliveries(organization.world, self._pace)

    def use_assistant(self, assistant: JsonObject) -> None:
        """From here on its subscriptions hold, and its server if it has one."""
        self.assistant = assistant
        self._version = self.organization.versions.label_of(assistant)
        self._wanted = set(assistant.get("serverMessages") or DEFAULT_SERVER_MESSAGES)
        self.server = self.server_for(assistant)

    def wants(self, kind: str) -> bool:
        return kind in self._wanted

    def server_for(self, *owners: JsonObject) -> Server | None:
        organization = {"server": self.organization.server}
        return server_of([*owners, self._phone_number, organization], self.organization.credentials)

    def tell(self, kind: str, **fields: Any) -> None:
        """Send a message nobody waits for, if the assistant is subscribed to it."""
        self.tell_anew(kind, lambda: fields)

    def tell_anew(self, kind: str, build_fields: Callable[[], JsonObject]) -> None:
        """The same, with fields that differ from delivery to delivery."""
        if self.wants(kind):
            self.deliveries.tell(self.server, kind, self._build(kind, build_fields))

    def tell_transcript(self, speaker: str, text: str, *, is_final: bool) -> None:
        """Who wants final transcripts only is spared the partial ones."""
        if self.wants("transcript") or (is_final and self.wants(FINAL_TRANSCRIPT)):
            said = {
                "role": speaker,
                "transcriptType": "final" if is_final else "partial",
                "transcript": text,
            }
            self.deliveries.tell(self.server, "transcript", self._build("transcript", lambda: said))

    async def ask(
        self, server: Server, kind: str, fields: JsonObject, *, seconds: float | None = None
    ) -> Answer:
        """Send what must be answered, within `seconds` or what the server allows."""
        build = self._build(kind, lambda: fields)
        return await self.deliveries.ask(server, kind, build, timeout_seconds=seconds)

    def _build(self, kind: str, build_fields: Callable[[], JsonObject]) -> Build:
        return lambda: self._message(kind, build_fields())

    def _message(self, kind: str, fields: JsonObject) -> JsonObject:
        context = {
            "call": self._snapshot,
            "phoneNumber": self._phone_number,
            "customer": self._snapshot.get("customer"),
            "assistant": self.assistant or None,
            "assistantVersion": self._version,
        }
        known = {name: value for name, value in context.items() if value is not None}
        return eras.message(self.era, kind, self.organization.world.clock.now(), fields, known)

    async def _pace(self, seconds: float) -> None:
        await self.organization.world.clock.sleep(seconds / self._speed)
