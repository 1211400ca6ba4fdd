"""What a browser is given before its page has asked for anything: the frame, and nothing about anybody."""

import json
import re
from typing import Any

import httpx
import pytest
from reflex.state import State
from reflex_base.utils import format

from tests.e2e.test_raw_sockets import cookie_of, wire
from tests.running_app import RunningApp
from voxanne_app import app as application

# What may differ from a page of nobody's, and why.
APPROVED = {
    "person": "who is signed in, for the frame",
    "operator": "the same, for the platform's frame",
    "permissions": "what their role may do, so that screens leave out the rest",
    "clinics": "where else they work",
    "visit": "whose clinic an operator looks at",
    "is_hydrated": "Reflex's own",
    "is_hydrating": "Reflex's own",
    "rx_router_headers": "the handshake, without its credentials",
    "rx_router_page": "the page's address, as the browser gave it",
    "rx_router_route_id": "the same",
    "rx_router_session": "the page's own token",
    "rx_router_url": "the page's address",
}
_SECRET = re.compile(
    r"eyJ[\w-]+\.|sb_(?:secret|publishable)_|demo-|__Host-|voxanne_session|postgres(?:ql)?://"
)
ROLES = ("owner", "admin", "staff", "viewer", "platform")


def hydrated(app: RunningApp, role: str) -> tuple[str, dict[str, dict[str, Any]]]:
    """The whole first answer, as text and by state."""
    with wire(app, role) as line:
        line.send("reflex___state____state.hydrate", {})
        heard = line.heard_until('"is_hydrated', within=10)
    return heard, _delta(heard)


def _delta(heard: str) -> dict[str, dict[str, Any]]:
    """Merged from every event in what was heard."""
    states: dict[str, dict[str, Any]] = {}
    for part in re.split(r"42/_event,", heard)[1:]:
        update, _ = json.JSONDecoder().raw_decode(part)
        body = update[1] if isinstance(update[1], dict) else json.loads(update[1])
        for state, values in (body.get("delta") or {}).items():
            states.setdefault(state, {}).update({_plain(name): value for name, value in values.items()})
    return states


def _plain(name: str) -> str:
    return name.removesuffix("_rx_state_")


def empty_pages() -> dict[str, dict[str, Any]]:
    """Every state as it is made, before anybody has asked."""
    assert application.PAGES
    made = State(_reflex_internal_init=True).dict(initial=True)  # type: ignore[call-arg]
    plain = json.loads(format.json_dumps(made))
    return {state: {_plain(name): value for name, value in values.items()} for state, values in plain.items()}


@pytest.mark.parametrize("role", ROLES)
def test_a_new_page_holds_the_frame_and_nothing_else(app: RunningApp, role: str) -> None:
    heard, given = hydrated(app, role)
    empty = empty_pages()
    more = {
        f"{state.rsplit('.', 1)[-1]}.{name}"
        for state, values in given.items()
        for name, value in values.items()
        if name not in APPROVED and value != empty.get(state, {}).get(name)
    }
    assert given, "nothing was given"
    assert not more, f"Before a page asks, it is given these: {more}"
    assert not _SECRET.findall(heard)


def test_the_anonymous_are_given_no_state_at_all(app: RunningApp) -> None:
    for path in ("/", "/calls", "/platform/organizations", "/assets/", "/_event/?EIO=4&transport=polling"):
        answer = httpx.get(app.url + path)
        assert answer.status_code in (303, 401)
        assert len(answer.content) < 200


def test_cookies_and_tokens_are_in_no_state(app: RunningApp) -> None:
    cookie = cookie_of(app, "owner").partition("=")[2]
    heard, _ = hydrated(app, "owner")
    assert cookie not in heard
    assert "access_token" not in heard and "refresh_token" not in heard
