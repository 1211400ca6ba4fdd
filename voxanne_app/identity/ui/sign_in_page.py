"""What people see before they are in: plain HTML, which needs no script and knows nothing of Reflex."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.demo_sign_ins import DemoSignIn
from voxanne_app.identity.people import role_in_words
from voxanne_app.identity.ui.door_page import email_field, password_field, problem_and_notice, ways
from voxanne_app.identity.ui.plain_page import page


def form(
    *,
    next_path: str = "/",
    email: str = "",
    problem: str = "",
    is_wrong: bool = False,
    notice: str = "",
    demo: Sequence[DemoSignIn] = (),
) -> str:
    """The sign-in form, with the ways in that are switched on.

    `is_wrong` marks the fields, for a problem that lies in what was typed.
    """
    return page(
        "Sign in",
        f"""<h1>Sign in</h1>
{problem_and_notice(problem, notice)}
<form method="post" action="/auth/sign-in">
<input type="hidden" name="next" value="{escape(next_path)}">
{email_field(email, focus=not email, wrong=is_wrong)}
{password_field("password", "Password", known=True, focus=bool(email), wrong=is_wrong)}
<button class="button primary" type="submit">Sign in</button>
</form>
{_outside(next_path)}
{ways(*_other_ways(next_path))}
{_demo(demo, next_path)}""",
    )


def _outside(next_path: str) -> str:
    """A link and no form: the policy lets a form lead to our own pages only."""
    if not get_settings().sign_in_with_google:
        return ""
    return (
        f'<a class="button outline" href="/auth/google?next={quote(next_path, safe="")}">'
        "Continue with Google</a>"
    )


def _other_ways(next_path: str) -> list[tuple[str, str]]:
    own = [("/forgot-password", "Forgot your password?"), ("/sign-up", "Create an account")]
    return [*own, sso_way(next_path)] if get_settings().sign_in_with_sso else own


def sso_way(next_path: str) -> tuple[str, str]:
    """A quiet one: most clinics have none, and need not think about it."""
    return f"/sign-in/sso?next={quote(next_path, safe='')}", "Use your organization's account"


def message(title: str, sentence: str, *, may_sign_out: bool = False) -> str:
    """One thing to say to somebody who cannot go on from here, and the one way there is."""
    way = (
        '<form method="post" action="/auth/sign-out"><button class="button outline">Sign out</button></form>'
        if may_sign_out
        else '<a class="button outline" href="/sign-in">Back to sign-in</a>'
    )
    return page(title, f"<h1>{escape(title)}</h1>\n<p>{escape(sentence)}</p>\n{way}")


def _demo(demo: Sequence[DemoSignIn], next_path: str) -> str:
    if not demo:
        return ""
    buttons = "\n".join(
        f'<li><button class="button outline" name="demo" value="{escape(person.email)}">'
        f'<span class="grow cut">{escape(person.organization or "Platform")}</span>'
        f'<span class="dim">{escape(role_in_words(person.role))}</span></button></li>'
        for person in demo
    )
    return f"""<section class="demo" aria-labelledby="demo"><h2 id="demo">Demo</h2>
<p class="dim">Made-up clinics. One click signs you in.</p>
<form method="post" action="/auth/sign-in"><input type="hidden" name="next" value="{escape(next_path)}">
<ul>{buttons}</ul></form></section>"""
