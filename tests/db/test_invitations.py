"""A link for one address: made by whoever may, used once, by the person whose confirmed address it names."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text

from tests.db.test_team import one, remove, trail
from tests.factories import make_membership, make_person
from tests.people import Person, join
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity import invitations, joining
from voxanne_app.identity.clinic_models import Invitation
from voxanne_app.identity.refusals import ClinicRefusal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NEXT_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def nora(database: Any) -> Row[Any]:
    """Somebody whom no clinic knows yet."""
    return make_person(full_name="Nora New")


def invite(actor: Person, email: str, role: str = "staff", now: datetime = NOW) -> UUID:
    with transaction(actor.claims) as session:
        made: Invitation = invitations.invite(
            session,
            org_id=actor.org_id,
            actor_id=actor.person_id,
            own_role=actor.role,
            email=email,
            role=role,
            now=now,
        )
        return made.id


def letter(actor: Person, invitation_id: UUID) -> str:
    """The token that the mail would carry."""
    with transaction(Claims.organization(actor.org_id)) as session:
        written = invitations.write_letter(session, org_id=actor.org_id, invitation_id=invitation_id)
    assert written
    return written.token


def accept(token: str, person: Row[Any], now: datetime = NOW) -> UUID:
    with transaction(Claims.system(person_id=person.id)) as session:
        return joining.accept(session, token, person_id=person.id, now=now)


def jobs(claims: Claims, name: str) -> int:
    return int(one("select count(*) from jobs where name = :name", claims, name=name)[0])


def test_whoever_the_address_belongs_to_joins_once(alice: Person, nora: Row[Any]) -> None:
    token = letter(alice, invite(alice, f" {nora.email.upper()} "))
    with transaction(Claims.system()) as session:
        offer = joining.read_offer(session, token, now=NOW)
    assert (offer.clinic, offer.role, offer.invited_by) == ("Alder Street Dental", "staff", "Alice Alder")
    assert offer.is_known
    assert accept(token, nora) == alice.org_id
    member = one("select role from memberships where person_id = :id", alice.claims, id=nora.id)
    assert member.role == "staff"
    assert trail(alice.claims) == ["team.invited", "team.joined"]
    with pytest.raises(ClinicRefusal, match="not valid"):
        accept(token, nora)


def test_the_link_is_nothing_to_anybody_else(alice: Person, nora: Row[Any]) -> None:
    token = letter(alice, invite(alice, nora.email))
    for stranger in (make_person(), make_person(email=f"{nora.email}.evil.test")):
        with pytest.raises(ClinicRefusal, match="another e-mail address"):
            accept(token, stranger)
    for guess in ("", "x" * 43, token[:-1], token.swapcase()):
        with pytest.raises(ClinicRefusal, match="not valid"):
            accept(guess, make_person())
    operator = make_person(is_operator=True)
    token = letter(alice, invite(alice, operator.email))
    with pytest.raises(ClinicRefusal, match="Operators"):
        accept(token, operator)


def test_two_browsers_at_once_make_one_member(alice: Person, nora: Row[Any]) -> None:
    token = letter(alice, invite(alice, nora.email))
    said: list[str] = []

    def try_it() -> None:
        try:
            accept(token, nora)
            said.append("in")
        except ClinicRefusal as refusal:
            said.append(str(refusal))

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    assert sorted(said)[-1] == "in"
    assert said.count("in") == 1
    assert one("select count(*) from memberships where person_id = :id", alice.claims, id=nora.id)[0] == 1


def test_a_link_dies_with_its_week_its_withdrawal_its_successor_and_its_inviter(
    organization: Row[Any], alice: Person, nora: Row[Any]
) -> None:
    admin = join(organization, full_name="Ada Admin", role="admin")
    invitation_id = invite(admin, nora.email)
    first = letter(alice, invitation_id)
    second = letter(alice, invitation_id)
    with pytest.raises(ClinicRefusal, match="not valid"):
        accept(first, nora)
    with pytest.raises(ClinicRefusal, match="expired"):
        accept(second, nora, NEXT_WEEK)
    remove(alice, admin)
    with pytest.raises(ClinicRefusal, match="no longer holds"):
        accept(second, nora)
    with transaction(alice.claims) as session:
        invitations.withdraw(session, org_id=alice.org_id, invitation_id=invitation_id, now=NOW)
    with pytest.raises(ClinicRefusal, match="not valid"):
        accept(second, nora)
    assert trail(alice.claims) == ["team.invited", "team.member_removed", "team.invitation_withdrawn"]


@pytest.mark.parametrize(
    "typed", ["", "nora", "nora@", "@x.test", "a b@x.test", "a@b", "a@x.test,b@x.test", "a" * 300]
)
def test_what_is_no_address_is_refused(alice: Person, typed: str) -> None:
    with pytest.raises(ClinicRefusal, match="no e-mail address"):
        invite(alice, typed)


def test_nobody_invites_above_themselves_or_twice(organization: Row[Any], alice: Person) -> None:
    admin = join(organization, full_name="Ada Admin", role="admin")
    with pytest.raises(ClinicRefusal, match="above your own"):
        invite(admin, "nora@example.test", "owner")
    with pytest.raises(ClinicRefusal, match="above your own"):
        invite(admin, "nora@example.test", "platform")
    invite(admin, "nora@example.test", "admin")
    with pytest.raises(ClinicRefusal, match="invited already"):
        invite(alice, "Nora@example.test")
    member = make_person()
    make_membership(org_id=alice.org_id, person_id=member.id)
    with pytest.raises(ClinicRefusal, match="belongs to the clinic already"):
        invite(alice, member.email.upper())
    assert invite(alice, "nora@example.test", now=NEXT_WEEK)  # the one that has expired gives way


def test_it_is_mailed_again_with_a_new_week(alice: Person) -> None:
    invitation_id = invite(alice, "nora@example.test")
    with transaction(alice.claims) as session:
        invitations.note_mailed(
            session, org_id=alice.org_id, invitation_id=invitation_id, account_id=None, now=NOW
        )
    for wait, refused in ((timedelta(seconds=20), True), (timedelta(days=3), False)):
        with transaction(alice.claims) as session:
            if refused:
                with pytest.raises(ClinicRefusal, match="sent just now"):
                    invitations.resend(
                        session, org_id=alice.org_id, invitation_id=invitation_id, now=NOW + wait
                    )
            else:
                again = invitations.resend(
                    session, org_id=alice.org_id, invitation_id=invitation_id, now=NOW + wait
                )
                assert again.expires_at == NEXT_WEEK + wait
    assert jobs(alice.claims, "identity.mail_invitation") == 1  # still the one that waits


def test_whoever_left_comes_back_with_the_new_role(
    organization: Row[Any], alice: Person, bob: Person
) -> None:
    remove(alice, bob)
    token = letter(alice, invite(alice, bob.email, "viewer"))
    with transaction(Claims.system()) as session:
        row = session.connection().execute(text("select * from people where id = :id"), {"id": bob.person_id})
        person = row.one()
    accept(token, person)
    member = one(
        "select role, removed_at from memberships where person_id = :id", bob.claims, id=bob.person_id
    )
    assert (member.role, member.removed_at) == ("viewer", None)
