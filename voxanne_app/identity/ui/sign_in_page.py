"""What people see before they are in: plain HTML, which needs no script and knows nothing of Reflex."""

from collections.abc import Sequence
from html import escape

from voxanne_app.identity.demo_sign_ins import DemoSignIn
from voxanne_app.identity.people import role_in_words
from voxanne_app.identity.ui.plain_page import callout, page


def form(
    *,
    next_path: str = "/",
    email: str = "",
    problem: str = "",
    is_wrong: bool = False,
    notice: str = "",
    demo: Sequence[DemoSignIn] = (),
) -> str:
    """The sign-in form. `is_wrong` marks the fields, for a problem that lies in what was typed."""
    invalid = ' aria-invalid="true" aria-describedby="problem"' if is_wrong else ""
    focus_email, focus_password = ("", " autofocus") if email else (" autofocus", "")
    return page(
        "Sign in",
        f"""<h1>Sign in</h1>
{callout(problem, "bad", ' id="problem" role="alert"')}{callout(notice, "", ' role="status"')}
<form method="post" action="/auth/sign-in">
<input type="hidden" name="next" value="{escape(next_path)}">
<div class="labelled"><label for="email">E-mail address</label>
<div class="field"><input id="email" name="email" type="email" value="{escape(email)}" required
 maxlength="254" autocomplete="username" autocapitalize="none" spellcheck="false"
{focus_email}{invalid}></div></div>
<div class="labelled"><label for="password">Password</label>
<div class="field"><input id="password" name="password" type="password" required maxlength="1000"
 autocomplete="current-password"{focus_password}{invalid}></div></div>
<button class="button primary" type="submit">Sign in</button>
</form>
{_demo(demo, next_path)}""",
    )


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
