"""`/user`: what a signed-in person sees and changes of their own."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies, passwords
from voxanne_app.sandbox.supabase.errors import AuthError
from voxanne_app.sandbox.supabase.one_time import OneTimeTokens
from voxanne_app.sandbox.supabase.passwords import require_strong
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.users import is_sso, merge_metadata, shown
from voxanne_app.sandbox.world import Json

REAUTHENTICATE_AFTER_SECONDS = 24 * 3600


class Account:
    def __init__(self, project: Project) -> None:
        self._project, self._tokens = project, OneTimeTokens(project)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/user", self.show),
            Route("/user", self.change, methods=["PUT"]),
            # The document says POST, the server takes GET.
            Route("/reauthenticate", self.reauthenticate, methods=["GET", "POST"]),
        ]

    async def show(self, request: Request) -> Response:
        user, _ = self._project.person(request)
        return Json(shown(user))

    async def reauthenticate(self, request: Request) -> Response:
        """Mails a nonce, which a change of password may ask for."""
        user, _ = self._project.person(request)
        self._tokens.send(request, user, "reauthentication", "reauthentication")
        return Json({})

    async def change(self, request: Request) -> Response:
        user, session = self._project.person(request)
        body = await bodies.read(request)
        if body.get("app_metadata"):
            raise AuthError(403, "not_admin", "Updating app_metadata requires admin privileges")
        address = bodies.email(body) if bodies.text(body, "email") else user["email"]
        password = bodies.text(body, "password")
        if password or address != user["email"]:
            _require_own(user)
            _require_second_factor(user, session)
        if password:
            self._change_password(user, session, password, body)
        user["user_metadata"] = merge_metadata(user["user_metadata"], bodies.mapping(body, "data") or {})
        if address != user["email"]:
            self._ask_for_new_address(request, user, address)
        self._project.users.put(user)
        return Json(shown(user))

    def _change_password(
        self, user: JsonObject, session: JsonObject, password: str, body: JsonObject
    ) -> None:
        settings, now = self._project.settings, self._project.world.clock.now()
        is_old = now - session["created_at"] > REAUTHENTICATE_AFTER_SECONDS
        if settings.password_needs_reauthentication and is_old:
            nonce = bodies.text(body, "nonce")
            if not nonce:
                raise AuthError(400, "reauthentication_needed", "Password update requires reauthentication")
            self._tokens.redeem_nonce(user, nonce)
        require_strong(password)
        if passwords.matches(password, user["password_hash"]):
            message = "New password should be different from the old password."
            raise AuthError(422, "same_password", message)
        user["password_hash"] = passwords.hashed(password)
        for other in self._project.sessions.of(user["id"]):
            if other["id"] != session["id"]:
                self._project.sessions.end(other["id"])

    def _ask_for_new_address(self, request: Request, user: JsonObject, address: str) -> None:
        """Both the old and the new address must agree."""
        if self._project.users.by_email(address):
            message = "A user with this email address has already been registered"
            raise AuthError(422, "email_exists", message)
        user["new_email"] = address
        self._tokens.send(request, user, "email_change", "email_change_current")
        self._tokens.send(request, user, "email_change", "email_change_new", to=address)


def _require_own(user: JsonObject) -> None:
    if is_sso(user):
        raise AuthError(422, "user_sso_managed", "Cannot update email, phone, password of SSO user")


def _require_second_factor(user: JsonObject, session: JsonObject) -> None:
    has_factor = any(factor["status"] == "verified" for factor in user.get("factors", []))
    if has_factor and session["aal"] != "aal2":
        message = "AAL2 session is required to update email or password when MFA is enabled."
        raise AuthError(401, "insufficient_aal", message)
