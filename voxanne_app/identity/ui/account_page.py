"""One's own account: name, address, password, second factor, and where one is signed in.

Plain HTML, as the pages before the door: passwords, keys of apps and recovery codes pass through a form and
never through the state of a screen, and a session whose worth changes gets another cookie.
"""

from html import escape
from zoneinfo import ZoneInfo

from voxanne_app.identity import passwords
from voxanne_app.identity.account.devices import DeviceView
from voxanne_app.identity.account.overview import LONGEST_NAME, AccountView
from voxanne_app.identity.ui.door_page import (
    button,
    field,
    hidden,
    password_field,
    problem_and_notice,
)
from voxanne_app.identity.ui.plain_page import page
from voxanne_app.ui import formatting

NOTICES = {
    "name": "Your name is saved.",
    "address": "We have mailed a link to both addresses. The new one counts when both have agreed.",
    "password": "Your password is changed, and wherever else you were signed in, that has ended.",
    "factor": "Your second factor is removed, and wherever else you were signed in, that has ended.",
    "sessions": "Ended.",
}


def account(view: AccountView, *, section: str = "", problem: str = "", notice: str = "") -> str:
    """`problem` and `notice` stand in the section they are about."""

    def told(name: str) -> str:
        return problem_and_notice(problem, notice) if name == section else ""

    return page(
        "Your account",
        f"""<div class="account-head"><h1>Your account</h1><a class="button outline" href="/">Back</a></div>
{_part("name", "Name", told("name") + _name(view))}
{_part("address", "E-mail address", told("address") + _address(view))}
{"" if view.is_sso else _part("password", "Password", told("password") + _password(view))}
{_part("factor", "Second factor", told("factor") + _factor(view))}
{_part("sessions", "Where you are signed in", told("sessions") + _sessions(view))}""",
        is_wide=True,
    )


def _part(name: str, title: str, content: str) -> str:
    head = f'<h2 id="{name}-title">{title}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-title">{head}{content}</section>'


def _form(action: str, content: str) -> str:
    return f'<form method="post" action="/auth/account/{action}">{content}</form>'


def _name(view: AccountView) -> str:
    name = field(
        "full_name",
        "What your colleagues see",
        value=view.full_name,
        autocomplete="name",
        maxlength=str(LONGEST_NAME),
    )
    return _form("name", name + button("Save the name", kind="outline"))


def _address(view: AccountView) -> str:
    if view.is_sso:
        return (
            f"<p>You sign in with <strong>{escape(view.email)}</strong>, by your organization's own sign-in. "
            "Your address and your password are changed there.</p>"
        )
    new = field(
        "email", "New address", type="email", autocomplete="email", maxlength="254", autocapitalize="none"
    )
    return (
        f"<p>You sign in with <strong>{escape(view.email)}</strong>. "
        "For another address, we mail a link to both.</p>"
        + _form("address", new + button("Send the links", kind="outline"))
    )


def _password(view: AccountView) -> str:
    whose = f'<input type="email" name="email" value="{escape(view.email)}" autocomplete="username" hidden>'
    current = password_field("current", "Current password", known=True)
    new = password_field("password", "New password", hint=passwords.HINT)
    forgotten = '<p class="ways"><a href="/forgot-password">You have none, or forgot it?</a></p>'
    return (
        _form("password", whose + current + new + button("Change the password", kind="outline")) + forgotten
    )


def _factor(view: AccountView) -> str:
    if not view.has_factor:
        return (
            '<p class="dim">With an app on your phone that shows a code, a stolen password opens nothing.</p>'
            + _form("factor", button("Set up an app", kind="outline"))
        )
    codes = f"Recovery codes left: {view.codes_left}."
    lost = (
        '<p class="callout waits">You came in by a recovery code. If your phone is gone, remove the app '
        "here, then set up another.</p>"
        if view.came_by_code
        else _form("codes", button("Make new recovery codes", kind="outline"))
    )
    remove = _form("factor/remove", button("Remove it and its recovery codes", kind="outline"))
    return (
        f"<p>An authenticator app is set up. {codes}</p>{lost}"
        "<details><summary>Remove the app</summary><p>From then on your password alone lets in whoever has "
        f"it. Wherever else you are signed in, that ends.</p>{remove}</details>"
    )


def _sessions(view: AccountView) -> str:
    listed = "".join(_device(device, ZoneInfo(view.time_zone)) for device in view.devices)
    others = len(view.devices) > 1
    return (
        f'<ul class="devices">{listed}</ul><div class="acts">'
        + (_form("sessions/others", button("End all others", kind="outline")) if others else "")
        + _form("sessions/everywhere", button("Sign out everywhere", kind="outline"))
        + "</div>"
    )


def _device(device: DeviceView, zone: ZoneInfo) -> str:
    name = escape(device.device or "Unknown device")
    seen = (
        "in use now" if device.is_this else f"last seen {formatting.to_the_minute(device.last_seen_at, zone)}"
    )
    where = escape(" · ".join(filter(None, (device.network, seen))))
    here = ' <span class="badge">This one</span>' if device.is_this else ""
    named = hidden(session_id=str(device.session_id))
    act = f'<button class="button outline" aria-label="End {name}">End</button>'
    end = "" if device.is_this else _form("sessions/end", named + act)
    return f'<li><div><strong>{name}</strong>{here}<p class="dim">{where}</p></div>{end}</li>'
