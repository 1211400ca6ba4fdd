"""Who is in a clinic and as what: roles, the last owner, and that nobody reaches above themselves."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text

from tests.people import Person, join
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.identity import team
from voxanne_app.identity.refusals import ClinicRefusal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def membership_of(person: Person) -> UUID:
    return one("select id from memberships where person_id = :id", person.claims, id=person.person_id).id


def one(statement: str, claims: Claims, **values: Any) -> Row[Any]:
    with transaction(claims) as session:
        return session.connection().execute(text(statement), values).one()


def trail(claims: Claims) -> list[str]:
    with transaction(claims) as session:
        rows = session.connection().execute(text("select action from audit_events order by number"))
        return [row.action for row in rows]


def standing(person: Person) -> str:
    found = "select coalesce(case when removed_at is null then role end, 'out') from memberships "
    return str(one(f"{found} where person_id = :id", person.claims, id=person.person_id)[0])


def change(actor: Person, member: Person, role: str) -> None:
    with transaction(actor.claims) as session:
        team.change_role(
            session,
            org_id=actor.org_id,
            actor_id=actor.person_id,
            membership_id=membership_of(member),
            role=role,
        )


def remove(actor: Person, member: Person) -> None:
    with transaction(actor.claims) as session:
        team.remove(
            session,
            org_id=actor.org_id,
            actor_id=actor.person_id,
            membership_id=membership_of(member),
            now=NOW,
        )


def test_an_owner_makes_an_administrator_who_then_does_the_same(
    organization: Row[Any], alice: Person, bob: Person
) -> None:
    change(alice, bob, "admin")
    viewer = join(organization, full_name="Vera View", role="viewer")
    change(bob, viewer, "admin")
    assert (standing(bob), standing(viewer)) == ("admin", "admin")
    assert trail(alice.claims) == ["team.role_changed", "team.role_changed"]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda boss, her, him: change(him, him, "owner"), "who is Owner"),
        (lambda boss, her, him: change(him, boss, "staff"), "who is Owner"),
        (lambda boss, her, him: remove(him, boss), "who is Owner"),
        (lambda boss, her, him: change(her, him, "staff"), "who is Administrator"),
        (lambda boss, her, him: remove(her, him), "who is Administrator"),
    ],
)
def test_nobody_gives_or_takes_a_role_above_their_own(
    organization: Row[Any], alice: Person, act: Callable[..., None], sentence: str
) -> None:
    staff = join(organization, full_name="Stan Staff", role="staff")
    admin = join(organization, full_name="Ada Admin", role="admin")
    with pytest.raises(ClinicRefusal, match=sentence):
        act(alice, staff, admin)
    assert [standing(who) for who in (alice, staff, admin)] == ["owner", "staff", "admin"]
    assert trail(alice.claims) == []


def test_what_the_actor_is_now_counts_and_not_what_they_were(
    organization: Row[Any], alice: Person, bob: Person
) -> None:
    admin = join(organization, full_name="Ada Admin", role="admin")
    remove(alice, admin)
    with pytest.raises(ClinicRefusal, match="do not belong"):
        change(admin, bob, "viewer")


def test_the_last_owner_stays_one(organization: Row[Any], alice: Person) -> None:
    for act in (lambda: change(alice, alice, "admin"), lambda: remove(alice, alice)):
        with pytest.raises(ClinicRefusal, match="A clinic needs an owner"):
            act()
    with pytest.raises(ClinicRefusal, match="A clinic needs an owner"), transaction(alice.claims) as session:
        team.leave(session, org_id=alice.org_id, person_id=alice.person_id, now=NOW)
    second = join(organization, full_name="Olive Owner", role="owner")
    remove(alice, alice)
    assert (standing(alice), standing(second)) == ("out", "owner")
    assert trail(second.claims) == ["team.member_left"]


def test_of_two_owners_who_leave_at_once_one_stays(organization: Row[Any], alice: Person) -> None:
    second = join(organization, full_name="Olive Owner", role="owner")
    both_inside, refused = threading.Barrier(2, timeout=10), []

    def leave(person: Person) -> None:
        with transaction(person.claims) as session:
            session.connection().execute(text("select 1"))
            both_inside.wait()
            team.leave(session, org_id=person.org_id, person_id=person.person_id, now=NOW)

    def try_to_leave(person: Person) -> None:
        try:
            leave(person)
        except ClinicRefusal as refusal:
            refused.append(str(refusal))

    threads = [threading.Thread(target=try_to_leave, args=(who,)) for who in (alice, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    assert sorted((standing(alice), standing(second))) == ["out", "owner"]
    assert len(refused) == 1


def test_another_clinics_people_are_not_there(alice: Person, charlie: Person) -> None:
    theirs = membership_of(charlie)
    with pytest.raises(ClinicRefusal, match="does not belong"), transaction(alice.claims) as session:
        team.remove(session, org_id=alice.org_id, actor_id=alice.person_id, membership_id=theirs, now=NOW)
    assert standing(charlie) == "owner"
