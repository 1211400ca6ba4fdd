"""Signing up, and what links in mails lead to: /sign-up, /verify."""

import re
from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.foundation.browser_requests import client_address, origin_of
from voxanne_app.foundation.cache import cache
from voxanne_app.identity import passwords, sessions, vendor_calls
from voxanne_app.identity.account.address import address_agreed, plausible
from voxanne_app.identity.limits import RESEND, SIGN_UP, VERIFY, Attempts, Limits
from voxanne_app.identity.ports import (
    AskedTooOften,
    IssuedTokens,
    LinkExpired,
    PasswordRefused,
    SignInError,
    TooManyAttempts,
)
from voxanne_app.identity.session_start import give_back, start_session
from voxanne_app.identity.ui import sign_up_pages
from voxanne_app.identity.ui.door_forms import Fields, cookie_of, form_route, go_on, redirect

_TOKEN_HASH = re.compile(r"(pkce_)?[A-Za-z0-9_-]{16,200}")


class NoName(SignInError):
    sentence = "Tell us your name: your colleagues will see it."


async def show_sign_up(request: Request) -> Response:
    if await sessions.who_for_cookie(cookie_of(request)):
        return redirect("/")
    return HTMLResponse(sign_up_pages.sign_up())


async def take_sign_up(request: Request, fields: Fields) -> Response:
    """The same answer whether the address is known or not: the mail tells the one who owns it."""
    email, password = plausible(fields.get("email", "")), fields.get("password", "")
    full_name = " ".join(fields.get("full_name", "").split())[:200]
    if not full_name:
        raise NoName
    if sentence := passwords.objection(password, about=(email, full_name)):
        raise PasswordRefused(sentence)
    provider = vendors.sign_up_provider()
    await asked(
        SIGN_UP, email, request,
        lambda: provider.sign_up(email=email, password=password, full_name=full_name),
    )  # fmt: skip
    subject = "It confirms your address; then you can sign in."
    return HTMLResponse(sign_up_pages.look_into_your_mail(email, subject=subject))


async def show_verify(request: Request) -> Response:
    """Opening the link does nothing yet: mail programs open links before people do."""
    kind, token_hash = (request.query_params.get(name, "") for name in ("type", "token_hash"))
    if not kind and not token_hash:
        return HTMLResponse(sign_up_pages.resend())
    if kind not in sign_up_pages.LINKS or not _TOKEN_HASH.fullmatch(token_hash):
        return HTMLResponse(sign_up_pages.link_expired(kind, LinkExpired.sentence), HTTPStatus.BAD_REQUEST)
    return HTMLResponse(sign_up_pages.link(kind, token_hash))


async def take_verify(request: Request, fields: Fields) -> Response:
    kind, token_hash = fields.get("type", ""), fields.get("token_hash", "")
    if kind not in sign_up_pages.LINKS or not _TOKEN_HASH.fullmatch(token_hash):
        raise LinkExpired
    provider, address = vendors.sign_up_provider(), client_address(request)

    def redeem() -> IssuedTokens | None:
        Attempts(cache(), VERIFY, token_hash, address).count()
        return provider.redeem(kind=kind, token_hash=token_hash)

    tokens = await vendor_calls.call(redeem)
    if kind == "email_change":
        return await _address_changed(tokens, request)
    if tokens is None:
        raise LinkExpired
    if kind == "signup":
        # Whoever made the account knows its password. Signed in by the link alone, somebody who was sent it
        # unasked would work in an account that its maker can open too.
        await give_back(tokens.access_token)
        return redirect("/sign-in?confirmed")
    started = await start_session(
        tokens, origin=origin_of(request), awaits_password=kind in ("recovery", "invite")
    )
    await sessions.end_session(cookie_of(request), origin=origin_of(request))
    return go_on(started, "/")


async def _address_changed(tokens: IssuedTokens | None, request: Request) -> Response:
    if tokens is None:
        sentence = "We still need the same from your other address: open the link in the mail we sent there."
        return HTMLResponse(sign_up_pages.done("One of two", sentence))
    email = await address_agreed(tokens, origin_of(request))
    sentence = f"From now on you sign in with {email}. Your password is the same."
    return HTMLResponse(sign_up_pages.done("Your address is changed", sentence))


async def take_resend(request: Request, fields: Fields) -> Response:
    email = plausible(fields.get("email", ""))
    provider = vendors.sign_up_provider()
    await asked(RESEND, email, request, lambda: provider.confirm_again(email=email))
    subject = "It confirms your address, if that is still needed."
    return HTMLResponse(sign_up_pages.look_into_your_mail(email, subject=subject))


async def asked(limits: Limits, email: str, request: Request, work: Callable[[], None]) -> None:
    """Within our limits. That the provider has mailed this address a minute ago is not told: it would tell
    that the address is known."""
    address = client_address(request)

    def ask() -> None:
        Attempts(cache(), limits, email, address).count()
        try:
            work()
        except TooManyAttempts:
            return

    await vendor_calls.call(ask)


def _sign_up_again(fields: Fields, error: SignInError) -> str:
    return sign_up_pages.sign_up(
        email=fields.get("email", "")[:254],
        full_name=fields.get("full_name", "")[:200],
        problem=error.sentence,
        password_is_wrong=isinstance(error, PasswordRefused),
    )


def _link_again(fields: Fields, error: SignInError) -> str:
    kind = fields.get("type", "")
    if isinstance(error, LinkExpired | AskedTooOften) or kind not in sign_up_pages.LINKS:
        return sign_up_pages.link_expired(kind, error.sentence)
    return sign_up_pages.link(kind, fields.get("token_hash", ""), problem=error.sentence)


def _resend_again(fields: Fields, error: SignInError) -> str:
    return sign_up_pages.resend(email=fields.get("email", "")[:254], problem=error.sentence)


ROUTES = [
    Route("/sign-up", show_sign_up, methods=["GET"]),
    form_route("/auth/sign-up", take_sign_up, _sign_up_again),
    Route("/verify", show_verify, methods=["GET"]),
    form_route("/auth/verify", take_verify, _link_again),
    form_route("/auth/resend", take_resend, _resend_again),
]
