"""One clinic as operators see it: who runs it and how it does, but nothing of its patients'."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.foundation import clock
from voxanne_app.identity import clinics, visits
from voxanne_app.identity.models import Organization
from voxanne_app.identity.organization_list import call_figures
from voxanne_app.identity.people import role_in_words
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.team_list import members, open_invitations
from voxanne_app.identity.ui.settings_view import VisitLine, visit_line
from voxanne_app.ui import formatting
from voxanne_app.ui.arguments import BadArgument, identifier, text
from voxanne_app.ui.session import PlatformScreen, guarded

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class PersonLine:
    name: str = ""
    email: str = ""
    role: str = ""


@dataclass(frozen=True)
class ClinicRecord:
    """`suspended` says since when; empty while the clinic is open."""

    id: str = ""
    name: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    suspended: str = ""
    suspended_reason: str = ""


class OrganizationState(PlatformScreen):
    is_loaded: bool = False
    exists: bool = False
    clinic: ClinicRecord = ClinicRecord()
    team: list[PersonLine] = []
    invited: list[PersonLine] = []
    visits: list[VisitLine] = []

    @guarded("platform.organizations")
    async def load(self) -> None:
        self.is_loaded = False
        await self._look()

    @guarded("platform.organizations")
    async def suspend(self, form: dict[str, Any]) -> None:
        reason = text(
            (form if isinstance(form, dict) else {}).get("reason", ""), at_most=500, name="The reason"
        )
        org_id, now = self._named(), clock.now()
        await self._do(
            lambda session: clinics.suspend(session, org_id=org_id, reason=reason, now=now),
            "The clinic is suspended. Its people are out within five seconds.",
        )

    @guarded("platform.organizations")
    async def resume(self) -> None:
        org_id = self._named()
        await self._do(lambda session: clinics.resume(session, org_id=org_id), "The clinic is open again.")

    def _named(self) -> UUID:
        return identifier(getattr(self, "clinic_id", ""), name="This clinic")

    async def _do(self, work: Any, good_news: str) -> None:
        try:
            await self.in_platform_transaction("platform.organizations", work)
        except ClinicRefusal as refusal:
            self.say(str(refusal), "bad")
        else:
            self.say(good_news)
        await self._look()

    async def _look(self) -> None:
        now = clock.now()
        try:
            org_id = self._named()
            found = await self.in_platform_transaction(
                "platform.organizations", lambda session: _read(session, org_id, now)
            )
        except BadArgument:
            found = None
        self.is_loaded, self.exists = True, found is not None
        if found:
            self.clinic, self.team, self.invited, self.visits = found


def _read(
    session: Session, org_id: UUID, now: datetime
) -> tuple[ClinicRecord, list[PersonLine], list[PersonLine], list[VisitLine]] | None:
    clinic = session.get(Organization, org_id)
    if clinic is None:
        return None
    return (
        _record(clinic, *call_figures(session, org_id, now=now), now),
        [PersonLine(one.name, one.email, role_in_words(one.role)) for one in members(session, org_id=org_id)],
        [
            PersonLine("", one.email, role_in_words(one.role))
            for one in open_invitations(session, org_id=org_id)
        ],
        [visit_line(one, zone=_UTC, now=now) for one in visits.recent_visits(session, org_id=org_id)],
    )


def _record(clinic: Organization, calls: int, last_call_at: datetime | None, now: datetime) -> ClinicRecord:
    suspended_at = clinic.suspended_at
    return ClinicRecord(
        id=str(clinic.id),
        name=clinic.name,
        facts=(
            ("Time zone", clinic.time_zone.replace("_", " ")),
            ("Phone", formatting.phone(clinic.phone) if clinic.phone else "None"),
            ("Since", formatting.day_and_time(clinic.created_at, _UTC, now=now)),
            ("Calls, 7 days", f"{calls:,}"),
            ("Last call", formatting.when(last_call_at, _UTC, now=now) if last_call_at else "None yet"),
        ),
        suspended=formatting.when(suspended_at, _UTC, now=now) if suspended_at else "",
        suspended_reason=clinic.suspended_reason,
    )
