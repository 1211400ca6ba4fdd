"""Every way in, by name: handlers of states are marked with what they need, and addresses are declared.

Whoever adds a public address adds it here too, and says who may call it.
"""

from collections.abc import Iterator
from typing import Any

from reflex.state import State
from reflex_base.event import EventHandler

from voxanne_app import app
from voxanne_app.identity.permissions import PERMISSIONS
from voxanne_app.ui.event_guard import _REFLEX_OWN
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, Screen, permission_needed

# Addresses that answer without a session, and what they look at instead.
PUBLIC_ADDRESSES = {
    "/sign-in": "anybody: the form",
    "/auth/sign-in": "e-mail and password, the origin of the form, a limit per address",
    "/auth/clinic": "a session of somebody who belongs to the clinic they name, from our own pages only",
    "/auth/visit": "an operator's session, a reason and a length, from our own pages only",
    "/auth/visit/end": "an operator's session, from our own pages only",
    "/invitation/{token}": "the token of a mail; to join, the session or the first password of its address",
    "/auth/sign-out": "ends whatever session the browser brings, from our own pages only",
    "/welcome": "the session of somebody who is in no clinic",
    "/sign-up": "anybody: the form",
    "/auth/sign-up": "the origin of the form, limits per account and address; tells nothing of who is known",
    "/verify": "anybody: a button for the link of a mail, or the form to have it sent again",
    "/auth/verify": "what was mailed, good once; the origin of the form, a limit",
    "/auth/resend": "the origin of the form, limits; tells nothing of who is known",
    "/forgot-password": "anybody: the form",
    "/auth/forgot-password": "the origin of the form, limits; tells nothing of who is known",
    "/reset-password": "a session that came by a mailed link and has chosen no password yet",
    "/auth/reset-password": "the same, and the origin of the form",
    "/mfa": "a session that has shown a password and no second factor yet",
    "/auth/mfa": "the same, a code of the app, the origin of the form, limits",
    "/auth/mfa/recovery": "the same, a recovery code, good once, the origin of the form, limits",
    "/auth/mfa/begin": "a session whose role must set up a second factor, the origin of the form",
    "/auth/mfa/finish": "the same, and a code of the new app, limits",
    "/auth/google": "anybody: leads to the sign-in provider, bound to this browser",
    "/auth/google/back": "state and verifier of the browser that began, a code that is good once, a limit",
    "/sign-in/sso": "anybody: the form",
    "/auth/sso": "the origin of the form, limits; tells of a domain whether it has one, of people nothing",
    "/auth/sso/back": "as for Google, and an address of the domain that it was begun for",
    "/account": "any session that is in, in a clinic or not: its own account",
    **dict.fromkeys(
        (
            f"/auth/account/{act}"
            for act in (
                "name",
                "address",
                "password",
                "factor",
                "factor/finish",
                "factor/remove",
                "codes",
                "sessions/end",
                "sessions/others",
                "sessions/everywhere",
            )
        ),
        "the same, and the origin of the form",
    ),
    "/webhooks/vapi": "Vapi's signature",
    "/recordings/plays": "a session with calls.listen, from our own pages only",
    "/recordings/audio": "a session with calls.listen, and a signature that was made for it",
    "/healthz": "anybody: the process lives",
    "/readyz": "anybody: whether what it stands on answers, without details",
    "/metrics": "a bearer token, or this machine",
}
# What a screen's state does for every handler, before it runs; not a handler of a screen.
REFLEX_ITSELF = ("reflex", "reflex_base", "reflex_components")


def states(parent: type[Any] = State) -> Iterator[type[Any]]:
    yield parent
    for child in parent.get_substates():
        yield from states(child)


def ours() -> list[type[Any]]:
    return [s for s in states() if s.__module__.startswith("voxanne_app.")]


def handlers_of(state: type[Any]) -> dict[str, EventHandler]:
    return {name: handler for name, handler in state.event_handlers.items() if name != "setvar"}


def test_every_handler_says_what_it_needs() -> None:
    unmarked = [
        f"{state.__module__}.{state.__name__}.{name}"
        for state in ours()
        for name, handler in handlers_of(state).items()
        if permission_needed(handler.fn) is None
    ]
    assert not unmarked, (
        "Every method of a state without an underscore can be called by any browser. Mark it with "
        f"@guarded(permission), or give it an underscore: {unmarked}"
    )


def test_every_permission_that_a_handler_needs_exists() -> None:
    known = frozenset().union(*PERMISSIONS.values()) | {ANYBODY_SIGNED_IN}
    needed = {
        (state.__name__, name, permission_needed(handler.fn))
        for state in ours()
        for name, handler in handlers_of(state).items()
    }
    unknown = [entry for entry in needed if entry[2] not in known]
    assert not unknown, f"No role has these permissions, so nobody can call these handlers: {unknown}"


def test_every_state_is_a_screen() -> None:
    strangers = [state.__name__ for state in ours() if not issubclass(state, Screen)]
    assert not strangers, (
        f"Inherit from Screen (voxanne_app/ui/session.py), which holds the door: {strangers}"
    )


def test_the_doors_own_methods_are_no_handlers() -> None:
    """They take functions and answer with data: they must not be reachable from a browser."""
    doors_own = ("in_transaction", "in_platform_transaction", "asking", "asking_operator", "changes", "say")
    for name in doors_own:
        assert all(name not in state.event_handlers for state in ours()), name


def test_reflexs_own_handlers_are_those_that_were_judged() -> None:
    own = {
        f"{state.__name__}.{name}"
        for state in states()
        if state.__module__.startswith(REFLEX_ITSELF)
        for name in handlers_of(state)
    }
    allowed = {".".join(name.split(".")[-2:]) for name in _REFLEX_OWN}
    assert own == {
        "State.hydrate",
        "State.hydrate_and_load",
        "State.set_is_hydrated",
        "OnLoadInternalState.on_load_internal",
        "OnLoadInternalState.set_is_hydrated",
        "FrontendEventExceptionState.handle_frontend_exception",
        "UpdateVarsInternalState.update_vars_internal",
    }, "A new version of Reflex has another handler: judge it in voxanne_app/ui/event_guard.py."
    assert not any("update_vars_internal" in name or "setvar" in name for name in allowed)


def test_every_public_address_is_declared() -> None:
    found = set(app.ROUTES)
    assert found == PUBLIC_ADDRESSES.keys(), "Declare the address with what it looks at instead of a session."


def test_every_page_loads_by_handlers_that_are_marked() -> None:
    for page in app.PAGES:
        for handler in page.on_load:
            assert permission_needed(handler.fn), f"{page.route}: {handler}"


def test_whoever_may_open_a_page_may_do_all_that_it_does_by_itself() -> None:
    """Else it greets them with a refusal of something that they did not ask for."""
    for page in app.PAGES:
        needed = {permission_needed(getattr(each, "fn", each)) or "" for each in page.on_load or ()}
        granted = {
            name: {role for role, may in PERMISSIONS.items() if name in (*may, ANYBODY_SIGNED_IN)}
            for name in needed
        }
        widest = set().union(*granted.values())
        odd = [name for name, roles in granted.items() if roles != widest]
        assert not odd, f"{page.route} asks for {odd} by itself"
