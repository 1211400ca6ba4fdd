"""The pages of the second factor at sign-in."""

from collections.abc import Sequence
from html import escape

from voxanne_app.identity.ui.door_page import (
    button,
    field,
    hidden,
    problem_and_notice,
    sign_out_form,
    ways,
)
from voxanne_app.identity.ui.plain_page import page


def code(problem: str = "") -> str:
    return page(
        "Your code",
        f"""<h1>Your code</h1>
{problem_and_notice(problem)}
<p class="dim">Open your authenticator app and type the six digits it shows for Voxanne.</p>
<form method="post" action="/auth/mfa">
{_code_field(problem)}
{button("Go on")}
</form>
{ways(("/mfa?recovery", "You do not have your app? Use a recovery code"))}
{sign_out_form()}""",
    )


def recovery(problem: str = "") -> str:
    return page(
        "Recovery code",
        f"""<h1>Recovery code</h1>
{problem_and_notice(problem)}
<p class="dim">One of the codes you wrote down when you set up your app. Each is good once.</p>
<form method="post" action="/auth/mfa/recovery">
{field("code", "Recovery code", maxlength="40", focus=True, wrong=bool(problem))}
{button("Go on")}
</form>
{ways(("/mfa", "Use your app"))}
{sign_out_form()}""",
    )


def required(problem: str = "") -> str:
    return page(
        "One more step",
        f"""<h1>One more step</h1>
{problem_and_notice(problem)}
<p>Your clinic asks for a second proof that it is you: a code of an authenticator app on your phone, such as
Google Authenticator, 1Password or Aegis.</p>
<form method="post" action="/auth/mfa/begin">{button("Set up the app")}</form>
{sign_out_form("Not now")}""",
    )


def enrolment(
    factor_id: str,
    *,
    picture: str = "",
    secret: str = "",
    problem: str = "",
    action: str = "/auth/mfa/finish",
) -> str:
    """Without a picture after a wrong code: the entry in the app is good."""
    how = (
        f"""<p class="dim">Scan this with the app, then type the six digits it shows.</p>
<img class="qr" src="{escape(picture)}" width="200" height="200" alt="To be scanned with your app">
<p class="dim">You cannot scan? Type this key: <code>{escape(_in_groups(secret))}</code></p>"""
        if picture
        else '<p class="dim">Type the six digits the app shows now.</p>'
    )
    return page(
        "Set up your app",
        f"""<h1>Set up your app</h1>
{problem_and_notice(problem)}
{how}
<form method="post" action="{action}">
{hidden(factor_id=factor_id)}
{_code_field(problem)}
{button("Go on")}
</form>
{ways(("/account" if "account" in action else "/mfa", "Begin again"))}""",
    )


def recovery_codes(codes: Sequence[str], *, go_on: str = "/") -> str:
    """Shown once."""
    listed = "".join(f"<li><code>{escape(one)}</code></li>" for one in codes)
    return page(
        "Your recovery codes",
        f"""<h1>Your recovery codes</h1>
<p>Write these down or print them. Each lets you in once when you do not have your phone. We show them now and
never again.</p>
<ul class="codes">{listed}</ul>
<a class="button primary" href="{go_on}">I have kept them safe</a>""",
    )


def sorry(sentence: str) -> str:
    return page("Try again", f"<h1>Try again</h1><p>{escape(sentence)}</p>{ways(('/account', 'Back'))}")


def _code_field(problem: str) -> str:
    return field(
        "code", "Six digits", focus=True, wrong=bool(problem), maxlength="7", inputmode="numeric",
        pattern="[0-9 ]*", autocomplete="one-time-code",
    )  # fmt: skip


def _in_groups(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
