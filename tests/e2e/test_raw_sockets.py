"""Whoever leaves the browser aside and speaks to the socket gets no further than the browser would."""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.architecture.test_inventory_of_handlers import handlers_of, ours, states
from tests.running_app import RunningApp
from tests.surface import HANDLERS, MAY

REFUSED = "Your role does not allow this."
DOES_NOT_FIT = "That is not what this page asks for"
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

    def answer_to(self, name: str) -> str:
        """What comes back when it is asked for alone."""
        self.send(name, {})
        return self.heard_while(lambda heard: not any(count_of(heard).values()), within=10)

    def heard_until(self, part: str, *, within: float = 5) -> str:
        """All that was heard up to `part`; or, when it does not come in time, all there was."""
        return self.heard_while(lambda heard: part not in heard, within=within)

    def heard_while(self, goes_on: Callable[[str], bool], *, within: float = 5) -> str:
        """All that was heard until it is enough, or nothing came for so many seconds."""
        heard = ""
        try:
            while goes_on(heard):
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


@pytest.mark.parametrize("kind", ["viewer", "staff", "admin", "owner", "operator", "visitor"])
def test_every_handler_answers_each_kind_of_person_as_declared(app: RunningApp, kind: str) -> None:
    """Those that may be called and ask for nothing are left out: they would do what they are there for."""
    expected = answers_to(kind)
    with socket_of(app, kind) as line:
        for name in expected:
            line.send(name, {})
        heard = line.heard_while(lambda so_far: count_of(so_far) < Counter(expected.values()), within=20)
        deviations = []
        if count_of(heard) != Counter(expected.values()):
            deviations = [name for name, answer in expected.items() if answer not in line.answer_to(name)]
    assert not deviations, f"Not as tests/surface.py says for {kind}: {deviations}"
    assert len(expected) > 100


def answers_to(kind: str) -> dict[str, str]:
    """What each handler of the product answers to an event without arguments; nobody sets variables."""
    declared = {
        (state, name): needs
        for state, needed in HANDLERS.items()
        for needs, names in needed.items()
        for name in names
    }
    answers = {}
    for state in ours():
        answers[f"{state.get_full_name()}.setvar"] = REFUSED
        for name, handler in handlers_of(state).items():
            full_name = f"{state.get_full_name()}.{name}"
            if kind not in MAY[declared[state.__name__, name]]:
                answers[full_name] = REFUSED
            elif [p for p in handler._parameters if p != "self"]:
                answers[full_name] = DOES_NOT_FIT
    return answers


def count_of(heard: str) -> Counter[str]:
    return Counter({sentence: heard.count(sentence) for sentence in (REFUSED, DOES_NOT_FIT)})


@contextmanager
def socket_of(app: RunningApp, kind: str) -> Iterator[Wire]:
    cookie = cookie_of(app, "platform" if kind in ("operator", "visitor") else kind)
    if kind == "visitor":
        begin_visit(app, cookie)
    with dial(app, cookie=cookie, origin=app.url) as socket:
        yield Wire(socket)
    if kind == "visitor":
        httpx.post(f"{app.url}/auth/visit/end", headers={"origin": app.url, "cookie": cookie})


def begin_visit(app: RunningApp, cookie: str) -> None:
    """The operator with this cookie looks into the second clinic."""
    answer = httpx.post(
        f"{app.url}/auth/visit",
        data={
            "clinic": app.run["organizations"][1]["id"],
            "reason": "To see what visitors may do",
            "minutes": "15",
        },
        headers={"origin": app.url, "cookie": cookie},
    )
    assert answer.headers["location"] == "/", answer.text


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
