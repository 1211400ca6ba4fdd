"""An account of one's own, and the way back from the mail that confirms it."""

from html import escape

from voxanne_app.identity import passwords
from voxanne_app.identity.ui.door_page import (
    button,
    email_field,
    field,
    hidden,
    password_field,
    problem_and_notice,
    ways,
)
from voxanne_app.identity.ui.plain_page import page

# What a link in a mail is for, and the words of the button that does it. Nothing happens by opening it: some
# mail programs open every link before their reader does.
LINKS = {
    "signup": ("Confirm your address", "This confirms that the mail reached you.", "Confirm my address"),
    "invite": ("You are invited", "This opens your account. Then you choose a password.", "Accept"),
    "recovery": ("Choose a new password", "This lets you choose a new password.", "Go on"),
    "email_change": (
        "Change your address",
        "This agrees to the change of your e-mail address.",
        "Agree to the change",
    ),
    "magiclink": ("Sign in", "This signs you in.", "Sign in"),
}


def sign_up(
    *, email: str = "", full_name: str = "", problem: str = "", password_is_wrong: bool = False
) -> str:
    name = field(
        "full_name", "Your name", value=full_name, autocomplete="name", maxlength="200", focus=not full_name
    )
    password = password_field(
        "password", "Password", hint=passwords.HINT, focus=bool(full_name), wrong=password_is_wrong
    )
    return page(
        "Create an account",
        f"""<h1>Create an account</h1>
{problem_and_notice(problem)}
<form method="post" action="/auth/sign-up">
{name}
{email_field(email)}
{password}
{button("Create the account")}
</form>
{ways(("/sign-in", "You have one? Sign in"))}""",
    )


def look_into_your_mail(email: str, *, subject: str) -> str:
    """The same for an address that is known, and one that is not."""
    return page(
        "Look into your mail",
        f"""<h1>Look into your mail</h1>
<p>If we can write to <strong>{escape(email)}</strong>, a link is on its way to it. {escape(subject)}</p>
<p class="dim">Nothing came? Look among the junk, wait a minute, then ask again.</p>
{ways(("/sign-in", "Back to sign-in"), ("/verify", "Send the link again"))}""",
    )


def resend(*, email: str = "", problem: str = "") -> str:
    return page(
        "Send the link again",
        f"""<h1>Send the link again</h1>
{problem_and_notice(problem)}
<p class="dim">For an account whose address is not confirmed yet.</p>
<form method="post" action="/auth/resend">
{email_field(email, focus=True)}
{button("Send the link")}
</form>
{ways(("/forgot-password", "Forgot your password?"), ("/sign-in", "Back to sign-in"))}""",
    )


def link(kind: str, token_hash: str, *, problem: str = "") -> str:
    """What a mail led to: one button."""
    title, sentence, words = LINKS[kind]
    return page(
        title,
        f"""<h1>{escape(title)}</h1>
{problem_and_notice(problem)}
<p>{escape(sentence)} You did not ask for it? Close this page, and nothing happens.</p>
<form method="post" action="/auth/verify">
{hidden(type=kind, token_hash=token_hash)}
{button(words)}
</form>
{ways(("/sign-in", "Back to sign-in"))}""",
    )


def link_expired(kind: str, sentence: str) -> str:
    again = ("/forgot-password", "Ask for a new link") if kind == "recovery" else ("/verify", "Send it again")
    return page(
        "That link does not work",
        f"""<h1>That link does not work</h1>
<p class="callout bad" id="problem" role="alert">{escape(sentence)}</p>
{ways(again, ("/sign-in", "Back to sign-in"))}""",
    )


def done(title: str, sentence: str) -> str:
    return page(
        title,
        f"""<h1>{escape(title)}</h1>
<p>{escape(sentence)}</p>
<a class="button primary" href="/sign-in">Go on</a>""",
    )
