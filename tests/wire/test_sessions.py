"""Sessions on a real Postgres and Supabase Auth's protocol: who is in, until when, how tokens are renewed."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, event, text

from tests.clinic_sign_in import PASSWORD, AuthSandbox
from tests.factories import make_membership, make_person
from tests.people import Person
from voxanne_app.foundation.database import Claims, engine, transaction
from voxanne_app.identity import refreshing, sessions, stored_sessions
from voxanne_app.identity.admission import (
    AddressTaken,
    ClinicSuspended,
    NoClinic,
    Operator,
    WithoutClinic,
)
from voxanne_app.identity.models import BrowserSession
from voxanne_app.identity.ports import IssuedTokens, SessionRevoked, SignInUnavailable
from voxanne_app.identity.session_start import start_session
from voxanne_app.identity.sessions import SignedIn, end_session, person_for_cookie
from voxanne_app.vendors import sign_in_provider

OUT_WITHIN_SECONDS = 5


@pytest.fixture(autouse=True)
def _nothing_was_just_tried() -> None:
    """The pause between attempts to renew is real time; tests do not wait for it."""
    refreshing._just_tried.clear()


async def sign_in(supabase: AuthSandbox, person: Person) -> str:
    """The cookie of a person who has signed in."""
    supabase.register(person, org_id=person.org_id)
    tokens = sign_in_provider().sign_in(email=person.email, password=PASSWORD)
    return (await start_session(tokens)).cookie_value


def row_of(cookie: str) -> BrowserSession:
    with transaction(Claims.system()) as session:
        row = stored_sessions.find(session, stored_sessions.hashed(cookie), now=datetime.now(UTC))
    assert row
    return row


def execute(statement: str, **values: Any) -> Any:
    with transaction(Claims.system()) as session:
        return session.connection().execute(text(statement), values)


def replace_tokens(cookie: str, tokens: IssuedTokens) -> None:
    with transaction(Claims.system()) as session:
        row = stored_sessions.lock(session, row_of(cookie).id)
        assert row
        stored_sessions.keep_tokens(row, tokens)


def spoil_access_token(cookie: str) -> str:
    """As when it has expired, or its key was taken back; the refresh token is still good."""
    refresh_token = stored_sessions.tokens_of(row_of(cookie)).refresh_token
    replace_tokens(cookie, IssuedTokens("no longer good", refresh_token))
    return "no longer good"


async def seconds_until_out(cookie: str) -> float:
    began = time.monotonic()
    while await person_for_cookie(cookie):
        assert time.monotonic() - began < 2 * OUT_WITHIN_SECONDS, "still in"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_a_cookie_leads_to_the_person_in_their_clinic(supabase: AuthSandbox, alice: Person) -> None:
    found = await person_for_cookie(await sign_in(supabase, alice))
    assert found
    assert found == SignedIn(
        session_id=found.session_id,
        person_id=alice.person_id,
        org_id=alice.org_id,
        org_name="Alder Street Dental",
        time_zone="America/New_York",
        full_name="Alice Alder",
        email=alice.email,
        role="owner",
    )


@pytest.mark.parametrize("cookie", [None, "", "x", "A" * 43, "A" * 42 + "é", "' or true --", "A" * 100_000])
async def test_any_other_value_leads_to_nobody(supabase: AuthSandbox, cookie: str | None) -> None:
    assert await person_for_cookie(cookie) is None


async def test_the_database_knows_neither_cookie_nor_tokens(supabase: AuthSandbox, alice: Person) -> None:
    cookie = await sign_in(supabase, alice)
    row = row_of(cookie)
    tokens = stored_sessions.tokens_of(row)
    stored = execute("select sessions::text from sessions where id = :id", id=row.id).scalar_one()
    for secret in (cookie, tokens.access_token, tokens.refresh_token):
        assert secret not in stored
        assert secret.encode().hex() not in stored


async def test_a_removed_person_is_out_within_five_seconds(supabase: AuthSandbox, bob: Person) -> None:
    cookie = await sign_in(supabase, bob)
    assert await person_for_cookie(cookie)
    execute("update memberships set removed_at = now() where person_id = :id", id=bob.person_id)
    assert await seconds_until_out(cookie) < OUT_WITHIN_SECONDS


async def test_a_suspended_clinic_is_out_within_five_seconds(supabase: AuthSandbox, bob: Person) -> None:
    cookie = await sign_in(supabase, bob)
    assert await person_for_cookie(cookie)
    execute("update organizations set suspended_at = now() where id = :id", id=bob.org_id)
    assert await seconds_until_out(cookie) < OUT_WITHIN_SECONDS


async def test_a_cut_role_counts_within_five_seconds(supabase: AuthSandbox, bob: Person) -> None:
    cookie = await sign_in(supabase, bob)
    assert await person_for_cookie(cookie)
    execute("update memberships set role = 'viewer' where person_id = :id", id=bob.person_id)
    await asyncio.sleep(sessions.RECENT_SECONDS)
    found = await person_for_cookie(cookie)
    assert found
    assert found.role == "viewer"


async def test_an_ended_session_is_over_at_once_here_and_at_supabase(
    supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await sign_in(supabase, alice)
    assert await person_for_cookie(cookie)
    row = row_of(cookie)
    tokens = stored_sessions.tokens_of(row)
    await end_session(cookie)
    assert await person_for_cookie(cookie) is None
    left = execute("select access_token, refresh_token from sessions where id = :id", id=row.id).one()
    assert bytes(left.access_token) == bytes(left.refresh_token) == b""
    with pytest.raises(SessionRevoked):
        sign_in_provider().refresh(tokens.refresh_token)


async def test_a_session_marked_as_ended_is_over_though_its_tokens_are_good(
    supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await sign_in(supabase, alice)
    execute("update sessions set ended_at = now() where id = :id", id=row_of(cookie).id)
    assert await person_for_cookie(cookie) is None


async def test_ending_one_session_leaves_the_persons_other_ones(supabase: AuthSandbox, alice: Person) -> None:
    at_the_desk, at_home = await sign_in(supabase, alice), await sign_in(supabase, alice)
    await end_session(at_the_desk)
    spoil_access_token(at_home)
    assert await person_for_cookie(at_home)


async def test_a_session_ends_here_even_while_supabase_is_away(supabase: AuthSandbox, alice: Person) -> None:
    cookie = await sign_in(supabase, alice)
    supabase.fault(mode="reset")
    await end_session(cookie)
    assert await person_for_cookie(cookie) is None


@pytest.mark.parametrize(
    ("column", "limit"),
    [("last_seen_at", stored_sessions.IDLE_LIMIT), ("created_at", stored_sessions.ABSOLUTE_LIMIT)],
    ids=["idle", "absolute"],
)
async def test_a_session_ends_at_its_limit(
    supabase: AuthSandbox, alice: Person, column: str, limit: timedelta
) -> None:
    for past_limit, is_in in ((-timedelta(minutes=1), True), (timedelta(minutes=1), False)):
        cookie = await sign_in(supabase, alice)
        shift = limit + past_limit
        columns = ("created_at", "expires_at") if column == "created_at" else (column,)
        changes = ", ".join(f"{name} = {name} - :shift" for name in columns)
        execute(f"update sessions set {changes} where id = :id", shift=shift, id=row_of(cookie).id)
        assert bool(await person_for_cookie(cookie)) is is_in


async def test_only_what_a_person_does_keeps_a_session_alive(supabase: AuthSandbox, alice: Person) -> None:
    cookie = await sign_in(supabase, alice)
    execute(
        "update sessions set last_seen_at = now() - interval '1 hour' where id = :id", id=row_of(cookie).id
    )
    left_alone = row_of(cookie).last_seen_at
    assert await person_for_cookie(cookie, is_activity=False)
    assert row_of(cookie).last_seen_at == left_alone
    assert await person_for_cookie(cookie)
    assert datetime.now(UTC) - row_of(cookie).last_seen_at < timedelta(minutes=1)


async def test_fifty_questions_at_once_read_the_database_once(supabase: AuthSandbox, alice: Person) -> None:
    cookie = await sign_in(supabase, alice)
    begun: list[Any] = []

    def note(connection: Any) -> None:
        begun.append(connection)

    event.listen(engine(), "begin", note)
    try:
        found = await asyncio.gather(*(person_for_cookie(cookie) for _ in range(50)))
    finally:
        event.remove(engine(), "begin", note)
    assert all(found)
    assert len(begun) == 1


async def test_tokens_swapped_between_sessions_open_neither(
    supabase: AuthSandbox, alice: Person, charlie: Person
) -> None:
    hers, his = await sign_in(supabase, alice), await sign_in(supabase, charlie)
    execute(
        "update sessions s set access_token = o.access_token, refresh_token = o.refresh_token "
        "from sessions o where s.id in (:a, :b) and o.id in (:a, :b) and o.id <> s.id",
        a=row_of(hers).id,
        b=row_of(his).id,
    )
    assert await person_for_cookie(hers) is None
    assert await person_for_cookie(his) is None


async def test_a_colleagues_token_in_ones_own_session_opens_nothing(
    supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    hers, his = await sign_in(supabase, alice), await sign_in(supabase, bob)
    replace_tokens(hers, stored_sessions.tokens_of(row_of(his)))
    assert await person_for_cookie(hers) is None


async def test_a_token_that_is_no_longer_good_is_renewed_without_anybody_noticing(
    supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await sign_in(supabase, alice)
    spoil_access_token(cookie)
    before = supabase.refreshes()
    found = await asyncio.gather(*(person_for_cookie(cookie) for _ in range(20)))
    assert all(found)
    assert supabase.refreshes() == before + 1


async def test_a_token_is_renewed_in_the_background_before_it_ends(
    supabase: AuthSandbox, alice: Person
) -> None:
    supabase.set(access_token_seconds=1)
    cookie = await sign_in(supabase, alice)
    issued = stored_sessions.tokens_of(row_of(cookie))
    await asyncio.sleep(1)
    assert await person_for_cookie(cookie)
    for _ in range(100):
        if stored_sessions.tokens_of(row_of(cookie)) != issued:
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("not renewed")
    assert await person_for_cookie(cookie)


async def test_two_processes_at_once_spend_a_refresh_token_once(supabase: AuthSandbox, alice: Person) -> None:
    cookie = await sign_in(supabase, alice)
    seen, before = spoil_access_token(cookie), supabase.refreshes()
    supabase.fault(mode="slow", path="/auth/v1/token", seconds=0.5)
    session_id = row_of(cookie).id

    def renew(_: int) -> None:
        refreshing.refresh_once(session_id, seen=seen, provider=sign_in_provider())

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(renew, range(4)))
    assert supabase.refreshes() == before + 1
    assert await person_for_cookie(cookie)


async def test_a_session_that_supabase_has_ended_is_over_here_too(
    supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await sign_in(supabase, alice)
    row = row_of(cookie)
    sign_in_provider().sign_out(stored_sessions.tokens_of(row).access_token)
    spoil_access_token(cookie)
    assert await person_for_cookie(cookie) is None
    assert execute("select ended_at from sessions where id = :id", id=row.id).scalar_one() is not None


async def test_nobody_is_signed_out_because_supabase_does_not_answer(
    supabase: AuthSandbox, alice: Person
) -> None:
    supabase.set(access_token_seconds=1)
    cookie = await sign_in(supabase, alice)
    await asyncio.sleep(1)
    supabase.fault(mode="status", status=503)
    assert await person_for_cookie(cookie)  # due for renewal, and still good
    spoil_access_token(cookie)
    sessions._recent.clear()
    refreshing._just_tried.clear()
    assert await person_for_cookie(cookie) is None  # no longer good, and nobody to renew it
    supabase.mend()
    refreshing._just_tried.clear()
    assert await person_for_cookie(cookie)


async def test_trouble_at_supabase_does_not_make_us_ask_in_a_loop(
    supabase: AuthSandbox, alice: Person
) -> None:
    cookie = await sign_in(supabase, alice)
    spoil_access_token(cookie)
    supabase.fault(mode="status", status=503)
    before = supabase.refreshes()
    for _ in range(20):
        assert await person_for_cookie(cookie) is None
    assert supabase.refreshes() == before + 1


async def test_a_session_stays_in_its_clinic_whichever_the_token_names(
    supabase: AuthSandbox, alice: Person, other_organization: Row[Any]
) -> None:
    cookie = await sign_in(supabase, alice)
    make_membership(org_id=other_organization.id, person_id=alice.person_id)
    elsewhere = Person(**vars(alice) | {"org_id": other_organization.id})
    supabase.register(elsewhere, org_id=other_organization.id)
    there = sign_in_provider().sign_in(email=alice.email, password=PASSWORD)
    replace_tokens(cookie, there)
    places = [await person_for_cookie(one) for one in (cookie, (await start_session(there)).cookie_value)]
    assert [one and one.org_id for one in places] == [alice.org_id, other_organization.id]


async def test_an_operator_is_in_no_clinic(supabase: AuthSandbox, organization: Row[Any]) -> None:
    operator = make_person(full_name="Olga Operator", is_operator=True)
    make_membership(org_id=organization.id, person_id=operator.id, role="owner")
    supabase.register(operator, org_id=organization.id)
    tokens = sign_in_provider().sign_in(email=operator.email, password=PASSWORD)
    cookie = (await start_session(tokens)).cookie_value
    assert await person_for_cookie(cookie) is None
    found = await sessions.who_for_cookie(cookie)
    assert isinstance(found, Operator)
    assert found.person_id == operator.id


async def test_whose_token_names_no_clinic_of_theirs_is_in_the_one_they_turned_to_last(
    supabase: AuthSandbox, organization: Row[Any], other_organization: Row[Any]
) -> None:
    person = make_person()
    make_membership(org_id=organization.id, person_id=person.id, chosen_at=datetime(2026, 1, 2, tzinfo=UTC))
    make_membership(
        org_id=other_organization.id, person_id=person.id, chosen_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    supabase.register(person, org_id=None)
    started = await start_session(sign_in_provider().sign_in(email=person.email, password=PASSWORD))
    assert isinstance(started.who, SignedIn)
    assert started.who.org_id == organization.id
    assert [one.name for one in started.who.others] == ["Birchwood Physiotherapy"]


@pytest.mark.parametrize("place", ["a clinic they are not in", "a clinic they have left"])
async def test_a_right_password_alone_opens_no_clinic(
    supabase: AuthSandbox, organization: Row[Any], bob: Person, place: str
) -> None:
    person = make_person()
    org_id: UUID | None = organization.id
    if place == "a clinic they have left":
        make_membership(org_id=organization.id, person_id=person.id, removed_at=datetime.now(UTC))
    supabase.register(person, org_id=org_id)
    tokens = sign_in_provider().sign_in(email=person.email, password=PASSWORD)
    cookie = (await start_session(tokens)).cookie_value
    assert await person_for_cookie(cookie) is None
    assert await sessions.newcomer_for_cookie(cookie)


def a_stranger(supabase: AuthSandbox, **values: Any) -> Person:
    """Somebody whom Supabase knows, and we do not."""
    stranger = Person(uuid4(), uuid4(), f"{uuid4().hex[:12]}@example.test", "Stella Stranger", "")
    supabase.register(stranger, org_id=None, **values)
    return stranger


async def test_a_confirmed_newcomer_is_written_down_once_by_the_id_of_their_token(
    supabase: AuthSandbox,
) -> None:
    stranger = a_stranger(supabase, user_metadata={"full_name": "  Stella Stranger "})
    tokens = [sign_in_provider().sign_in(email=stranger.email, password=PASSWORD) for _ in range(2)]
    started = await asyncio.gather(*map(start_session, tokens))
    assert {one.who.person_id for one in started} == {stranger.person_id}
    assert all(isinstance(one.who, WithoutClinic) for one in started)
    row = execute("select * from people where email = :email", email=stranger.email).one()
    assert (row.id, row.full_name, row.is_operator) == (stranger.person_id, "Stella Stranger", False)


async def test_an_address_that_is_not_confirmed_makes_nobody_known(supabase: AuthSandbox) -> None:
    stranger = a_stranger(supabase)
    tokens = sign_in_provider().sign_in(email=stranger.email, password=PASSWORD)
    assert tokens.account
    unconfirmed = replace(tokens, account=replace(tokens.account, email_is_confirmed=False))
    with pytest.raises(NoClinic):
        await start_session(unconfirmed)
    assert execute("select count(*) from people where id = :id", id=stranger.person_id).scalar_one() == 0
    with pytest.raises(SessionRevoked):
        sign_in_provider().refresh(tokens.refresh_token)  # given back


async def test_the_same_address_under_another_id_is_not_the_same_person(
    supabase: AuthSandbox, bob: Person
) -> None:
    imposter = Person(**vars(bob) | {"person_id": uuid4()})
    supabase.register(imposter, org_id=bob.org_id)
    tokens = sign_in_provider().sign_in(email=bob.email, password=PASSWORD)
    with pytest.raises(AddressTaken):
        await start_session(tokens)


async def test_tokens_of_one_beside_the_account_of_another_open_nothing(
    supabase: AuthSandbox, alice: Person, bob: Person
) -> None:
    for person in (alice, bob):
        supabase.register(person, org_id=person.org_id)
    hers, his = (sign_in_provider().sign_in(email=who.email, password=PASSWORD) for who in (alice, bob))
    with pytest.raises(SignInUnavailable):
        await start_session(replace(hers, account=his.account))


async def test_a_clinic_that_is_suspended_lets_nobody_in(supabase: AuthSandbox, alice: Person) -> None:
    execute("update organizations set suspended_at = now() where id = :id", id=alice.org_id)
    with pytest.raises(ClinicSuspended):
        await sign_in(supabase, alice)
