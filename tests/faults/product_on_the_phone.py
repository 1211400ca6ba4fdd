"""The product on a real line: its webhook process and its worker, called through the sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests import factories
from tests.clinic import Clinic, open_clinic
from tests.faults.background import Ledger, running, wait_until
from tests.shared_postgres import Database
from tests.wire.sandbox_process import running_sandbox
from tests.wire.webhook_process import SECRET, webhook_process
from voxanne_app.wiring import VOICE_TOOLS

PRIVATE_KEY = "vapi-key-of-the-tests"
# What a clinic's assistant is published with, and all else that there is to hear of a call.
_MESSAGES = [
    "status-update", "conversation-update", "speech-update", 'transcript[transcriptType="final"]',
    "tool-calls", "transfer-destination-request", "transfer-update", "end-of-call-report", "hang",
]  # fmt: skip


@dataclass(frozen=True)
class LineOfClinic:
    """A clinic of the product, and the number under which the sandbox calls it."""

    clinic: Clinic
    number: str


@dataclass(frozen=True)
class Phone:
    """`sandbox` is an HTTP client of the sandbox, `ledger` sees all rows of the product."""

    sandbox: httpx.Client
    ledger: Ledger
    webhook_url: str

    def connect(self, number: str, messages: list[str] | None = None) -> LineOfClinic:
        """A new clinic, with an assistant that has all of the product's tools."""
        clinic = open_clinic()
        agent = factories.make_agent(org_id=clinic.org_id)
        assistant_id = str(uuid4())
        factories.make_vendor_address(org_id=clinic.org_id, agent_id=agent.id, value=assistant_id)
        assistant = {
            "id": assistant_id,
            "name": "Ava",
            "firstMessage": "Thank you for calling. How can I help?",
            "serverMessages": messages or _MESSAGES,
            "server": {"url": self.webhook_url, "headers": {"X-Vapi-Secret": SECRET}, "timeoutSeconds": 20},
            "model": {"provider": "openai", "model": "gpt-4.1", "tools": _tools()},
        }
        line = {"id": str(uuid4()), "number": number, "assistantId": assistant_id}
        self.control("seed", vapi={"assistants": [assistant], "phone_numbers": [line]})
        return LineOfClinic(clinic, number)

    def control(self, what: str, **body: Any) -> dict[str, Any]:
        answer = self.sandbox.post(f"/_sandbox/{what}", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def at_the_vendor(self, call_id: str) -> dict[str, Any]:
        """The call as Vapi itself has it in the end."""
        headers = {"authorization": f"Bearer {PRIVATE_KEY}"}
        return dict(self.sandbox.get(f"/vapi/call/{call_id}", headers=headers).raise_for_status().json())

    def settle(self, seconds: float = 60) -> None:
        """Until the product has worked off all that it was told."""
        wait_until(lambda: self.ledger.unfinished() == 0, "all webhooks handled", seconds)


@contextmanager
def product_on_the_phone(database: Database) -> Iterator[Phone]:
    seed = {"vapi": {"private_key": PRIVATE_KEY}}
    with (
        webhook_process(database.app_url) as webhooks,
        running("voxanne_app.worker"),
        running_sandbox(seed) as url,
        httpx.Client(base_url=url, timeout=600) as sandbox,
    ):
        yield Phone(sandbox, Ledger(database.owner_url), f"{webhooks.url}/webhooks/vapi")


def a_tuesday_to_come(today: date) -> date:
    """Two to three weeks ahead, so that no hour of today's decides what is free."""
    return today + timedelta(days=14 + (1 - today.weekday()) % 7)


def _tools() -> list[dict[str, Any]]:
    functions = [
        {"name": name, "description": tool.description, "parameters": dict(tool.parameters)}
        for name, tool in VOICE_TOOLS.items()
    ]
    # Without destinations of its own: where to, the product is asked during the call.
    transfer = {"type": "transferCall", "destinations": []}
    return [*({"type": "function", "function": function} for function in functions), transfer]
