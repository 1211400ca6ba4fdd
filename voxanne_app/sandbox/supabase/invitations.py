"""`/invite` and `/admin/generate_link`: the project's own servers bring people in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies, passwords
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.one_time import OneTimeTokens
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.redirects import allowed_redirect
from voxanne_app.sandbox.supabase.users import merge_metadata, shown
from voxanne_app.sandbox.world import Json

PURPOSES = {
    "signup": "confirmation",
    "invite": "confirmation",
    "magiclink": "recovery",
    "recovery": "recovery",
    "email_change_current": "email_change_current",
    "email_change_new": "email_change_new",
}
TAKEN = "A user with this email address has already been registered"


class Invitations:
    def __init__(self, project: Project) -> None:
        self._project, self._tokens = project, OneTimeTokens(project)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/invite", self.invite, methods=["POST"]),
            Route("/admin/generate_link", self.generate_link, methods=["POST"]),
        ]

    async def invite(self, request: Request) -> Response:
        self._project.require_secret_key(request)
        body = await bodies.read(request)
        user = self._invited(bodies.email(body), body)
        user["invited_at"] = self._project.users.now()
        self._tokens.send(request, user, "invite", "confirmation")
        return Json(shown(user))

    async def generate_link(self, request: Request) -> Response:
        """The link instead of the mail; the user's fields lie flat beside it."""
        self._project.require_secret_key(request)
        body = await bodies.read(request)
        kind = bodies.text(body, "type")
        if kind not in PURPOSES:
            raise validation_failed(f"Invalid email action link type requested: {kind}")
        user = self._subject(kind, body)
        shown_kind = "email_change" if kind.startswith("email_change") else kind
        new_address = user.get("new_email") if kind == "email_change_new" else None
        code, token, link = self._tokens.issue(request, user, shown_kind, PURPOSES[kind], to=new_address)
        return Json({
            **shown(user), "action_link": link, "email_otp": code, "hashed_token": token,
            "verification_type": kind,
            "redirect_to": allowed_redirect(self._project, request.query_params.get("redirect_to")),
        })  # fmt: skip

    def _subject(self, kind: str, body: JsonObject) -> JsonObject:
        address = bodies.email(body)
        if kind == "invite":
            return self._invited(address, body)
        user = self._project.users.by_email(address)
        if kind == "signup":
            if user and user["email_confirmed_at"]:
                raise AuthError(422, "email_exists", TAKEN)
            password = bodies.text(body, "password")
            if not password:
                raise validation_failed("Signup requires a valid password")
            passwords.require_strong(password)
            data = bodies.mapping(body, "data")
            return user or self._project.users.create(
                address, password=password, confirmed=False, user_metadata=data
            )
        if user is None:
            if kind == "magiclink":
                return self._project.users.create(address, confirmed=False)
            raise AuthError(404, "user_not_found", "User with this email not found")
        if kind.startswith("email_change"):
            user["new_email"] = bodies.email({"email": body.get("new_email")})
        return user

    def _invited(self, address: str, body: JsonObject) -> JsonObject:
        user = self._project.users.by_email(address)
        if user and user["email_confirmed_at"]:
            raise AuthError(422, "email_exists", TAKEN)
        user = user or self._project.users.create(address, confirmed=False)
        user["user_metadata"] = merge_metadata(user["user_metadata"], bodies.mapping(body, "data") or {})
        return user
