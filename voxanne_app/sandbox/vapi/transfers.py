"""Putting a caller through: to where the assistant was told, or where the product says when asked."""

from dataclasses import dataclass
from typing import Any

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import validation
from voxanne_app.sandbox.vapi.delivery import Answer
from voxanne_app.sandbox.vapi.errors import VapiError
from voxanne_app.sandbox.vapi.simulated_call import MODEL_THINKS, Line

KIND = "transfer-destination-request"
NOBODY = "Nobody is free right now. I can take a message."
SCHEMAS = {"number": "TransferDestinationNumber"}


@dataclass(frozen=True)
class Transfer:
    """`destination` is None when nobody can be reached; `said` is what the caller hears in either case."""

    destination: JsonObject | None
    said: str


async def put_through(line: Line, reason: str) -> Transfer:
    """By the product's own tool where it is published, otherwise by Vapi's `transferCall`."""
    answer = await line.use("transfer_to_human", reason=reason)
    if answer.worked:
        return Transfer(answer.metadata.get("destination") or {}, answer.text)
    tool = line.tools.published.transfer if answer.is_missing else None
    if tool is None:
        return Transfer(None, NOBODY)
    if tool.get("destinations"):
        return _to(tool["destinations"][0], None)
    return await _where_to(line, tool)


async def _where_to(line: Line, tool: JsonObject) -> Transfer:
    """A `transferCall` without destinations: the product is asked for one, and the caller waits."""
    await line.pause(MODEL_THINKS)
    server = line.messages.server_for(tool, line.assistant_object)
    if server is None or not line.messages.wants(KIND):
        return Transfer(None, NOBODY)
    return _read(await line.messages.ask(server, KIND, {"artifact": line.conversation.artifact()}))


def _read(answer: Answer) -> Transfer:
    body = answer.body if answer.status == 200 and isinstance(answer.body, dict) else {}
    destination, error = body.get("destination"), body.get("error")
    if isinstance(destination, dict) and _is_reachable(destination):
        return _to(destination, body.get("message"))
    return Transfer(None, error if isinstance(error, str) and error.strip() else NOBODY)


def _is_reachable(destination: JsonObject) -> bool:
    schema = SCHEMAS.get(str(destination.get("type")))
    try:
        return bool(destination.get("type")) and bool(not schema or validation.check(destination, schema))
    except VapiError:
        return False


def _to(destination: JsonObject, message: Any) -> Transfer:
    """What is said comes with the destination or beside it; Vapi has words of its own otherwise."""
    beside = message.get("content") if isinstance(message, dict) else None
    return Transfer(destination, str(destination.get("message") or beside or "Transferring the call now."))
