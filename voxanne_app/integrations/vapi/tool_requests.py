"""Tool calls that Vapi waits for, and the one shape of answer that it understands.

Arguments came as an object in every captured body, are JSON text in the OpenAPI, and stand flat beside `id`
in the documentation, as `arguments` or `parameters`. Answers must be HTTP 200, one entry per call, in order,
texts of one line: anything else reaches the assistant as "No result returned".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voxanne_app.integrations.vapi.history import arguments_of
from voxanne_app.integrations.vapi.reading import listed, mapping, text

_MOST_REQUESTS = 20
_LONGEST_LINE = 4000


@dataclass(frozen=True)
class ToolRequest:
    id: str
    name: str
    arguments: Mapping[str, Any]


def read_requests(message: Mapping[str, Any]) -> list[ToolRequest]:
    """What the assistant asks for, in its order."""
    with_tools = [mapping(entry).get("toolCall") for entry in listed(message.get("toolWithToolCallList"))]
    asked = listed(message.get("toolCallList")) or listed(message.get("toolCalls")) or with_tools
    return [_request(mapping(entry)) for entry in asked[:_MOST_REQUESTS]]


def result_of(request: ToolRequest, line: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of `results`. `metadata` is for machines: the assistant hears the line only."""
    return {"toolCallId": request.id, "name": request.name, "result": one_line(line), "metadata": dict(data)}


def one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_LINE]


def response_of(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"results": list(results)}


def _request(entry: dict[str, Any]) -> ToolRequest:
    function = mapping(entry.get("function"))
    held = [
        place[name]
        for place in (function, entry)
        for name in ("arguments", "parameters")
        if place.get(name) is not None
    ]
    return ToolRequest(
        id=(text(entry.get("id")) or "")[:200],
        name=(text(function.get("name")) or text(entry.get("name")) or "")[:100],
        arguments=arguments_of(held[0]) if held else {},
    )
