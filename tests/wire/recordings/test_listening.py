"""Hearing a recording: for whom an address works, for how long, and in which parts the audio comes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests import people
from tests.clinic_sign_in import AuthSandbox, signed_in_cookie
from tests.deliveries import rows
from tests.people import Person
from tests.wire.recordings.conftest import Clinic, throw_away
from voxanne_app.calls.routes import ROUTES
from voxanne_app.calls.signed_addresses import Listener, address_of
from voxanne_app.foundation.settings import get_settings

OWN = {"origin": "http://localhost"}
PLAYED = "select * from audit_events where action = 'recordings.played'"


class Browser:
    """One signed-in browser at the addresses of recordings."""

    def __init__(self, client: httpx.AsyncClient, cookie: str) -> None:
        self._client = client
        self._cookie = {"cookie": f"voxanne_session={cookie}"} if cookie else {}

    async def play(self, call_id: UUID, again: str = "", **headers: str) -> httpx.Response:
        query = f"?call={call_id}" + (f"&{urlsplit(again).query}" if again else "")
        return await self._client.post(f"/recordings/plays{query}", headers=OWN | self._cookie | headers)

    async def address(self, call_id: UUID) -> str:
        answer = await self.play(call_id)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["address"])

    async def hear(self, address: str, method: str = "GET", **headers: str) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.request(method, address, headers=self._cookie | given)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[Route(path, endpoint=route) for path, route in ROUTES.items()])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
async def bobs(client: httpx.AsyncClient, supabase: AuthSandbox, clinic: Clinic, bob: Person) -> Browser:
    return Browser(client, await signed_in_cookie(supabase, bob))


async def test_the_front_desk_hears_a_recording_and_that_is_written_down_once(
    clinic: Clinic, bobs: Browser, bob: Person
) -> None:
    call_id = clinic.call_with_recording()
    address = await bobs.address(call_id)
    whole = await bobs.hear(address)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.content[:4] == b"RIFF" and len(whole.content) == clinic.recording().size_bytes
    assert whole.headers["accept-ranges"] == "bytes" and "no-store" in whole.headers["cache-control"]
    for begin in (0, 100, 200):
        await bobs.hear(address, range=f"bytes={begin}-{begin + 50}")
    again = await bobs.play(call_id, again=address)
    assert again.status_code == 201
    (played,) = rows(PLAYED, clinic.org_id)
    assert (played.person_id, played.subject_id, played.details) == (bob.person_id, str(call_id), {})
    await bobs.address(call_id)
    assert len(rows(PLAYED, clinic.org_id)) == 2


async def test_a_player_gets_the_parts_it_asks_for(clinic: Clinic, bobs: Browser) -> None:
    address = await bobs.address(clinic.call_with_recording())
    whole = (await bobs.hear(address)).content
    size = len(whole)
    part = await bobs.hear(address, range="bytes=100-199")
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{size}"
    assert (await bobs.hear(address, range="bytes=100-")).content == whole[100:]
    assert (await bobs.hear(address, range="bytes=-10")).content == whole[-10:]
    assert (await bobs.hear(address, range="bytes=0-0, 5-6")).status_code == 200
    beyond = await bobs.hear(address, range=f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    head = await bobs.hear(address, "HEAD", range="bytes=0-9")
    assert (head.status_code, head.headers["content-length"], head.content) == (206, "10", b"")
    other_file = await bobs.hear(address, range="bytes=0-9", if_range='"another"')
    assert (other_file.status_code, len(other_file.content)) == (200, size)


async def test_an_address_works_in_the_session_it_was_made_for_and_in_no_other(
    clinic: Clinic,
    client: httpx.AsyncClient,
    supabase: AuthSandbox,
    bobs: Browser,
    bob: Person,
    charlie: Person,
) -> None:
    call_id = clinic.call_with_recording()
    address = await bobs.address(call_id)
    bob_elsewhere = Browser(client, await signed_in_cookie(supabase, bob))
    charlies = Browser(client, await signed_in_cookie(supabase, charlie))
    nobodys = Browser(client, "")
    assert (await bob_elsewhere.hear(address)).status_code == 403
    assert (await bob_elsewhere.play(call_id, again=address)).status_code == 403
    assert (await charlies.hear(address)).status_code == 403
    assert (await charlies.play(call_id)).status_code == 404
    assert (await nobodys.hear(address)).status_code == 401
    assert (await nobodys.play(call_id)).status_code == 401
    other = address.replace(str(call_id), str(uuid4()))
    assert (await bobs.hear(other)).status_code == 403
    assert len(rows(PLAYED, clinic.org_id)) == 1


def _of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def test_an_address_ends_after_five_minutes_and_can_be_renewed_for_a_while(
    clinic: Clinic, bobs: Browser, bob: Person
) -> None:
    call_id = clinic.call_with_recording()
    given = (await bobs.play(call_id)).json()
    assert 290 < given["expires_at"] - datetime.now(UTC).timestamp() <= 300
    (session,) = rows("select id from sessions where person_id = :id", None, id=bob.person_id)
    listener = Listener(clinic.org_id, session.id, bob.person_id)

    def made(ago: timedelta) -> str:
        secret = get_settings().require("session_secret")
        return address_of(call_id, listener, secret=secret, now=datetime.now(UTC) - ago)[0]

    assert (await bobs.hear(made(timedelta(minutes=4)))).status_code == 200
    over = made(timedelta(minutes=6))
    assert (await bobs.hear(over)).status_code == 403
    assert (await bobs.play(call_id, again=over)).status_code == 201
    assert (await bobs.play(call_id, again=made(timedelta(hours=3)))).status_code == 403
    assert len(rows(PLAYED, clinic.org_id)) == 1


@pytest.mark.parametrize(
    "changed", [{"expires": "9999999999"}, {"expires": "soon"}, {"signature": "é"}, {"signature": ""}]
)
async def test_an_address_that_was_changed_is_refused(
    clinic: Clinic, bobs: Browser, changed: dict[str, str]
) -> None:
    address = await bobs.address(clinic.call_with_recording())
    query: dict[str, Any] = _of(address) | changed
    assert (await bobs.hear(str(httpx.URL("/recordings/audio", params=query)))).status_code == 403


async def test_who_may_only_read_does_not_listen_and_no_foreign_page_presses_play(
    clinic: Clinic, client: httpx.AsyncClient, supabase: AuthSandbox, bobs: Browser, organization: Any
) -> None:
    call_id = clinic.call_with_recording()
    vera = people.join(organization, full_name="Vera Vale", role="viewer")
    veras = Browser(client, await signed_in_cookie(supabase, vera))
    assert (await veras.play(call_id)).status_code == 403
    assert (await bobs.play(call_id, origin="http://evil.test")).status_code == 403
    assert not rows(PLAYED, clinic.org_id)


async def test_what_is_gone_is_said_in_a_sentence(clinic: Clinic, bobs: Browser, tmp_path: Any) -> None:
    address = await bobs.address(clinic.call_with_recording())
    throw_away(tmp_path / "recordings")
    gone = await bobs.hear(address)
    assert (gone.status_code, gone.text) == (404, "There is no such recording.")
    clinic.moved(state="'deleted'")
    assert (await bobs.hear(address)).status_code == 404
    assert (await bobs.play(UUID(_of(address)["call"]))).status_code == 404
