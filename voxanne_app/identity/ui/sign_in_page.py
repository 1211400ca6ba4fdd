"""What people see before they are in: plain HTML, which needs no script and knows nothing of Reflex."""

from collections.abc import Sequence
from html import escape

from voxanne_app.identity.demo_sign_ins import DemoSignIn
from voxanne_app.identity.people import role_in_words
from voxanne_app.ui.theme import SIGN_IN_STYLES, asset, style

_BARS = ((1, 2, 7), (4.85, 4.5, 9), (8.7, 7, 11), (12.55, 4.5, 9), (16.4, 2, 7))
_LOGO = (
    '<svg class="logo" viewBox="0 0 20 20" aria-hidden="true" fill="currentColor">'
    + "".join(f'<rect x="{x}" y="{y}" width="2.6" height="{height}" rx="1.3"/>' for x, y, height in _BARS)
    + "</svg>"
)


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
    return _page(
        "Sign in",
        f"""<h1>Sign in</h1>
{_callout(problem, "bad", ' id="problem" role="alert"')}{_callout(notice, "", ' role="status"')}
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
    return _page(title, f"<h1>{escape(title)}</h1>\n<p>{escape(sentence)}</p>\n{way}")


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


def _callout(sentence: str, kind: str, attributes: str) -> str:
    if not sentence:
        return ""
    return f'<p class="callout {kind}"{attributes}>{escape(sentence)}</p>\n'


def _page(title: str, content: str) -> str:
    styles = "\n".join(f'<link rel="stylesheet" href="{style(name)}">' for name in SIGN_IN_STYLES)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Voxanne</title>
{styles}
<link rel="icon" href="{asset("/logo.svg")}" type="image/svg+xml">
<script src="{asset("/voxanne.js")}"></script>
</head>
<body>
<div class="door"><main>
<p class="brand">{_LOGO} Voxanne</p>
{content}
</main></div>
</body>
</html>
"""
