"""Slack's incoming webhooks, below `/slack/services`."""

from collections.abc import Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.fields import Fields
from voxanne_app.sandbox.world import Json, Preset, World

MOST_BLOCKS = 50
LONGEST_SECTION = 3000


class Slack:
    name = "slack"
    presets: tuple[Preset, ...] = (
        Preset("slack_is_down", "Slack is down for five minutes", (
            {"vendor": "slack", "mode": "status", "status": 503, "duration_seconds": 300},
        )),
        Preset("slack_channel_is_archived", "The channel in Slack is archived", (
            {"vendor": "slack", "mode": "status", "status": 410, "body": "channel_is_archived"},
        )),
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._world = world
        self._messages = world.store.shelf("slack.messages", keep=200)
        self._path: str | None = None

    def routes(self) -> Sequence[BaseRoute]:
        return [Route("/services/{team}/{channel}/{token}", self.take, methods=["POST"])]

    def control_routes(self) -> Sequence[BaseRoute]:
        return [Route("/slack", self.shown)]

    def seed(self, given: dict[str, Any]) -> None:
        """`path`: the one webhook there is, as in `T…/B…/…`; without it, any will do."""
        fields = Fields(given, "'slack'")
        self._path = fields.text("path") or self._path
        fields.finish()

    def reset(self) -> None:
        self._messages.clear()

    async def take(self, request: Request) -> Response:
        path = "/".join(request.path_params.values())
        if self._path is not None and path != self._path:
            return PlainTextResponse("no_service", 404)
        try:
            message = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return PlainTextResponse("invalid_payload", 400)
        if problem := _problem(message):
            return PlainTextResponse(problem, 400)
        now = self._world.clock.now()
        self._messages.put(f"{now}-{len(self._messages)}", {"at": now, "message": message})
        return PlainTextResponse("ok")

    async def shown(self, _: Request) -> Response:
        """What was posted, oldest first."""
        return Json({"messages": self._messages.values()})


def _problem(message: Any) -> str | None:
    if not isinstance(message, dict):
        return "invalid_payload"
    blocks = message.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        return "invalid_blocks"
    if not message.get("text") and not blocks:
        return "no_text"
    texts = [block.get("text", {}).get("text", "") for block in blocks if block.get("type") == "section"]
    return "invalid_blocks" if any(len(text) > LONGEST_SECTION for text in texts) else None
