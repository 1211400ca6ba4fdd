"""The demo: there in one go, the same when made again, and each clinic for itself."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.shared_postgres import Database, migrated_database
from voxanne_app import demo
from voxanne_app.demo import Demo
from voxanne_app.foundation.database import Claims, engine_for, transaction_at
from voxanne_app.foundation.settings import Settings

NOW = datetime(2026, 11, 24, 17, 41, tzinfo=UTC)
TABLES = (
    *(
        "call_logs",
        "call_turns",
        "call_tool_calls",
        "cost_entries",
        "cases",
        "contacts",
        "bookings",
        "memberships",
    ),
    *(
        "services",
        "practitioners",
        "working_hours",
        "hour_exceptions",
        "vendor_addresses",
        "phone_numbers",
        "agents",
        "audit_events",
    ),
)


@pytest.fixture(scope="module")
def place() -> Iterator[Database]:
    """A database of the demo's own: its people have the same ids everywhere."""
    with migrated_database(f"test_{os.getpid()}_demo") as database:
        yield database
        engine_for(database.app_url).dispose()


@pytest.fixture(scope="module")
def made(place: Database) -> Demo:
    return demo.seed(place.app_url, NOW)


def counts(place: Database, made: Demo) -> dict[str, int]:
    found: dict[str, int] = {}
    for organization in made.organizations:
        with transaction_at(place.app_url, Claims.organization(UUID(organization["id"]))) as session:
            for table in TABLES:
                number = session.connection().execute(text(f"select count(*) from {table}")).scalar_one()
                found[f"{organization['name']} {table}"] = number
    return found


def ask(place: Database, organization, statement: str):
    with transaction_at(place.app_url, Claims.organization(UUID(organization["id"]))) as session:
        return session.connection().execute(text(statement), {"now": NOW}).all()


def test_every_screen_has_something_to_show(place: Database, made: Demo) -> None:
    assert all(number > 0 for number in counts(place, made).values())
    for organization in made.organizations:
        today = ask(place, organization, "select 1 from bookings where starts_at::date = '2026-11-24'")
        assert len(today) >= 5
        outcomes = {row.outcome for row in ask(place, organization, "select distinct outcome from call_logs")}
        assert {"booked", "answered", "callback", "moved"} <= outcomes
        assert ask(place, organization, "select 1 from cases where resolved_at is null and is_urgent")


def test_nothing_lies_in_the_future_that_cannot(place: Database, made: Demo) -> None:
    for organization in made.organizations:
        assert not ask(place, organization, "select 1 from call_logs where ended_at > :now")
        assert not ask(place, organization, "select 1 from bookings where created_at > :now")
        done = "select 1 from bookings where status in ('completed', 'no_show') and ends_at > :now"
        assert not ask(place, organization, done)


def test_a_call_costs_the_sum_of_its_parts(place: Database, made: Demo) -> None:
    statement = """select c.id from call_logs c join cost_entries e on e.call_id = c.id
        group by c.id having c.cost_usd <> sum(e.amount_usd)"""
    assert not ask(place, made.organizations[0], statement)


def test_nobody_sits_in_two_chairs_at_once(place: Database, made: Demo) -> None:
    statement = """select 1 from bookings a join bookings b on a.id < b.id and a.patient_name = b.patient_name
        and a.starts_at < b.ends_at and b.starts_at < a.ends_at"""
    for organization in made.organizations:
        assert not ask(place, organization, statement)


def test_seeding_again_makes_nothing_twice_and_time_goes_on(place: Database, made: Demo) -> None:
    before = counts(place, made)
    demo.seed(place.app_url, NOW)
    assert counts(place, made) == before
    demo.seed(place.app_url, NOW + timedelta(days=2))
    after = counts(place, made)
    assert after["Cedar Lane Dental call_logs"] > before["Cedar Lane Dental call_logs"]
    assert after["Cedar Lane Dental bookings"] > before["Cedar Lane Dental bookings"]
    assert after["Cedar Lane Dental contacts"] == before["Cedar Lane Dental contacts"]


def test_the_description_needs_no_database_and_is_what_seeding_returns(made: Demo) -> None:
    assert demo.demo_description() == made


def test_there_is_a_sign_in_for_every_role(made: Demo) -> None:
    by_clinic = {(one["organization"], one["role"]) for one in made.sign_ins}
    clinics = [organization["name"] for organization in made.organizations]
    assert by_clinic == {
        (name, role) for name in clinics for role in ("owner", "admin", "staff", "viewer")
    } | {("", "platform")}


def test_the_sandbox_knows_the_same_people_lines_and_tools(made: Demo) -> None:
    settings = Settings.model_validate(
        {"vapi_webhook_secrets": "demo-secret", "public_url": "http://localhost:18601"}
    )
    seed = made.sandbox_seed(settings)
    users = {user["email"]: user["app_metadata"] for user in seed["supabase"]["users"]}
    assert users.keys() == {one["email"] for one in made.sign_ins}
    assert users["front-desk@cedarlane.example"] == {"org_id": made.organizations[0]["id"]}
    assert users["operator@voxanne.example"] == {}
    assistants = {one["id"]: one for one in seed["vapi"]["assistants"]}
    tools = {tool["id"] for tool in seed["vapi"]["tools"]}
    for organization in made.organizations:
        assistant = assistants[organization["assistant_id"]]
        assert assistant["server"]["url"] == "http://localhost:18601/webhooks/vapi"
        assert assistant["server"]["headers"] == {"X-Vapi-Secret": "demo-secret"}
        assert set(assistant["model"]["toolIds"]) == tools
    lines = {(one["id"], one["number"]) for one in seed["vapi"]["phone_numbers"]}
    assert lines == {(one["phone_number_id"], one["number"]) for one in made.organizations}
