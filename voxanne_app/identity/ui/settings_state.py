"""Settings: what the clinic says about itself, and who of the platform looked into it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.bookings.ahead import booked_ahead
from voxanne_app.calls.retention import weigh
from voxanne_app.foundation import clock
from voxanne_app.foundation.phone_numbers import as_written
from voxanne_app.identity import clinics, visits
from voxanne_app.identity.clinics import LONGEST_ADDRESS, LONGEST_ANNOUNCEMENT, LONGEST_NAME, Profile
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.team import ROLES
from voxanne_app.identity.team_list import MemberView, members
from voxanne_app.identity.ui.settings_view import (
    VisitLine,
    visit_line,
    what_goes,
    what_moves,
    who_must_enrol,
)
from voxanne_app.ui.arguments import BadArgument, one_of, text, whole_number
from voxanne_app.ui.session import Screen, guarded

_FIELDS = {
    "name": LONGEST_NAME,
    "time_zone": 60,
    "phone": 40,
    "address": LONGEST_ADDRESS,
    "announcement": LONGEST_ANNOUNCEMENT,
    "keep_days": 5,
}


@dataclass(frozen=True)
class ProfileDraft:
    """The form: what is typed as text, and the roles that need a second factor."""

    name: str = ""
    time_zone: str = ""
    phone: str = ""
    address: str = ""
    announcement: str = ""
    keep_days: str = ""
    factor_for: tuple[str, ...] = ()


class SettingsState(Screen):
    is_loaded: bool = False
    draft: ProfileDraft = ProfileDraft()
    version: int = 0
    is_changed: bool = False
    zone_warning: str = ""
    factor_warning: str = ""
    keep_warning: str = ""
    asks_to_delete: bool = False
    problem: str = ""
    visits: list[VisitLine] = []
    _seen: Profile = Profile("", "UTC")
    _booked: int = 0
    _without_factor: list[tuple[str, str]] = []

    @guarded("team.read")
    async def load(self) -> None:
        await self._look()

    @guarded("team.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("clinic"):
            async with self:
                if not self.is_changed:
                    await self._look()

    @guarded("clinic.edit")
    async def edit(self, name: str, value: str) -> None:
        """One field, as it is typed."""
        name = one_of(name, _FIELDS)
        words = value if isinstance(value, str) else str(value)
        self._change(name, text(words, at_most=_FIELDS[name]))
        before, after = self._seen.time_zone, self.draft.time_zone
        self.zone_warning = what_moves(before, after, booked=self._booked, now=clock.now())
        if name == "keep_days":
            await self._weigh()

    @guarded("clinic.edit")
    def ask_factor(self, role: str) -> None:
        """Whether those with this role need a second factor: the other way round than the form says."""
        role = one_of(role, ROLES, name="The role")
        roles = set(self.draft.factor_for) ^ {role}
        self._change("factor_for", tuple(sorted(roles)))
        self.factor_warning = who_must_enrol(self._without_factor, roles - set(self._seen.factor_for))

    def _change(self, name: str, value: str | tuple[str, ...]) -> None:
        self.draft, self.problem = ProfileDraft(**asdict(self.draft) | {name: value}), ""
        self.is_changed = self.draft != _draft(self._seen)

    @guarded("clinic.edit")
    async def save(self) -> None:
        """Save, or ask first when that deletes recordings."""
        self.asks_to_delete = await self._weigh() > 0
        if not self.asks_to_delete:
            await self._save()

    @guarded("clinic.edit")
    async def save_and_delete(self) -> None:
        self.asks_to_delete = False
        await self._save()

    @guarded("clinic.edit")
    def keep_them(self) -> None:
        self.asks_to_delete = False

    async def _weigh(self) -> int:
        """How many recordings the typed time deletes next; says so beside it."""
        person, now, self.keep_warning = await self.asking(), clock.now(), ""
        try:
            days = _days(self.draft)
        except BadArgument:
            return 0
        weighed = await self.in_transaction(
            "clinic.edit", lambda session: weigh(session, org_id=person.org_id, days=days, now=now)
        )
        before, zone = self._seen.keep_days, ZoneInfo(self._seen.time_zone)
        self.keep_warning = what_goes(weighed, before=before, days=days, zone=zone, now=now)
        return weighed.going

    async def _save(self) -> None:
        person, seen = await self.asking(), self._seen
        try:
            profile = _profile(self.draft)
            await self.in_transaction(
                "clinic.edit",
                lambda session: clinics.describe(session, profile, org_id=person.org_id, seen=seen),
            )
        except (ClinicRefusal, BadArgument) as refusal:
            self.problem = str(refusal)
            return
        self.say("The settings are saved.")
        await self._look()

    @guarded("clinic.edit")
    async def discard(self) -> None:
        await self._look()

    async def _look(self) -> None:
        person, now = await self.asking(), clock.now()
        seen, booked, looks, people = await self.in_transaction(
            "team.read", lambda session: _read(session, person.org_id, now)
        )
        self._seen, self._booked = seen, booked
        self.draft, self.version = _draft(seen), self.version + 1
        self.is_changed, self.asks_to_delete = False, False
        self.zone_warning = self.factor_warning = self.keep_warning = self.problem = ""
        self._without_factor = [(one.name, one.role) for one in people if not one.has_factor]
        zone = ZoneInfo(seen.time_zone)
        self.visits = [visit_line(one, zone=zone, now=now) for one in looks]
        self.is_loaded = True


def _read(
    session: Session, org_id: Any, now: datetime
) -> tuple[Profile, int, list[visits.VisitView], list[MemberView]]:
    return (
        clinics.profile_of(session, org_id),
        booked_ahead(session, org_id=org_id, now=now),
        visits.recent_visits(session, org_id=org_id),
        members(session, org_id=org_id),
    )


def _draft(profile: Profile) -> ProfileDraft:
    shown = {"keep_days": str(profile.keep_days), "phone": as_written(profile.phone)}
    return ProfileDraft(**asdict(profile) | shown)


def _profile(draft: ProfileDraft) -> Profile:
    return Profile(**asdict(draft) | {"keep_days": _days(draft)})


def _days(draft: ProfileDraft) -> int:
    return whole_number(draft.keep_days, low=0, high=3650, name="The number of days")
