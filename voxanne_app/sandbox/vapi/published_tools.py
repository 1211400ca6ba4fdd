"""Which tools an assistant was really given: what the product publishes decides what it can do."""

from typing import Any

from voxanne_app.sandbox.store import JsonObject, Shelf


class PublishedTools:
    """Without any published tool everything is allowed, so that a bare seed works."""

    def __init__(self, assistant: JsonObject, tools: Shelf) -> None:
        model = assistant.get("model") or {}
        by_id = [tools.get(tool_id) for tool_id in model.get("toolIds") or []]
        given = [*(model.get("tools") or []), *(tool for tool in by_id if tool)]
        self._transfer = next((tool for tool in given if tool.get("type") == "transferCall"), None)
        self._tools = {name: tool for tool in given if (name := _name(tool))}

    def get(self, name: str) -> JsonObject | None:
        """The tool as published, None when the assistant does not have it."""
        if not self._tools and not self._transfer:
            return {"type": "function", "function": {"name": name}, "async": False}
        return self._tools.get(name)

    @property
    def transfer(self) -> JsonObject | None:
        """Vapi's own tool to put callers through; its destinations may be empty."""
        return self._transfer

    def fitting(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Only arguments the published schema knows: a model fills in a form, it does not add to it."""
        tool = self._tools.get(name) or {}
        fields = ((tool.get("function") or {}).get("parameters") or {}).get("properties")
        given = {key: value for key, value in arguments.items() if value is not None}
        return given if not fields else {key: value for key, value in given.items() if key in fields}


def _name(tool: JsonObject) -> str | None:
    name = (tool.get("function") or {}).get("name")
    return str(name) if name else None
