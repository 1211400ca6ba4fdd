"""The gateway before GoTrue: it lets nobody pass without an API key of the project."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from voxanne_app.sandbox.supabase.errors import (
    AuthError,
    GatewayError,
    auth_error_answer,
    gateway_error_answer,
)
from voxanne_app.sandbox.supabase.project import Project

# What browsers and mails open directly has no key with it.
OPEN_GETS = ("/verify", "/callback", "/authorize", "/_google/", "/_idp/", "/.well-known/jwks.json")
OPEN_POSTS = ("/sso/saml/acs",)


class Gateway:
    def __init__(self, app: ASGIApp, project: Project) -> None:
        self._app, self._project = app, project

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            if not self._is_open(scope):
                self._check(request)
            if self._project.settings.rate_limits:
                self._project.rate_limits.take(request, self._client(request))
        except GatewayError as error:
            await gateway_error_answer(request, error)(scope, receive, send)
        except AuthError as error:
            await auth_error_answer(request, error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _client(self, request: Request) -> str:
        """A server that shows the secret key may say for whom it asks."""
        forwarded = request.headers.get("sb-forwarded-for")
        if forwarded and request.headers.get("apikey") == self._project.keys.secret:
            return forwarded
        return request.client.host if request.client else ""

    def _is_open(self, scope: Scope) -> bool:
        path = str(scope["path"]).removeprefix(scope["root_path"])
        opened = OPEN_GETS if scope["method"] == "GET" else OPEN_POSTS
        return path.startswith(opened)

    def _check(self, request: Request) -> None:
        key = request.headers.get("apikey") or request.query_params.get("apikey")
        if not key:
            hint = "No `apikey` request header or url param was found."
            raise GatewayError("No API key found in request", hint)
        if key not in (self._project.keys.publishable, self._project.keys.secret):
            raise GatewayError("Invalid API key", "Double check your API key.")
