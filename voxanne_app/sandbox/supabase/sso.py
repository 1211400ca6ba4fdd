"""An organization's own sign-in: `/sso`, a page in place of its identity provider, and the way back."""

from html import escape
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.pkce import Challenge, challenge_in, issue_code
from voxanne_app.sandbox.supabase.project import Project, issuer
from voxanne_app.sandbox.supabase.redirects import allowed_redirect, back_with
from voxanne_app.sandbox.supabase.users import confirm
from voxanne_app.sandbox.supabase.verify import IN_FRAGMENT
from voxanne_app.sandbox.world import Json

KIND = "sso/saml"
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in to your organization (sandbox)</title><link rel="icon" href="data:,">
<style>
body {{ font: 15px/1.5 system-ui; max-width: 26rem; margin: 10vh auto; color-scheme: light dark }}
button {{ display: block; width: 100%; padding: .75rem 1rem; margin: .5rem 0; font: inherit }}
button {{ border: 1px solid #8886; border-radius: 8px; background: none; color: inherit; text-align: left }}
</style>
<h1>Sign in to {domain}</h1>
<p>This is the sandbox, not an identity provider. Nobody is really signed in.</p>
<form method="post" action="../sso/saml/acs"><input type="hidden" name="RelayState" value="{state}">
{choices}
</form>
</html>"""


class Sso:
    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/sso", self.begin, methods=["POST"]),
            Route("/_idp/sign-in", self.sign_in_page),
            Route("/sso/saml/acs", self.assertion, methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        body = await bodies.read(request)
        provider = self._provider(body)
        challenge = challenge_in(body) or Challenge("", "implicit")
        flow_id = challenge.start(self._project, None, KIND)
        flow = self._project.flows.get(flow_id) or {}
        flow["redirect_to"] = allowed_redirect(self._project, bodies.text(body, "redirect_to"))
        self._project.flows.put(flow_id, flow | {"sso": provider})
        url = f"{issuer(request)}/_idp/sign-in?RelayState={flow_id}"
        if body.get("skip_http_redirect") is True:
            return Json({"url": url})
        return Response(status_code=303, headers={"location": url})

    async def sign_in_page(self, request: Request) -> Response:
        """Whom the organization knows, somebody new, and one whom it should not vouch for."""
        state = request.query_params.get("RelayState", "")
        provider = self._flow(state)["sso"]
        named = [user["email"] for user in self._project.users.of_sso(provider["id"])][:20]
        named += [f"new.colleague@{provider['domains'][0]}", "somebody@elsewhere.example"]
        choices = "\n".join(
            f'<button name="email" value="{escape(one)}">{escape(one)}</button>' for one in named
        )
        domain = escape(provider["domains"][0])
        return HTMLResponse(PAGE.format(domain=domain, state=escape(state), choices=choices))

    async def assertion(self, request: Request) -> Response:
        """What the organization says, by the browser. Here an address stands for the assertion."""
        told = dict(parse_qsl((await request.body()).decode(errors="replace")))
        flow = self._flow(told.get("RelayState", ""))
        user = self._person(flow["sso"]["id"], bodies.email({"email": told.get("email", "")}))
        back = str(flow["redirect_to"])
        if flow["method"] != "implicit":
            return back_with(back, {"code": issue_code(self._project, flow["id"], user["id"])})
        session = self._project.sign_in(request, user, KIND)
        return back_with(back, {}, {name: str(session[name]) for name in IN_FRAGMENT})

    def _provider(self, body: JsonObject) -> JsonObject:
        provider_id, domain = bodies.text(body, "provider_id"), bodies.text(body, "domain").lower()
        if bool(provider_id) == bool(domain):
            raise validation_failed("Exactly one of provider_id or domain is needed")
        known = self._project.settings.sso
        found = next((one for one in known if one["id"] == provider_id or domain in one["domains"]), None)
        if found is None:
            raise AuthError(404, "sso_provider_not_found", "No SSO provider assigned for this domain")
        return found

    def _flow(self, relay_state: str) -> JsonObject:
        flow = self._project.flows.get(relay_state)
        if flow is None or "sso" not in flow or flow["code"]:
            raise AuthError(404, "saml_relay_state_not_found", "SAML RelayState does not exist")
        return flow

    def _person(self, provider_id: str, email: str) -> JsonObject:
        """An account of this organization's: one with the same address and a password is another."""
        users = self._project.users
        known = (user for user in users.of_sso(provider_id) if user["email"] == email)
        user = next(known, None) or users.create(email, provider=f"sso:{provider_id}")
        confirm(user, users.now())
        users.put(user)
        return user
