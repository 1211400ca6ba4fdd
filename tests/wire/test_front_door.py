"""The front door: what is public is listed, the rest needs a session, and only our own pages may ask."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from tests.clinic_sign_in import AuthSandbox, signed_in_cookie
from tests.people import Person
from voxanne_app.identity.sessions import cookie_name, end_session, person_for_cookie
from voxanne_app.ui import connections
from voxanne_app.ui.front_door import FrontDoor
from voxanne_app.ui.request_limits import RequestLimits
from voxanne_app.ui.security_headers import SecurityHeaders

HERE = "http://clinic.test"
FOREIGN = [
    "http://evil.test", "https://clinic.test", "http://clinic.test.evil.test", "http://evil.test/clinic.test",
    "http://clinic.test:8001", "http://sub.clinic.test", "null", "", "file://", "clinic.test", "http://CLINIC.test.",
    "http://clinic.test@evil.test", "chrome-extension://abcdef", "http://127.0.0.1", "http://localhost",
    "http://clinic.test/", "http://clinic.test/calls", "http://clinic.test?x", "http://clinic.test#x",
    " http://clinic.test", "http://clinic.test ", "http://clinic.test,http://evil.test",
    "http://clinic.test http://evil.test", "HTTP://clinic.test", "http://Clinic.Test",
    "http://clinic.test:80", "http://clinic.test:", "http:clinic.test", "http:/clinic.test",
    "//clinic.test", "ws://clinic.test", "ftp://clinic.test", "data:text/html,x",
    "blob:http://clinic.test/1", "about:blank",
    "http://clinic-test", "http://clinic.tes", "http://clinic.testt", "http://eclinic.test", "http://clinic%2Etest",
    "http://[::1]", "http://0.0.0.0", "http://clinic.test\\evil.test", "undefined", "*",
]  # fmt: skip


@dataclass
class Inside:
    """Stands where Reflex stands: says what reached it."""

    scopes: list[Scope] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        if scope["type"] == "http":
            await PlainTextResponse("inside")(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": message["text"]})
        self.messages.append(message)


async def public(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("public")(scope, receive, send)


ROUTES = dict.fromkeys(("/healthz", "/webhooks/vapi", "/sign-in", "/auth/sign-out"), public)


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def door(inside: Inside) -> FrontDoor:
    return FrontDoor(inside, ROUTES, public_url=HERE, headers=SecurityHeaders(secure=False))


def browser(door: FrontDoor, cookie: str = "") -> httpx.AsyncClient:
    headers = {"cookie": f"other=1; {cookie_name()}={cookie}; last=2"} if cookie else {}
    return httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url=HERE, headers=headers)


class Socket:
    """A websocket client, up to where the server would be."""

    def __init__(
        self, door: FrontDoor, cookie: str = "", *, origin: str | None = HERE, token: str = "t"
    ) -> None:
        headers = [
            (b"host", b"clinic.test"),
            (b"x-voxanne-connection", b"forged"),
            (b"authorization", b"Bearer x"),
        ]
        headers += [(b"cookie", f"{cookie_name()}={cookie}".encode())] if cookie else []
        headers += [(b"origin", origin.encode())] if origin is not None else []
        self.scope = {
            "type": "websocket",
            "path": "/_event/",
            "query_string": f"token={token}&EIO=4".encode(),
            "headers": headers,
        }
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: asyncio.Queue[Message] = asyncio.Queue()
        self.sent.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(door(self.scope, self.sent.get, self.heard.put))

    async def hear(self) -> Message:
        return await asyncio.wait_for(self.heard.get(), 5)


@pytest.mark.parametrize("path", ["/", "/calls", "/calls/1f0a?tab=cost", "/no/such/page"])
async def test_a_page_without_a_session_leads_to_sign_in_and_back(
    door: FrontDoor, inside: Inside, path: str
) -> None:
    async with browser(door) as client:
        answer = await client.get(path)
    back = "" if path == "/" else "?next=" + path.replace("/", "%2F").replace("?", "%3F").replace("=", "%3D")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in" + back)
    assert not inside.scopes


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/assets/root.js"),
        ("GET", "/_event/?token=x&transport=polling"),
        ("POST", "/_upload"),
        ("GET", "/_upload/report.pdf"),
        ("GET", "/ping"),
        ("GET", "/_health"),
        ("POST", "/calls"),
        ("DELETE", "/"),
        ("GET", "/secrets.json"),
    ],
)
async def test_what_is_no_page_is_refused_without_a_session(
    door: FrontDoor, inside: Inside, method: str, path: str
) -> None:
    async with browser(door) as client:
        assert (await client.request(method, path)).status_code == 401
    assert not inside.scopes


async def test_a_refused_upload_is_read_to_its_end(door: FrontDoor) -> None:
    parts = 40

    async def body() -> Any:
        nonlocal parts
        while parts:
            parts -= 1
            yield b"x" * 1000

    async with browser(door) as client:
        assert (await client.post("/_upload", content=body())).status_code == 401
    assert parts == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_upload"), ("GET", "/_upload/report.pdf"), ("GET", "/_event/?transport=polling"),
        ("POST", "/_event/?transport=polling"), ("GET", "/_health"), ("GET", "/ping"), ("POST", "/calls"),
        ("PUT", "/"), ("DELETE", "/assets/root.js"),
    ],
)  # fmt: skip
async def test_what_reflex_has_besides_pages_is_closed_to_everybody(
    door: FrontDoor, inside: Inside, supabase: AuthSandbox, alice: Person, method: str, path: str
) -> None:
    async with browser(door, await signed_in_cookie(supabase, alice)) as client:
        assert (await client.request(method, path)).status_code == 404
    assert not inside.scopes


async def test_a_form_that_no_page_of_ours_sent_changes_nothing(door: FrontDoor) -> None:
    async with browser(door) as client:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert (await client.request(method, "/auth/sign-out")).status_code == 403
            own = {"origin": HERE, "sec-fetch-site": "cross-site"}
            assert (await client.request(method, "/auth/sign-out", headers=own)).status_code == 403
            own["sec-fetch-site"] = "same-origin"
            assert (await client.request(method, "/auth/sign-out", headers=own)).text == "public"


async def test_who_asks_too_often_hears_when_to_go_on_and_nobody_else_does(
    inside: Inside, supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    limits = RequestLimits(per_address=40, per_session=10, clock=lambda: 75.0)
    door = FrontDoor(inside, ROUTES, public_url=HERE, headers=SecurityHeaders(secure=False), limits=limits)
    async with (
        browser(door, await signed_in_cookie(supabase, alice)) as hers,
        browser(door, await signed_in_cookie(supabase, bob)) as his,
    ):
        assert {(await hers.get("/calls")).status_code for _ in range(10)} == {200}
        stopped = await hers.get("/calls")
        assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "45")
        assert stopped.text == "That was more in a minute than anybody needs. Go on in 45 seconds."
        assert (await his.get("/calls")).status_code == 200
        for _ in range(28):
            await his.get("/sign-in", headers={"x-forwarded-for": "198.51.100.7"})
        assert (await his.get("/sign-in")).status_code == 429
        assert (await his.get("/healthz")).text == "public"
        assert (await his.post("/webhooks/vapi")).text == "public"


async def test_a_frame_of_more_than_a_megabyte_ends_the_socket(
    door: FrontDoor, inside: Inside, supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    for field_, frame in (("text", "é" * 500_001), ("bytes", b"x" * 1_000_001)):
        socket = Socket(door, cookie)
        await socket.hear()
        await socket.sent.put({"type": "websocket.receive", "text": "x" * 1_000_000})
        assert len((await socket.hear())["text"]) == 1_000_000
        await socket.sent.put({"type": "websocket.receive", field_: frame})
        assert await socket.hear() == {"type": "websocket.close", "code": 1009}
        await socket.task
    assert inside.messages == [{"type": "websocket.disconnect", "code": 1009}] * 2


async def test_a_flood_of_events_is_read_slowly_and_delays_nobody_else(
    door: FrontDoor, supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    flood = Socket(door, await signed_in_cookie(supabase, alice))
    other = Socket(door, await signed_in_cookie(supabase, bob))
    await flood.hear()
    await other.hear()
    for _ in range(1000):
        flood.sent.put_nowait({"type": "websocket.receive", "text": "x"})
    await asyncio.sleep(0.5)
    began = asyncio.get_running_loop().time()
    await other.sent.put({"type": "websocket.receive", "text": "still quick"})
    assert (await other.hear())["text"] == "still quick"
    assert asyncio.get_running_loop().time() - began < 0.2
    assert 300 <= flood.heard.qsize() < 400


async def test_a_session_opens_no_more_sockets_than_a_person_has_windows(
    door: FrontDoor, supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    hers = await signed_in_cookie(supabase, alice)
    sockets = [Socket(door, hers) for _ in range(30)]
    assert {(await socket.hear())["type"] for socket in sockets} == {"websocket.accept"}
    assert (await Socket(door, hers).hear())["type"] == "websocket.close"
    assert (await Socket(door, await signed_in_cookie(supabase, bob)).hear())["type"] == "websocket.accept"
    sockets[0].sent.put_nowait({"type": "websocket.disconnect"})
    await sockets[0].task
    assert (await Socket(door, hers).hear())["type"] == "websocket.accept"


async def test_an_error_inside_is_answered_with_a_sentence_and_nothing_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("Pat Doe, +12125550142")

    headers = SecurityHeaders(secure=False)
    door = FrontDoor(broken, {"/webhooks/vapi": broken}, public_url=HERE, headers=headers)
    async with browser(door) as client:
        answer = await client.post("/webhooks/vapi")
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (500, "nosniff")
    assert answer.text == "That did not work, and it is our fault. Try again in a moment."
    assert [(r.message, r.levelname) for r in caplog.records] == [("A request failed", "ERROR")]


async def test_listed_addresses_and_the_sign_in_pages_files_are_public(door: FrontDoor) -> None:
    async with browser(door) as client:
        assert (await client.get("/healthz")).text == "public"
        for path in ("/styles/page.css", "/fonts/inter-latin.woff2", "/logo.svg", "/voxanne.js"):
            assert (await client.get(path)).text == "inside"
        assert (await client.get("/healthz/more")).status_code == 303


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_foreign_page_is_refused_everywhere(
    door: FrontDoor, inside: Inside, supabase: AuthSandbox, alice: Person, origin: str
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    async with browser(door, cookie) as client:
        for path in ("/", "/healthz", "/styles/page.css", "/assets/root.js"):
            assert (await client.get(path, headers={"origin": origin})).status_code == 403
    socket = Socket(door, cookie, origin=origin)
    assert (await socket.hear())["type"] == "websocket.close"
    assert not inside.scopes


async def test_a_socket_from_nowhere_is_refused(
    door: FrontDoor, inside: Inside, supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    for socket in (
        Socket(door, cookie, origin=None),
        Socket(door),
        Socket(door, "x" * 43),
        Socket(door, "no"),
    ):
        assert (await socket.hear())["type"] == "websocket.close"
    assert not inside.scopes


async def test_reflex_sees_our_name_for_the_connection_and_no_credential(
    door: FrontDoor, inside: Inside, supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    async with browser(door, cookie) as client:
        answer = await client.get(
            "/calls", headers={"authorization": "Bearer x", "x-voxanne-connection": "forged"}
        )
    assert (answer.status_code, inside.scopes[0]["path"]) == (200, "/calls/")
    socket = Socket(door, cookie)
    await socket.hear()
    for scope in inside.scopes:
        assert cookie not in str(scope)
        assert not {b"cookie", b"authorization"} & {name for name, _ in scope["headers"]}
    names = [value.decode() for name, value in inside.scopes[1]["headers"] if name == b"x-voxanne-connection"]
    assert len(names) == 1
    connection = connections.find(names[0])
    assert connection and connection.cookie == cookie
    await socket.sent.put({"type": "websocket.disconnect"})
    await socket.task
    assert connections.find(names[0]) is None


async def test_another_sessions_token_is_another_name(
    door: FrontDoor, inside: Inside, supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    """The same token, brought by two people and then again by the first."""
    hers, his = await signed_in_cookie(supabase, alice), await signed_in_cookie(supabase, bob)
    for cookie in (hers, his, hers):
        await Socket(door, cookie, token="stolen").hear()
    queries = [scope["query_string"] for scope in inside.scopes]
    assert queries[0] == queries[2] != queries[1]
    assert b"stolen" not in b"".join(queries)


async def test_a_socket_ends_when_its_session_is_found_to_be_over(
    door: FrontDoor, inside: Inside, supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    socket = Socket(door, cookie)
    await socket.hear()
    await socket.sent.put({"type": "websocket.receive", "text": "still in"})
    assert (await socket.hear())["text"] == "still in"
    await end_session(cookie)
    assert await person_for_cookie(cookie) is None
    closed = await asyncio.wait_for(socket.heard.get(), 7)
    assert closed == {"type": "websocket.close", "code": 4401}
    await socket.task
    assert inside.messages == [{"type": "websocket.disconnect", "code": 4401}]


async def test_every_answer_carries_the_security_headers(
    door: FrontDoor, supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await signed_in_cookie(supabase, alice)
    async with browser(door, cookie) as client, browser(door) as stranger:
        answers = [
            await client.get("/calls"),
            await client.get("/healthz"),
            await stranger.get("/calls"),
            await stranger.post("/_upload"),
            await client.get("/", headers={"origin": "http://evil.test"}),
        ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
