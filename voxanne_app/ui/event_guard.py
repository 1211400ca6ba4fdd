"""Every event, checked before it runs: who sends it, and whether they may. What nobody allowed is refused."""

import asyncio
import logging
from typing import Any

import reflex as rx
from reflex.state import FrontendEventExceptionState, OnLoadInternalState, State, StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext
from reflex_base.utils.format import format_event_handler

from voxanne_app.audit.trail import record_refusal
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity.admission import Operator, SignedIn
from voxanne_app.identity.sessions import who_for_cookie
from voxanne_app.ui import connections, payloads
from voxanne_app.ui.session import (
    ANYBODY_SIGNED_IN,
    PlatformScreen,
    Screen,
    claims_of,
    is_allowed,
    permission_needed,
)

logger = logging.getLogger(__name__)

# Reflex's own handlers that pages cannot do without. Left out, and so refused: `setvar` and
# `update_vars_internal`, with which a browser would set the variables of states.
_REFLEX_OWN = frozenset(
    format_event_handler(state.event_handlers[name])
    for state, name in (
        (State, "hydrate"),
        (State, "hydrate_and_load"),
        (State, "set_is_hydrated"),
        (OnLoadInternalState, "on_load_internal"),
        (OnLoadInternalState, "set_is_hydrated"),
        (FrontendEventExceptionState, "handle_frontend_exception"),
    )
)
_NOTHING = StateUpdate()
_NOT_ALLOWED = "Your role does not allow this. The owner of the clinic can change that."
_DOES_NOT_FIT = "That is not what this page asks for, so nothing was done. Load the page again."


class EventGuard(rx.Middleware):
    """Runs before Reflex's own middleware, so before a page is given anything."""

    async def preprocess(self, app: Any, state: Any, event: Event) -> StateUpdate | None:  # noqa: ARG002
        connection = connections.find(state.router.headers.raw_headers.get(connections.HEADER))
        who = await who_for_cookie(connection.cookie) if connection else None
        if connection is None or not connection.end_unless_for(who) or who is None:
            return _NOTHING
        if event.name not in _REFLEX_OWN and not _may_send(who, event.name):
            logger.warning("Refused %s to role %s.", event.name, who.role)
            await asyncio.to_thread(_record_refusal, claims_of(who, connection.origin), event.name)
            return StateUpdate(events=_problem(_NOT_ALLOWED))
        if event.name not in _REFLEX_OWN and not _fits(event):
            return StateUpdate(events=_problem(_DOES_NOT_FIT))
        # Each is given their own frame; the other one stays as empty as it was made.
        if isinstance(who, Operator):
            (await state.get_state(PlatformScreen))._show_operator(who)
        if here := who.visit if isinstance(who, Operator) else who:
            (await state.get_state(Screen))._show(here)
        return None


def _may_send(who: SignedIn | Operator, event_name: str) -> bool:
    registered = RegistrationContext.get().event_handlers.get(event_name)
    permission = permission_needed(registered.handler.fn) if registered else None
    if registered is None or permission is None or not is_allowed(who, permission):
        return False
    return permission != ANYBODY_SIGNED_IN or all(_is_theirs(who, state) for state in registered.states)


def _is_theirs(who: SignedIn | Operator, state: type[Any]) -> bool:
    """Handlers that need no permission are still handlers of one house; the notices are both's."""
    if state is Screen:
        return True
    if issubclass(state, PlatformScreen):
        return isinstance(who, Operator)
    return isinstance(who, SignedIn) or who.visit is not None


def _record_refusal(claims: Claims, event_name: str) -> None:
    """Screens show nobody what they may not do: whoever asks for it all the same did not use a screen."""
    is_known = event_name in RegistrationContext.get().event_handlers
    with transaction(claims) as session:
        record_refusal(session, event_name if is_known else "unknown")


def _fits(event: Event) -> bool:
    handler = RegistrationContext.get().event_handlers[event.name].handler
    return payloads.fits(handler.fn, event.payload)


def _problem(sentence: str) -> list[Event]:
    return Event.from_event_type(Screen.show_problem(sentence))
