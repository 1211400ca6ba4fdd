"""Signing in with Google: `/authorize`, a consent page in its stead, `/callback`, back to the site."""

from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.pkce import Challenge, challenge_in, issue_code
from voxanne_app.sandbox.supabase.project import Project, issuer
from voxanne_app.sandbox.supabase.redirects import allowed_redirect, back_with, back_with_error
from voxanne_app.sandbox.supabase.users import confirm
from voxanne_app.sandbox.supabase.verify import IN_FRAGMENT

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in with Google (sandbox)</title><link rel="icon" href="data:,">
<style>
body {{ font: 15px/1.5 system-ui; max-width: 26rem; margin: 10vh auto; color-scheme: light dark }}
a {{ display: block; padding: .75rem 1rem; margin: .5rem 0; border: 1px solid #8886; border-radius: 8px }}
a {{ color: inherit; text-decoration: none }}
</style>
<h1>Choose an account</h1>
<p>This is the sandbox, not Google. Nobody is really signed in.</p>
{choices}
</html>"""


class GoogleSignIn:
    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/authorize", self.authorize),
            Route("/_google/consent", self.consent),
            Route("/callback", self.callback),
        ]

    async def authorize(self, request: Request) -> Response:
        query = request.query_params
        if query.get("provider") != "google":
            raise validation_failed("Unsupported provider: provider is not enabled")
        challenge = challenge_in(dict(query)) or Challenge("", "implicit")
        flow_id = challenge.start(self._project, None, "oauth")
        flow = self._project.flows.get(flow_id) or {}
        flow["redirect_to"] = allowed_redirect(self._project, query.get("redirect_to"))
        self._project.flows.put(flow_id, flow)
        return RedirectResponse(f"{issuer(request)}/_google/consent?state={flow_id}", status_code=302)

    async def consent(self, request: Request) -> Response:
        """Google's page: everybody the project knows, a newcomer, or no."""
        state = request.query_params.get("state", "")
        people = [user["email"] for user in self._project.users.all()][:20]
        answers = [(email, {"email": email}) for email in [*people, "new.person@gmail.example"]]
        links = [
            f'<a href="../callback?{escape(urlencode({"state": state, **told}))}">{escape(label)}</a>'
            for label, told in [*answers, ("Cancel", {"error": "access_denied"})]
        ]
        return HTMLResponse(PAGE.format(choices="\n".join(links)))

    async def callback(self, request: Request) -> Response:
        query = request.query_params
        flow = self._project.flows.get(query.get("state", ""))
        if flow is None or "redirect_to" not in flow:
            error = AuthError(400, "bad_oauth_state", "OAuth state not found or expired")
            return back_with_error(self._project.settings.site_url, error)
        back = str(flow["redirect_to"])
        if not (email := query.get("email")):
            message = "The user denied access"
            return back_with_error(back, AuthError(400, "access_denied", message))
        user = self._person(email)
        if flow["method"] != "implicit":
            return back_with(back, {"code": issue_code(self._project, flow["id"], user["id"])})
        session = self._project.sign_in(request, user, "oauth")
        return back_with(back, {}, {name: str(session[name]) for name in IN_FRAGMENT})

    def _person(self, email: str) -> JsonObject:
        """An account with the same address is the same person."""
        users = self._project.users
        user = users.by_email(email) or users.create(email, provider="google")
        providers = user["app_metadata"]["providers"]
        if "google" not in providers:
            user["app_metadata"]["providers"] = [*providers, "google"]
            user["identities"].append(users.identity(user, "google"))
        confirm(user, users.now())
        users.put(user)
        return user
