"""Whoever leaves the browser aside and speaks to the socket gets no further than the browser would."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.architecture.test_inventory_of_handlers import handlers_of, states
from tests.running_app import RunningApp
from voxanne_app import app as application
from voxanne_app.identity.permissions import may
from voxanne_app.ui.event_guard import _REFLEX_OWN
from voxanne_app.ui.session import ANYBODY_SIGNED_IN, permission_needed

REFUSED = "Your role does not allow this."
ODD: list[Any] = [
    None,
    "",
    "x" * 10_000,
    {"a": {}},
    [[]],
    -1,
    1e308,
    "\u0000",
    "'; drop table call_logs; --",
    True,
]


def cookie_of(app: RunningApp, role: str) -> str:
    person = app.sign_in(role)
    answer = httpx.post(
        f"{app.url}/auth/sign-in",
        data={"email": person["email"], "password": person["password"]},
        headers={"origin": app.url},
    )
    return f"voxanne_session={answer.cookies['voxanne_session']}"


def dial(
    app: RunningApp, *, cookie: str = "", origin: str | None = None, token: str = ""
) -> ClientConnection:
    address = (
        app.url.replace("http", "ws", 1) + f"/_event/?token={token or uuid.uuid4()}&EIO=4&transport=websocket"
    )
    headers = {"Cookie": cookie} if cookie else {}
    return connect(address, origin=origin, additional_headers=headers, max_size=None)  # type: ignore[arg-type]


class Wire:
    """Reflex's protocol by hand: what a page would send, and what comes back as text."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        socket.recv(5)
        socket.send("40/_event,{}")

    def send(self, name: str, payload: dict[str, Any]) -> None:
        event = {
            "name": name,
            "payload": payload,
            "router_data": {"pathname": "/", "asPath": "/", "query": {}},
        }
        self.socket.send("42/_event," + json.dumps(["event", event]))

    def heard_until(self, part: str, *, within: float = 5) -> str:
        """All that was heard up to `part`; or, when it does not come in time, all there was."""
        heard = ""
        try:
            while part not in heard:
                message = str(self.socket.recv(within))
                heard += message
                if message == "2":
                    self.socket.send("3")
        except TimeoutError:
            pass
        return heard


@contextmanager
def wire(app: RunningApp, role: str, *, token: str = "") -> Iterator[Wire]:
    with dial(app, cookie=cookie_of(app, role), origin=app.url, token=token) as socket:
        yield Wire(socket)


@pytest.mark.parametrize(
    ("with_cookie", "origin"),
    [(False, "own"), (True, None), (True, "http://evil.test"), (True, "null"), (False, None)],
)
def test_a_socket_without_a_session_or_from_elsewhere_is_refused(
    app: RunningApp, with_cookie: bool, origin: str | None
) -> None:
    cookie = cookie_of(app, "staff") if with_cookie else ""
    with pytest.raises(InvalidStatus) as refusal:
        dial(app, cookie=cookie, origin=app.url if origin == "own" else origin)
    assert refusal.value.response.status_code == 403


def test_a_viewer_who_calls_every_handler_is_refused_all_that_viewers_may_not(app: RunningApp) -> None:
    assert application.PAGES
    wrong = []
    for state in states():
        for name, handler in handlers_of(state).items() | {("setvar", state.event_handlers["setvar"])}:
            full_name = f"{state.get_full_name()}.{name}"
            permission = permission_needed(handler.fn)
            allowed = full_name in _REFLEX_OWN or (
                permission is not None and (permission == ANYBODY_SIGNED_IN or may("viewer", permission))
            )
            if allowed:
                continue
            with wire(app, "viewer") as line:
                line.send(full_name, {})
                if REFUSED not in line.heard_until(REFUSED):
                    wrong.append(full_name)
    assert not wrong, f"A viewer's browser could run these: {wrong}"


def test_odd_arguments_end_in_sentences_and_leave_the_page_working(app: RunningApp) -> None:
    with wire(app, "owner") as line:
        for state in states():
            for name, handler in handlers_of(state).items():
                if not state.__module__.startswith("voxanne_app.") or handler.is_background:
                    continue
                parameters = [p for p in handler._parameters if p != "self"]
                for odd in ODD if parameters else []:
                    line.send(f"{state.get_full_name()}.{name}", dict.fromkeys(parameters, odd))
        line.send(
            "reflex___state____state.voxanne_app___ui___session____screen.show_problem",
            {"sentence": "Still here."},
        )
        heard = line.heard_until("Still here.", within=20)
    assert "Still here." in heard
    assert "Traceback" not in heard
    assert app.status("/readyz") == 200


def test_the_token_of_somebody_elses_page_shows_a_page_of_ones_own(app: RunningApp) -> None:
    token = str(uuid.uuid4())
    hydrate = "reflex___state____state.hydrate"
    with wire(app, "owner", token=token) as line:
        line.send(hydrate, {})
        owner = line.heard_until("permissions")
    with wire(app, "viewer", token=token) as line:
        line.send(hydrate, {})
        viewer = line.heard_until("permissions")
    names = [
        next(p["full_name"] for p in app.run["sign_ins"] if p["role"] == role) for role in ("owner", "viewer")
    ]
    assert names[0] in owner
    assert names[0] not in viewer
    assert names[1] in viewer
