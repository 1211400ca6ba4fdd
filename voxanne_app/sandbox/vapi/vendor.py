"""Vapi, below `/vapi`."""

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from voxanne_app.sandbox.vapi.analytics import Analytics
from voxanne_app.sandbox.vapi.call_control import CallControl
from voxanne_app.sandbox.vapi.calls import Calls
from voxanne_app.sandbox.vapi.chats import Chats
from voxanne_app.sandbox.vapi.errors import VapiError, error_answer
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.recordings import Recordings
from voxanne_app.sandbox.vapi.resources import resources
from voxanne_app.sandbox.vapi.seeding import Seeding
from voxanne_app.sandbox.vapi.switchboard import Switchboard
from voxanne_app.sandbox.world import Preset, World

# Not behind the key: the storage wants a signature, the live control only knowledge of its address.
OPEN = ("/_storage/", "/_live/")


class Vapi:
    name = "vapi"
    presets: tuple[Preset, ...] = (
        Preset("vapi_twice_and_out_of_order", "Vapi sends everything twice and out of order", (
            {"vendor": "vapi", "mode": "duplicate"},
            {"vendor": "vapi", "mode": "reorder", "seconds": 2},
        )),
        Preset("vapi_is_gone", "Vapi is gone for ten minutes", (
            {"vendor": "vapi", "mode": "reset", "duration_seconds": 600},
            {"vendor": "vapi", "mode": "drop", "duration_seconds": 600},
        )),
        Preset("vapi_is_busy", "Vapi answers 429 for a minute", (
            {"vendor": "vapi", "mode": "status", "status": 429, "duration_seconds": 60,
             "headers": {"Retry-After": "5"},
             "body": {"message": "Too Many Requests", "error": "Too Many Requests", "statusCode": 429}},
        )),
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._organization = Organization(world)
        self._recordings = Recordings(self._organization)
        self._switchboard = Switchboard(self._organization, self._recordings)
        self._seeding = Seeding(self._organization)

    def routes(self) -> Sequence[BaseRoute]:
        api = Starlette(
            routes=[
                *self._recordings.routes(),
                *Analytics(self._organization).routes(),
                *Calls(self._organization, self._switchboard).routes(),
                *Chats(self._organization, self._recordings).routes(),
                *(route for resource in resources(self._organization) for route in resource.routes()),
            ],
            middleware=[Middleware(_KeyCheck, organization=self._organization)],
            exception_handlers={VapiError: error_answer, 404: _no_route, 405: _no_route},
        )
        return [Mount("/", app=api)]

    def control_routes(self) -> Sequence[BaseRoute]:
        return CallControl(self._organization, self._switchboard).routes()

    def seed(self, given: dict[str, Any]) -> None:
        self._seeding.apply(given)

    def reset(self) -> None:
        self._switchboard.stop_all()
        organization = self._organization
        for shelf in (organization.assistants, organization.tools, organization.phone_numbers,
                      organization.credentials, organization.calls, organization.chats):  # fmt: skip
            shelf.clear()
        organization.versions.clear()
        self._seeding.forget()


class _KeyCheck:
    """The key is asked for before anything else, also on addresses that do not exist."""

    def __init__(self, app: ASGIApp, organization: Organization) -> None:
        self._app, self._organization = app, organization

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if scope["type"] == "http" and not path.startswith(OPEN):
            request = Request(scope)
            try:
                self._organization.require_key(request)
            except VapiError as error:
                await error_answer(request, error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _no_route(request: Request, error: Exception) -> Response:
    """NestJS answers 404 for a wrong method too."""
    assert isinstance(error, HTTPException)
    path = request.url.path.removeprefix("/vapi")
    return error_answer(request, VapiError(404, f"Cannot {request.method} {path}"))
