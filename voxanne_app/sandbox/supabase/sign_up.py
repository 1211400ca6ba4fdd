"""New people, forgotten passwords, sign-in by mail: everything that sends a code."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.one_time import OneTimeTokens, fake_user
from voxanne_app.sandbox.supabase.passwords import require_strong
from voxanne_app.sandbox.supabase.pkce import challenge_in
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.users import shown
from voxanne_app.sandbox.world import Json

RESEND_PURPOSES = {"signup": "confirmation", "email_change": "email_change_new"}


class SignUp:
    def __init__(self, project: Project) -> None:
        self._project, self._tokens = project, OneTimeTokens(project)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/signup", self.sign_up, methods=["POST"]),
            Route("/recover", self.recover, methods=["POST"]),
            Route("/otp", self.sign_in_by_mail, methods=["POST"]),
            Route("/magiclink", self.sign_in_by_mail, methods=["POST"]),
            Route("/resend", self.resend, methods=["POST"]),
        ]

    async def sign_up(self, request: Request) -> Response:
        body = await bodies.read(request)
        self._require_open()
        password = bodies.text(body, "password")
        if not password:
            raise validation_failed("Signup requires a valid password")
        address, challenge = bodies.email(body), challenge_in(body)
        require_strong(password)
        user = self._project.users.by_email(address)
        if user and user["email_confirmed_at"]:
            return self._already_there(address)
        user = user or self._new_user(address, body, password)
        if self._project.settings.autoconfirm:
            return Json(self._project.sign_in(request, user, "password"))
        self._tokens.send(request, user, "signup", "confirmation", challenge=challenge)
        return Json(shown(user))

    async def recover(self, request: Request) -> Response:
        """200 for strangers as well: nobody learns who is here."""
        body = await bodies.read(request)
        user = self._project.users.by_email(bodies.email(body))
        challenge = challenge_in(body)
        if user:
            self._tokens.send(request, user, "recovery", "recovery", challenge=challenge)
        return Json({})

    async def sign_in_by_mail(self, request: Request) -> Response:
        body = await bodies.read(request)
        address, challenge = bodies.email(body), challenge_in(body)
        user = self._project.users.by_email(address)
        if user is None:
            if body.get("create_user") is False:
                raise AuthError(422, "otp_disabled", "Signups not allowed for otp")
            self._require_open()
            user = self._new_user(address, body, None)
        if user["email_confirmed_at"]:
            self._tokens.send(request, user, "magiclink", "recovery", challenge=challenge)
        else:
            self._tokens.send(request, user, "signup", "confirmation", challenge=challenge)
        return Json({})

    async def resend(self, request: Request) -> Response:
        body = await bodies.read(request)
        kind = bodies.text(body, "type")
        if kind not in RESEND_PURPOSES:
            raise validation_failed("Missing one of these types: signup, email_change, sms, phone_change")
        user = self._project.users.by_email(bodies.email(body))
        if user and kind == "signup" and user["email_confirmed_at"] is None:
            self._tokens.send(request, user, "signup", "confirmation")
        elif user and kind == "email_change" and user.get("new_email"):
            self._tokens.send(request, user, "email_change", "email_change_new", to=user["new_email"])
        return Json({})

    def _require_open(self) -> None:
        if self._project.settings.signup_disabled:
            raise AuthError(422, "signup_disabled", "Signups not allowed for this instance")

    def _already_there(self, address: str) -> Response:
        if self._project.settings.autoconfirm:
            raise AuthError(422, "user_already_exists", "User already registered")
        return Json(fake_user(address, self._project.users.now()))

    def _new_user(self, address: str, body: JsonObject, password: str | None) -> JsonObject:
        return self._project.users.create(
            address,
            password=password,
            confirmed=self._project.settings.autoconfirm,
            user_metadata=bodies.mapping(body, "data"),
        )
