"""The pages of signing in with an organization's own account: which one, and the way there."""

from html import escape
from urllib.parse import quote, urlsplit

from voxanne_app.identity.ui.door_page import button, email_field, hidden, problem_and_notice, ways
from voxanne_app.identity.ui.plain_page import page


def form(*, next_path: str = "/", email: str = "", problem: str = "", is_wrong: bool = False) -> str:
    """`is_wrong` marks the field, for a problem that lies in what was typed."""
    return page(
        "Your organization's account",
        f"""<h1>Your organization's account</h1>
{problem_and_notice(problem)}
<p class="dim">Type your address at work. You sign in where your organization does, and come back.</p>
<form method="post" action="/auth/sso">
{hidden(next=next_path)}
{email_field(email, focus=True, wrong=is_wrong)}
{button("Go on")}
</form>
{ways((f"/sign-in?next={quote(next_path, safe='')}", "Sign in with a password"))}""",
    )


def on_the_way(address: str) -> str:
    """A page between, because the policy lets no form of ours lead anywhere else; it names where it leads."""
    host = escape(urlsplit(address).hostname or "")
    return page(
        "Your organization's sign-in",
        f"""<h1>Your organization's sign-in</h1>
<p>You go on at <strong>{host}</strong>, and come back here from there.</p>
<a class="button primary" href="{escape(address)}">Go on</a>
{ways(("/sign-in", "Back to sign-in"))}""",
        head=f'<meta http-equiv="refresh" content="0;url={escape(address)}">\n',
    )
