"""What an invitation's link opens: who invites, to what, and the way in."""

from html import escape

from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.joining import Offer
from voxanne_app.identity.passwords import HINT, SHORTEST
from voxanne_app.identity.people import role_in_words
from voxanne_app.identity.ui.door_page import ways
from voxanne_app.identity.ui.plain_page import callout, page
from voxanne_app.identity.ui.sign_in_page import sso_way


def for_member_to_be(offer: Offer, token: str) -> str:
    """For somebody who is signed in with the address: one button."""
    return _page(
        offer,
        f"""<form method="post" action="/invitation/{escape(token)}">
<button class="button primary">Join {escape(offer.clinic)}</button></form>""",
    )


def for_known_person(offer: Offer, token: str) -> str:
    """For somebody who has an account, and is not signed in."""
    return _page(
        offer,
        f"""<p>You have an account here. Sign in with <b>{escape(offer.email)}</b> to join.</p>
<a class="button primary" href="/sign-in?next=/invitation/{escape(token)}">Sign in</a>""",
    )


def for_somebody_else(offer: Offer, email: str) -> str:
    """For somebody who is signed in with another address."""
    return _page(
        offer,
        f"""<p>It was sent to <b>{escape(offer.email)}</b>, and you are signed in as {escape(email)}.
Sign out, then open the link of the mail again.</p>
<form method="post" action="/auth/sign-out"><button class="button outline">Sign out</button></form>""",
    )


def for_newcomer(offer: Offer, token: str, *, full_name: str = "", problem: str = "") -> str:
    """For somebody who is here for the first time: a name and a password, and they are in."""
    return _page(
        offer,
        f"""{callout(problem, "bad", ' id="problem" role="alert"')}
<form method="post" action="/invitation/{escape(token)}">
<div class="labelled"><label for="email">E-mail address</label>
<div class="field"><input id="email" value="{escape(offer.email)}" autocomplete="username"
 readonly></div></div>
<div class="labelled"><label for="name">Your name</label>
<div class="field"><input id="name" name="full_name" value="{escape(full_name)}" required maxlength="120"
 autocomplete="name" autofocus></div></div>
<div class="labelled"><label for="password">Choose a password</label>
<div class="field"><input id="password" name="password" type="password" required minlength="{SHORTEST}"
 maxlength="72" autocomplete="new-password" aria-describedby="rule"></div>
<span id="rule" class="explains dim">{HINT}</span></div>
<button class="button primary">Join {escape(offer.clinic)}</button></form>
{ways(sso_way(f"/invitation/{token}")) if get_settings().sign_in_with_sso else ""}""",
    )


def _page(offer: Offer, way: str) -> str:
    invited = (
        f"{escape(offer.invited_by)} invites you to <b>{escape(offer.clinic)}</b> "
        f"as <b>{escape(role_in_words(offer.role))}</b>."
    )
    return page(f"Join {offer.clinic}", f"<h1>Join {escape(offer.clinic)}</h1>\n<p>{invited}</p>\n{way}")
