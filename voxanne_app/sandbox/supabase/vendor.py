"""Supabase Auth (GoTrue) behind its gateway, below `/supabase/auth/v1`, and Storage beside it."""

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from voxanne_app.sandbox.fields import Fields
from voxanne_app.sandbox.supabase.account import Account
from voxanne_app.sandbox.supabase.admin import Admin
from voxanne_app.sandbox.supabase.errors import AuthError, auth_error_answer
from voxanne_app.sandbox.supabase.factors import Factors
from voxanne_app.sandbox.supabase.gateway import Gateway
from voxanne_app.sandbox.supabase.google_sign_in import GoogleSignIn
from voxanne_app.sandbox.supabase.invitations import Invitations
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.seeding import Seeding
from voxanne_app.sandbox.supabase.sign_in import SignIn
from voxanne_app.sandbox.supabase.sign_up import SignUp
from voxanne_app.sandbox.supabase.sso import Sso
from voxanne_app.sandbox.supabase.storage import Storage, StorageError, storage_error_answer
from voxanne_app.sandbox.supabase.verify import Verify
from voxanne_app.sandbox.world import Json, Preset, World

VERSION = "v2.180.0"


class SupabaseAuth:
    name = "supabase"
    presets: tuple[Preset, ...] = (
        Preset("sign_in_is_slow", "Sign-in is slow", (
            {"vendor": "supabase", "path": "/auth/v1/token", "mode": "slow", "seconds": 6},
        )),
        Preset("sign_in_is_down", "Sign-in is down for five minutes", (
            {"vendor": "supabase", "mode": "status", "status": 503, "duration_seconds": 300},
        )),
    )  # fmt: skip

    def __init__(self, world: World) -> None:
        self._project = Project(world)
        self._seeding = Seeding(self._project)
        self._storage = Storage(self._project)

    def routes(self) -> Sequence[BaseRoute]:
        project = self._project
        routes = [
            Route("/health", self.health),
            Route("/settings", self.settings),
            Route("/.well-known/jwks.json", self.jwks),
            *SignIn(project).routes(),
            *Account(project).routes(),
            *SignUp(project).routes(),
            *Verify(project).routes(),
            *GoogleSignIn(project).routes(),
            *Sso(project).routes(),
            *Factors(project).routes(),
            *Admin(project).routes(),
            *Invitations(project).routes(),
        ]
        auth = Starlette(
            routes=routes,
            middleware=[Middleware(Gateway, project=project)],
            exception_handlers={AuthError: auth_error_answer},
        )
        storage = Starlette(
            routes=self._storage.routes(),
            middleware=[Middleware(Gateway, project=project)],
            exception_handlers={StorageError: storage_error_answer},
        )
        return [Mount("/auth/v1", app=auth), Mount("/storage/v1", app=storage)]

    def control_routes(self) -> Sequence[BaseRoute]:
        return [Route("/outbox", self.outbox), Route("/signing-keys", self.rotate, methods=["POST"])]

    def seed(self, given: dict[str, Any]) -> None:
        self._seeding.apply(given)

    def reset(self) -> None:
        self._project.users.clear()
        self._project.sessions.clear()
        self._project.flows.clear()
        self._project.outbox.clear()
        self._project.rate_limits.clear()
        self._seeding.forget()
        self._storage.forget()

    async def health(self, _: Request) -> Response:
        description = "GoTrue is a user registration and authentication API"
        return Json({"version": VERSION, "name": "GoTrue", "description": description})

    async def settings(self, _: Request) -> Response:
        external = {name: name in ("email", "google") for name in (
            "anonymous_users", "apple", "azure", "bitbucket", "discord", "email", "facebook", "figma",
            "github", "gitlab", "google", "keycloak", "linkedin", "notion", "phone", "slack", "spotify",
            "twitch", "twitter", "workos", "zoom",
        )}  # fmt: skip
        settings = self._project.settings
        return Json({
            "external": external, "disable_signup": settings.signup_disabled,
            "mailer_autoconfirm": settings.autoconfirm, "phone_autoconfirm": False, "sms_provider": "twilio",
            "saml_enabled": bool(settings.sso),
        })  # fmt: skip

    async def jwks(self, _: Request) -> Response:
        return Json(self._project.keys.jwks(), headers={"cache-control": "public, max-age=600"})

    async def rotate(self, _: Request) -> Response:
        """A new signing key; tokens signed by the old one remain valid."""
        self._project.keys.rotate()
        return Json(self._project.keys.jwks(), status_code=201)

    async def outbox(self, request: Request) -> Response:
        query = Fields(dict(request.query_params), "the query")
        to = query.text("to")
        query.finish()
        return Json({"mails": self._project.outbox.newest_first(to)})
