"""`/verify`: somebody comes back with a code or by a link."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.one_time import OneTimeTokens, code_hash
from voxanne_app.sandbox.supabase.pkce import issue_code
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.redirects import allowed_redirect, back_with, back_with_error
from voxanne_app.sandbox.supabase.users import confirm
from voxanne_app.sandbox.world import Json

HALF_DONE = "Confirmation link accepted. Please proceed to confirm link sent to the other email"
IN_FRAGMENT = ("access_token", "expires_at", "expires_in", "refresh_token", "token_type")


class Verify:
    def __init__(self, project: Project) -> None:
        self._project, self._tokens = project, OneTimeTokens(project)

    def routes(self) -> list[BaseRoute]:
        return [Route("/verify", self.by_code, methods=["POST"]), Route("/verify", self.by_link)]

    async def by_code(self, request: Request) -> Response:
        body = await bodies.read(request)
        kind, token_hash = bodies.text(body, "type"), bodies.text(body, "token_hash")
        if not kind:
            raise validation_failed("Verify requires a verification type")
        if not token_hash:
            code = bodies.text(body, "token")
            if not code:
                raise validation_failed("Verify requires a token or a token hash")
            token_hash = code_hash(bodies.email(body), code)
        elif bodies.text(body, "email"):
            raise validation_failed("Only the token_hash and type should be provided")
        user, _ = self._verified(kind, token_hash)
        if user is None:
            return Json({"msg": HALF_DONE, "code": "200"})
        return Json(self._project.sign_in(request, user, "otp"))

    async def by_link(self, request: Request) -> Response:
        """Opened from a mail: back to the site, signed in or with an error, never an error page."""
        query = request.query_params
        back = allowed_redirect(self._project, query.get("redirect_to"))
        kind = query.get("type", "")
        try:
            user, flow_id = self._verified(kind, query.get("token", ""))
            if user is None:
                return back_with(back, {}, {"message": HALF_DONE})
            if flow_id:
                return back_with(back, {"code": issue_code(self._project, flow_id, user["id"])})
            session = self._project.sign_in(request, user, "otp")
        except AuthError as error:
            if error.code == "otp_expired":
                error = AuthError(403, error.code, "Email link is invalid or has expired")
            return back_with_error(back, error)
        return back_with(back, {}, {name: str(session[name]) for name in IN_FRAGMENT} | {"type": kind})

    def _verified(self, kind: str, token: str) -> tuple[JsonObject | None, str | None]:
        """The user, confirmed by now, and the PKCE flow; no user while a change of address is half done."""
        user, purpose, flow_id = self._tokens.redeem(kind, token)
        if purpose.startswith("email_change"):
            if any(other.startswith("email_change") for other in user.get("one_time", {})):
                return None, None
            self._change_address(user)
        else:
            confirm(user, self._project.users.now())
        self._project.users.put(user)
        return user, flow_id

    def _change_address(self, user: JsonObject) -> None:
        user["email"] = user.pop("new_email")
        for identity in user["identities"]:
            identity["email"] = identity["identity_data"]["email"] = user["email"]
