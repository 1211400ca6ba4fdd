"""Our voice tools at Vapi: each there once for all assistants, known by its name and our address.

A tool that says otherwise than its definition here is changed, one that is missing is made. Two who make it
at once find each other: both keep the older one.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from voxanne_app.agents.ports import CopyGone, PlatformRefuses, VoiceTool
from voxanne_app.integrations.vapi.api import Json, VapiApi
from voxanne_app.integrations.vapi.assistant_body import OurServer, with_secret

_SAID_WHEN_SLOW = {
    "type": "request-response-delayed",
    "content": "One moment please.",
    "timingMilliseconds": 2000,
}


def tool_body(tool: VoiceTool, server: OurServer) -> Json:
    """Waited for (`async` false): the assistant hears the answer."""
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {
        "type": "function",
        "async": False,
        "function": function,
        "server": server.body(),
        "messages": [_SAID_WHEN_SLOW],
    }


def hash_of(body: Json) -> str:
    """Of what a tool says, whatever else the vendor keeps beside it."""
    said = {name: body.get(name) for name in ("function", "async", "messages")}
    said["server"] = {
        key: value for key, value in (body.get("server") or {}).items() if key in ("url", "timeoutSeconds")
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def ensure_tools(api: VapiApi, tools: Sequence[VoiceTool], server: OurServer) -> list[str]:
    """The vendor's ids of these tools, in their order."""
    known = _by_name(api.listed("/tool"), server)
    missing = [tool for tool in tools if tool.name not in known]
    for tool in missing:
        api.create("/tool", with_secret(tool_body(tool, server), server))
    if missing:
        everything = list(api.listed("/tool"))
        known = _by_name(everything, server)
        _forget_doubles(api, everything, known, {tool.name for tool in missing}, server)
    for tool in tools:
        wanted, held = tool_body(tool, server), known[tool.name]
        if hash_of(wanted) != hash_of(held):
            change = {name: value for name, value in with_secret(wanted, server).items() if name != "type"}
            api.change(f"/tool/{held['id']}", change)
    return [str(known[tool.name]["id"]) for tool in tools]


def _by_name(listed: Iterable[Json], server: OurServer) -> dict[str, Json]:
    """The oldest of each name: everybody picks the same one."""
    ours = [one for one in listed if _is_ours(one, server)]
    ours.sort(key=lambda one: (str(one.get("createdAt")), str(one.get("id"))), reverse=True)
    return {one["function"]["name"]: one for one in ours}


def _is_ours(tool: Json, server: OurServer) -> bool:
    function: Any = tool.get("function")
    address: Any = tool.get("server")
    is_named = isinstance(function, dict) and isinstance(function.get("name"), str)
    return is_named and isinstance(address, dict) and address.get("url") == server.url


def _forget_doubles(
    api: VapiApi, listed: list[Json], kept: dict[str, Json], made: set[str], server: OurServer
) -> None:
    for one in listed:
        name = one["function"]["name"] if _is_ours(one, server) else None
        if name in made and one["id"] != kept[name]["id"]:
            try:
                api.delete(f"/tool/{one['id']}")
            except (PlatformRefuses, CopyGone):
                continue  # an assistant has it already: it works all the same
