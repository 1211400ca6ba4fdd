"""A clinic as the sandbox's tests need it: a seed, and answers to the voice tools."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.wire.sandbox_listener import Message, Reply

PRIVATE_KEY = "vapi-key-of-the-tests"
ASSISTANT_ID, PHONE_NUMBER_ID = "0197d3a0-0000-7000-8000-00000000a001", "0197d3a0-0000-7000-8000-00000000b001"
OPEN_NUMBER_ID = "0197d3a0-0000-7000-8000-00000000b002"
NUMBER, OPEN_NUMBER = "+14155550101", "+14155550102"
SECRET = "webhook-secret-of-the-tests"
ALL_MESSAGES = [
    "status-update", "transcript", "conversation-update", "speech-update", "tool-calls",
    "end-of-call-report", "hang",
]  # fmt: skip
KEY = {"authorization": f"Bearer {PRIVATE_KEY}"}
SPEED = 100
FIRST_SLOT, SECOND_SLOT = "2026-11-24T10:15:00-08:00", "2026-11-24T11:00:00-08:00"


def seed(webhook_url: str, **assistant: Any) -> dict[str, Any]:
    """One number with an assistant, one without, whose server is asked for one."""
    server = {"url": webhook_url, "headers": {"X-Vapi-Secret": SECRET}, "timeoutSeconds": 2}
    return {
        "vapi": {
            "private_key": PRIVATE_KEY,
            "assistants": [
                {
                    "id": ASSISTANT_ID,
                    "name": "Ava",
                    "firstMessage": "Thank you for calling. How can I help?",
                    "serverMessages": ALL_MESSAGES,
                    "server": server,
                    **assistant,
                }
            ],
            "phone_numbers": [
                {"id": PHONE_NUMBER_ID, "number": NUMBER, "assistantId": ASSISTANT_ID, "name": "Main line"},
                {"id": OPEN_NUMBER_ID, "number": OPEN_NUMBER, "name": "Second line", "server": server},
            ],
        }
    }


def call(sandbox: httpx.Client, **fields: Any) -> dict[str, Any]:
    """What the sandbox tells of a call that is over."""
    body = {"speed": SPEED, "wait": True, "number": NUMBER} | fields
    answer = sandbox.post("/_sandbox/calls", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def until(sandbox: httpx.Client, path: str, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What is at `path`, as soon as it is so."""
    deadline = time.monotonic() + 10
    while not is_so(found := sandbox.get(path, headers=KEY).json()):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return dict(found)


class Desk:
    """Answers tool calls: two free times, each can be booked once."""

    def __init__(self) -> None:
        self.booked: dict[str, str] = {}
        self.with_metadata = True

    def reply(self, message: Message) -> Reply:
        if message["type"] != "tool-calls":
            return 200, {}
        return 200, {"results": [self._result(call) for call in message["toolCallList"]]}

    def _result(self, call: dict[str, Any]) -> dict[str, Any]:
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        line, metadata = getattr(self, f"_{name}")(arguments)
        result = {"toolCallId": call["id"], "name": name, "result": line}
        return result | ({"metadata": metadata} if self.with_metadata else {})

    def _find_free_slots(self, _: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        free = [slot for slot in (FIRST_SLOT, SECOND_SLOT) if slot not in self.booked]
        times = " or ".join("10:15 AM" if slot == FIRST_SLOT else "11 AM" for slot in free)
        return f"I have Tuesday, November 24 at {times}.", {"slots": [{"starts_at": slot} for slot in free]}

    def _book_appointment(self, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        starts_at = arguments["starts_at"]
        if starts_at in self.booked:
            return f"Sorry, that time is taken. {self._find_free_slots({})[0]}", self._find_free_slots({})[1]
        self.booked[starts_at] = arguments["patient_name"]
        return "You are booked.", {"booking": {"starts_at": starts_at, "status": "booked"}}

    def _take_message(self, _: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "I will pass that on.", {}
