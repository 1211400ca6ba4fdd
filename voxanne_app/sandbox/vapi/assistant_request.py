"""A number without an assistant: the product is asked who shall answer, and has 7.5 seconds."""

from typing import Any

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import validation
from voxanne_app.sandbox.vapi.delivery import Answer
from voxanne_app.sandbox.vapi.errors import VapiError
from voxanne_app.sandbox.vapi.simulated_call import CallOver, Line

LIMIT_SECONDS = 7.5


class NoAssistant(Exception):
    """Nobody can answer. `fields` go into the last status-update."""

    def __init__(self, ended_reason: str, error: str, response: Any = None) -> None:
        super().__init__(ended_reason)
        self.ended_reason = ended_reason
        artifacts = {
            "error": "Couldn't Get Assistant. " + error,
            "assistantRequestError": error,
            "assistantRequestResponse": response if isinstance(response, dict) else None,
        }
        self.fields: JsonObject = {
            "inboundPhoneCallDebuggingArtifacts": {k: v for k, v in artifacts.items() if v is not None}
        }


async def requested_assistant(line: Line) -> None:
    """Give the line the assistant the product names; NoAssistant or CallOver when it names none."""
    server = line.messages.server
    if server is None:
        raise NoAssistant(
            "call-start-error-neither-assistant-nor-server-set", "Neither assistant nor server set."
        )
    answer = await line.messages.ask(server, "assistant-request", {}, seconds=LIMIT_SECONDS)
    try:
        assistant = _assistant_in(line, answer)
    except NoAssistant:
        await _fall_back(line)
        raise
    line.use_assistant(assistant)
    version = line.organization.versions.label_of(assistant)
    line.save(assistantId=assistant.get("id"), assistantVersion=version)


def _assistant_in(line: Line, answer: Answer) -> JsonObject:
    body = answer.body
    if answer.status is None or not 200 <= answer.status < 300:
        trouble = answer.trouble or f"Server answered {answer.status}."
        raise NoAssistant("assistant-request-failed", trouble)
    if not isinstance(body, dict):
        raise NoAssistant("assistant-request-returned-no-assistant", "Answer is not a JSON object.")
    if "error" in body:
        reason = "error" if isinstance(body["error"], str) and body["error"].strip() else "unspeakable-error"
        raise NoAssistant(f"assistant-request-returned-{reason}", str(body["error"]), body)
    if body.get("destination"):
        raise CallOver("assistant-request-returned-forwarding-phone-number")
    if assistant_id := body.get("assistantId"):
        assistant = line.organization.assistants.get(str(assistant_id))
        if assistant is None:
            raise NoAssistant("assistant-not-found", f"Assistant {assistant_id} does not exist.", body)
        return {**assistant, **_overrides(body)}
    if not body.get("assistant"):
        raise NoAssistant("assistant-request-returned-no-assistant", "No assistant in the answer.", body)
    try:
        return {**validation.check(body["assistant"], "CreateAssistantDTO"), **_overrides(body)}
    except VapiError as error:
        message = f"Invalid Assistant. Errors: {error.message}"
        raise NoAssistant("assistant-request-returned-invalid-assistant", message, body) from None


def _overrides(body: JsonObject) -> JsonObject:
    given = body.get("assistantOverrides")
    return {k: v for k, v in given.items() if k != "variableValues"} if isinstance(given, dict) else {}


async def _fall_back(line: Line) -> None:
    """To the number's `fallbackDestination` if it has one."""
    destination = (line.phone_number or {}).get("fallbackDestination")
    if destination:
        await line.forward(destination)
