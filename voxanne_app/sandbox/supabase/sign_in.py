"""`POST /token`: passwords, refresh tokens, PKCE codes. `POST /logout`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies, passwords
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.pkce import exchange
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.users import is_banned
from voxanne_app.sandbox.world import Json

PKCE_METHODS = {kind: kind for kind in ("oauth", "recovery", "magiclink", "sso/saml")}
LOGOUT_SCOPES = ("global", "local", "others")


class SignIn:
    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/token", self.token, methods=["POST"]),
            Route("/logout", self.logout, methods=["POST"]),
        ]

    async def token(self, request: Request) -> Response:
        grant = request.query_params.get("grant_type", "")
        body = await bodies.read(request)
        if grant == "password":
            return self._by_password(request, body)
        if grant == "refresh_token":
            return self._by_refresh_token(request, body)
        if grant == "pkce":
            return self._by_pkce(request, body)
        raise AuthError(400, "invalid_credentials", "unsupported_grant_type")

    def _by_password(self, request: Request, body: JsonObject) -> Response:
        address, password = bodies.text(body, "email"), bodies.text(body, "password")
        if not address and not bodies.text(body, "phone"):
            raise validation_failed("missing email or phone")
        user = self._project.users.by_email(address)
        if user is None or not passwords.matches(password, user["password_hash"]):
            raise AuthError(400, "invalid_credentials", "Invalid login credentials")
        if user["email_confirmed_at"] is None:
            raise AuthError(400, "email_not_confirmed", "Email not confirmed")
        return Json(self._project.sign_in(request, user, "password"))

    def _by_refresh_token(self, request: Request, body: JsonObject) -> Response:
        token = bodies.text(body, "refresh_token")
        if not token:
            raise validation_failed("refresh_token required")
        session = self._project.sessions.refresh(token)
        user = self._project.users.get(session["user_id"])
        if user is None or is_banned(user, self._project.users.now()):
            raise AuthError(400, "user_banned", "Invalid Refresh Token: User Banned")
        return Json(self._project.session_answer(request, user, session))

    def _by_pkce(self, request: Request, body: JsonObject) -> Response:
        code, verifier = bodies.text(body, "auth_code"), bodies.text(body, "code_verifier")
        if not code or not verifier:
            message = "invalid request: both auth code and code verifier should be non-empty"
            raise validation_failed(message)
        flow = exchange(self._project, code, verifier)
        user = self._project.users.get(str(flow["user_id"]))
        if user is None:
            raise AuthError(404, "user_not_found", "User not found")
        return Json(self._project.sign_in(request, user, PKCE_METHODS.get(flow["kind"], "otp")))

    async def logout(self, request: Request) -> Response:
        scope = request.query_params.get("scope") or "global"
        if scope not in LOGOUT_SCOPES:
            raise validation_failed(f"Unsupported logout scope {scope!r}")
        user, session = self._project.person(request)
        for other in self._project.sessions.of(user["id"]):
            is_this = other["id"] == session["id"]
            if scope == "global" or is_this == (scope == "local"):
                self._project.sessions.end(other["id"])
        return Response(status_code=204)
