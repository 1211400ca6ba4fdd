"""A forgotten password: /forgot-password, and /reset-password for whoever came by the mailed link."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from voxanne_app import vendors
from voxanne_app.identity import passwords
from voxanne_app.identity.account.address import plausible
from voxanne_app.identity.account.password import choose_password
from voxanne_app.identity.limits import RECOVER
from voxanne_app.identity.ports import PasswordRefused, SessionRevoked
from voxanne_app.identity.ui import sign_up_pages
from voxanne_app.identity.ui.door_forms import STEPS, Fields, acting, form_route, halfway_in, redirect
from voxanne_app.identity.ui.door_page import (
    button,
    email_field,
    password_field,
    problem_and_notice,
    sign_out_form,
    ways,
)
from voxanne_app.identity.ui.plain_page import page
from voxanne_app.identity.ui.sign_up_routes import asked


class NotTheSame(PasswordRefused):
    sentence = "The two passwords differ. Type the new one twice."

    def __init__(self) -> None:
        super().__init__(self.sentence)


async def show_forgotten(_: Request) -> Response:
    return HTMLResponse(_forgotten())


async def take_forgotten(request: Request, fields: Fields) -> Response:
    email = plausible(fields.get("email", ""))
    provider = vendors.sign_up_provider()
    await asked(RECOVER, email, request, lambda: provider.recover(email=email))
    subject = "It lets you choose a new password, within an hour."
    return HTMLResponse(sign_up_pages.look_into_your_mail(email, subject=subject))


async def show_reset(request: Request) -> Response:
    halfway = await halfway_in(request)
    if halfway is None:
        return redirect("/forgot-password")
    if halfway.step != "password":
        return redirect(STEPS[halfway.step])
    return HTMLResponse(_reset(halfway.email))


async def take_reset(request: Request, fields: Fields) -> Response:
    halfway = await halfway_in(request)
    if halfway is None or halfway.step != "password":
        raise SessionRevoked
    new = fields.get("password", "")
    if new != fields.get("again", ""):
        raise NotTheSame
    cookie_value = await choose_password(acting(halfway, request), new=new)
    return redirect("/", cookie_value=cookie_value)


def _forgotten(*, email: str = "", problem: str = "") -> str:
    return page(
        "Forgot your password",
        f"""<h1>Forgot your password?</h1>
{problem_and_notice(problem)}
<p class="dim">We mail you a link, with which you choose a new one.</p>
<form method="post" action="/auth/forgot-password">
{email_field(email, focus=True, wrong=bool(problem))}
{button("Send the link")}
</form>
{ways(("/sign-in", "Back to sign-in"))}""",
    )


def _reset(email: str, *, problem: str = "") -> str:
    # For the browser's own store of passwords, which wants to know whose it is.
    whose = f'<input type="email" name="email" value="{escape(email)}" autocomplete="username" hidden>'
    is_wrong = bool(problem)
    new = password_field("password", "New password", hint=passwords.HINT, focus=True, wrong=is_wrong)
    again = password_field("again", "Once more", wrong=is_wrong)
    return page(
        "Choose a new password",
        f"""<h1>Choose a new password</h1>
{problem_and_notice(problem)}
<p class="dim">Wherever else you are signed in, that ends.</p>
<form method="post" action="/auth/reset-password">
{whose if email else ""}{new}
{again}
{button("Save the password")}
</form>
{sign_out_form("Not now")}""",
    )


ROUTES = [
    Route("/forgot-password", show_forgotten, methods=["GET"]),
    form_route(
        "/auth/forgot-password",
        take_forgotten,
        lambda fields, error: _forgotten(email=fields.get("email", "")[:254], problem=error.sentence),
    ),
    Route("/reset-password", show_reset, methods=["GET"]),
    form_route("/auth/reset-password", take_reset, lambda _, error: _reset("", problem=error.sentence)),
]
