"""The demo: two clinics that know nothing of each other, with people, weeks of calls and of bookings.

`seed` may run at every start: nothing is made twice, and days that have passed since are filled in. It works
as each organization, under row level security, like everybody else. Never in production.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from voxanne_app.demo_data.acts import write_acts
from voxanne_app.demo_data.agenda import agenda
from voxanne_app.demo_data.agent_versions import tell_calls
from voxanne_app.demo_data.calls import calls
from voxanne_app.demo_data.clinic_rows import write_clinic
from voxanne_app.demo_data.clinics import CLINICS, OPERATOR, DemoClinic, DemoPerson, demo_id
from voxanne_app.demo_data.kept_tests import write_tests
from voxanne_app.demo_data.past_rows import write_past
from voxanne_app.demo_data.writing import put
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction_at
from voxanne_app.foundation.settings import Settings
from voxanne_app.identity.models import Membership, Person
from voxanne_app.integrations.vapi.assistant_body import AGENT, SERVER_MESSAGES, OurServer, with_secret
from voxanne_app.integrations.vapi.published_tools import tool_body
from voxanne_app.wiring import VOICE_TOOLS


@dataclass(frozen=True)
class Demo:
    """What `run.json` tells about the demo: see the promise to the outside in the README."""

    organizations: tuple[Mapping[str, Any], ...]
    sign_ins: tuple[Mapping[str, str], ...]

    def sandbox_seed(self, settings: Settings) -> dict[str, dict[str, Any]]:
        """The vendors' side: assistants, lines and tools at the voice platform, users at the sign-in."""
        server = OurServer(
            f"{settings.public_url}/webhooks/vapi", settings.require_list("vapi_webhook_secrets")[0]
        )
        tools = [_published(name, server) for name in VOICE_TOOLS]
        return {
            "vapi": {
                "tools": tools,
                "assistants": [_assistant(clinic, server, tools) for clinic in CLINICS],
                "phone_numbers": [
                    {
                        "id": str(clinic.phone_number_id),
                        "number": clinic.number,
                        "name": clinic.agent,
                        "assistantId": str(clinic.assistant_id),
                    }
                    for clinic in CLINICS
                ],
            },
            "supabase": {"users": [_user(one) for one in self.sign_ins]},
        }


def demo_description() -> Demo:
    """The demo's facts, without a database."""
    sign_ins = [_sign_in(person, clinic) for clinic in CLINICS for person in clinic.people]
    return Demo(
        organizations=tuple(
            {
                "id": str(clinic.id),
                "name": clinic.name,
                "time_zone": clinic.time_zone,
                "assistant_id": str(clinic.assistant_id),
                "phone_number_id": str(clinic.phone_number_id),
                "number": clinic.number,
            }
            for clinic in CLINICS
        ),
        sign_ins=(*sign_ins, _sign_in(OPERATOR, None)),
    )


def seed(database_url: str, now: datetime | None = None) -> Demo:
    """Put the demo into the database at `database_url` (as the app's role), around `now`."""
    now = now or clock.now()
    _write_people(database_url)
    for clinic in CLINICS:
        bookings = list(agenda(clinic, now))
        with transaction_at(database_url, Claims.organization(clinic.id)) as session:
            write_clinic(session, clinic, now)
            put(session, Membership, [_membership(person, clinic) for person in clinic.people])
            write_past(session, clinic, list(calls(clinic, bookings, now)), bookings, now)
            tell_calls(session, clinic)
            write_tests(session, clinic)
        write_acts(database_url, clinic)
    return demo_description()


def _write_people(database_url: str) -> None:
    """As the platform: only that may say who people are."""
    with transaction_at(database_url, Claims.system()) as session:
        put(session, Person, [_person(OPERATOR) | {"is_operator": True}])
        for clinic in CLINICS:
            put(session, Person, [_person(person) for person in clinic.people])


def _person(person: DemoPerson) -> dict[str, Any]:
    return {"id": _person_id(person), "email": person.email, "full_name": person.full_name}


def _membership(person: DemoPerson, clinic: DemoClinic) -> dict[str, Any]:
    membership_id = demo_id("membership", person.email)
    return {"id": membership_id, "org_id": clinic.id, "person_id": _person_id(person), "role": person.role}


def _sign_in(person: DemoPerson, clinic: DemoClinic | None) -> dict[str, str]:
    return {
        "email": person.email,
        "password": person.password,
        "organization": clinic.name if clinic else "",
        "organization_id": str(clinic.id) if clinic else "",
        "role": person.role,
        "person_id": str(_person_id(person)),
        "full_name": person.full_name,
    }


def _person_id(person: DemoPerson) -> UUID:
    return demo_id("person", person.email)


def _user(sign_in: Mapping[str, str]) -> dict[str, Any]:
    organization = {"org_id": sign_in["organization_id"]} if sign_in["organization_id"] else {}
    return {
        "id": sign_in["person_id"],
        "email": sign_in["email"],
        "password": sign_in["password"],
        "app_metadata": organization,
        "user_metadata": {"full_name": sign_in["full_name"]},
    }


def _published(name: str, server: OurServer) -> dict[str, Any]:
    return {"id": str(demo_id("tool", name)), **with_secret(tool_body(VOICE_TOOLS[name], server), server)}


def _assistant(clinic: DemoClinic, server: OurServer, tools: list[dict[str, Any]]) -> dict[str, Any]:
    """Enough to answer with until the agent's own version is published, seconds later."""
    plain = {
        "id": str(clinic.assistant_id),
        "name": f"{clinic.name}: {clinic.agent}"[:40],
        "firstMessage": clinic.greeting,
        "serverMessages": list(SERVER_MESSAGES),
        "server": server.body(),
        "model": {"provider": "openai", "model": "gpt-4.1", "toolIds": [tool["id"] for tool in tools]},
        "metadata": {AGENT: str(clinic.agent_id)},
    }
    return with_secret(plain, server)
