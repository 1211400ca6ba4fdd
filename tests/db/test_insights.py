"""Insights: what is read from counts is what counting the calls themselves gives, whatever happened since."""

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text

from tests.deliveries import rows
from tests.factories import make_agent, make_call
from voxanne_app.calls.insights.counting import clinics_with_changes, count_changes
from voxanne_app.calls.insights.period import CHOICES, Period, period_of
from voxanne_app.calls.insights.reading import Half, Insights, Sums, insights
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.time_zones import zone_of

ZONE = "America/New_York"
# Clocks went forward on 8 March and back on 1 November 2026.
AFTER_SPRING, AFTER_AUTUMN = (
    datetime(2026, 3, 10, 15, 20, tzinfo=UTC),
    datetime(2026, 11, 3, 15, 20, tzinfo=UTC),
)


def read(
    org: Row[Any], now: datetime, *, choice: str = "7", zone: str = ZONE, agent: UUID | None = None
) -> Insights:
    period = period_of(choice, zone=zone, now=now)
    with transaction(Claims.organization(org.id)) as session:
        return insights(session, period, org_id=org.id, zone=zone, agent_id=agent)


def count(org: Row[Any], now: datetime) -> int:
    with transaction(Claims.organization(org.id)) as session:
        return count_changes(session, org_id=org.id, now=now)


def by_hand(org: Row[Any], period: Period, zone: str, agent: UUID | None = None) -> Insights:
    """The same, from the calls one by one."""
    found = Insights(Half(), Half())
    for call in rows("select * from call_logs where status = 'ended'", org.id):
        wall = call.created_at.astimezone(zone_of(zone)).replace(tzinfo=None)
        if agent not in (None, call.agent_id) or not period.before_since <= wall.date() <= period.today:
            continue
        if wall.date() < period.since and wall >= period.cut:
            continue
        half, one = (found.now if wall.date() >= period.since else found.before), _sums_of(call)
        half.total = _plus(half.total, one)
        parts: tuple[tuple[dict[Any, Sums], Any], ...] = (
            (half.outcomes, call.outcome or ""),
            (half.days, wall.date()),
            (half.versions, (call.agent_id, call.agent_version)),
        )
        if half is found.now:
            at = wall.isoweekday(), wall.hour
            half.hours[at] = half.hours.get(at, 0) + 1
        for sums, key in parts:
            sums[key] = _plus(sums.get(key, Sums()), one)
    return found


def _sums_of(call: Row[Any]) -> Sums:
    is_answered = call.outcome not in ("missed", "failed")
    is_timed = is_answered and call.duration_seconds is not None
    return Sums(
        calls=1,
        answered=int(is_answered),
        booked=int(call.has_booking),
        after_hours=int(call.is_after_hours),
        timed=int(is_timed),
        seconds=call.duration_seconds if is_timed else Decimal(0),
        billed=int(call.cost_usd is not None),
        cost_usd=call.cost_usd or Decimal(0),
    )


def _plus(one: Sums, other: Sums) -> Sums:
    return Sums(*(a + b for a, b in zip(astuple(one), astuple(other), strict=True)))


@contextmanager
def as_clinic(org: Row[Any]) -> Iterator[Any]:
    with transaction(Claims.organization(org.id)) as session:
        yield session.connection()


class Clinic:
    """Calls at random, and what may happen to them afterwards."""

    def __init__(self, org: Row[Any], chance: random.Random, around: datetime) -> None:
        self.org, self.chance, self.around = org, chance, around
        self.agents = [None, *(make_agent(org_id=org.id, name=name).id for name in ("Ada", "Bea"))]
        self.calls = [self.new() for _ in range(60)]

    def drawn(self) -> dict[str, Any]:
        chance = self.chance
        return {
            "created_at": self.around - timedelta(minutes=chance.randrange(-600, 15 * 24 * 60)),
            "status": chance.choice(["ended"] * 5 + ["in_progress"]),
            "outcome": chance.choice([None, "booked", "answered", "missed", "failed"]),
            "agent_id": chance.choice(self.agents),
            "agent_version": chance.choice([None, 1, 2]),
            "has_booking": chance.random() < 0.3,
            "is_after_hours": chance.random() < 0.3,
            "duration_seconds": chance.choice([None, Decimal("61.5"), Decimal(7)]),
            "cost_usd": chance.choice([None, Decimal("0.123456"), Decimal(2)]),
        }

    def new(self) -> UUID:
        return UUID(str(make_call(org_id=self.org.id, **self.drawn()).id))

    def change_some(self, number: int) -> None:
        """Late news: other columns, another beginning, gone, or a call nobody had heard of."""
        for _ in range(number):
            call = self.chance.choice(self.calls)
            drawn = self.drawn()
            names = self.chance.sample(sorted(drawn), self.chance.randint(1, 3))
            if self.chance.random() < 0.2:
                self.calls.append(self.new())
            with as_clinic(self.org) as connection:
                if self.chance.random() < 0.15:
                    connection.execute(text("delete from call_logs where id = :id"), {"id": call})
                    continue
                told = ", ".join(f"{name} = :{name}" for name in names)
                connection.execute(text(f"update call_logs set {told} where id = :id"), drawn | {"id": call})

    def move_to(self, zone: str) -> None:
        with as_clinic(self.org) as connection:
            statement = text("update organizations set time_zone = :zone where id = :id")
            connection.execute(statement, {"zone": zone, "id": self.org.id})


@pytest.mark.parametrize("around", [AFTER_SPRING, AFTER_AUTUMN], ids=["spring", "autumn"])
def test_counts_are_what_the_calls_say_through_late_changes_and_moves(
    organization: Row[Any], around: datetime
) -> None:
    clinic = Clinic(organization, random.Random(around.isoformat()), around)
    zones = [ZONE, "Australia/Lord_Howe", "America/Havana", "Europe/London", ZONE]
    for zone in zones:
        clinic.move_to(zone)
        for counted in (False, True, False):
            if counted:
                assert count(organization, around)
                assert count(organization, around) == 0  # nothing has changed since
            clinic.change_some(4)
            for choice in ("7", "month"):
                period = period_of(choice, zone=zone, now=around)
                expected = by_hand(organization, period, zone)
                assert read(organization, around, choice=choice, zone=zone) == expected
            agent = clinic.agents[1]
            period = period_of("7", zone=zone, now=around)
            assert read(organization, around, zone=zone, agent=agent) == by_hand(
                organization, period, zone, agent
            )


def test_a_day_that_was_counted_is_not_counted_from_its_calls_again(organization: Row[Any]) -> None:
    make_call(org_id=organization.id, status="ended", created_at=AFTER_AUTUMN - timedelta(days=1))
    count(organization, AFTER_AUTUMN)
    with as_clinic(organization) as connection:
        connection.execute(text("update call_figures set calls = 41"))
    assert read(organization, AFTER_AUTUMN).now.total.calls == 41


def test_rates_and_means_follow_from_what_is_read(organization: Row[Any]) -> None:
    for seconds, booked in ((60, True), (120, False)):
        make_call(
            org_id=organization.id,
            status="ended",
            created_at=AFTER_AUTUMN,
            outcome="answered",
            duration_seconds=seconds,
            has_booking=booked,
            cost_usd="0.10",
        )
    total = read(organization, AFTER_AUTUMN).now.total
    assert (total.mean_seconds, total.booking_rate, total.after_hours_share) == (90.0, 0.5, 0.0)
    assert (total.cost_per_call, total.cost_per_booking) == (Decimal("0.1"), Decimal("0.2"))


def test_a_change_that_commits_while_its_day_is_counted_is_not_lost(organization: Row[Any]) -> None:
    call = make_call(org_id=organization.id, status="ended", created_at=AFTER_AUTUMN, outcome="answered")
    with as_clinic(organization) as connection:
        connection.execute(text("update call_logs set outcome = 'booked' where id = :id"), {"id": call.id})
        count(organization, AFTER_AUTUMN)  # takes the mark of the call, and does not see the change yet
    assert set(read(organization, AFTER_AUTUMN).now.outcomes) == {"booked"}
    assert count(organization, AFTER_AUTUMN) == 1
    assert set(read(organization, AFTER_AUTUMN).now.outcomes) == {"booked"}


def test_what_is_said_during_a_call_marks_nothing(organization: Row[Any]) -> None:
    call = make_call(org_id=organization.id, created_at=AFTER_AUTUMN)
    with as_clinic(organization) as connection:
        connection.execute(text("update call_logs set has_booking = true where id = :id"), {"id": call.id})
        assert connection.execute(text("select count(*) from call_figure_marks")).scalar_one() == 0
        connection.execute(text("update call_logs set status = 'ended' where id = :id"), {"id": call.id})
        connection.execute(
            text("update call_logs set summary = 'Late words' where id = :id"), {"id": call.id}
        )
        assert connection.execute(text("select count(*) from call_figure_marks")).scalar_one() == 1


def test_the_platform_learns_for_whom_there_is_something_to_count_and_a_clinic_only_of_itself(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    for org in (organization, other_organization):
        make_call(org_id=org.id, status="ended")
    with transaction(Claims.system()) as session:
        assert {organization.id, other_organization.id} <= set(clinics_with_changes(session))
    with transaction(Claims.organization(organization.id)) as session:
        assert clinics_with_changes(session) == [organization.id]
    assert read(organization, datetime.now(UTC)).now.total.calls == 1


def test_two_counts_at_once_wait_for_each_other(organization: Row[Any]) -> None:
    make_call(org_id=organization.id, status="ended", created_at=AFTER_AUTUMN)
    with as_clinic(organization) as connection:  # its day was never counted, which leaves no mark to wait for
        connection.execute(text("delete from call_figure_marks"))
    with ThreadPoolExecutor(1) as beside:
        with transaction(Claims.organization(organization.id)) as session:
            count_changes(session, org_id=organization.id, now=AFTER_AUTUMN)
            make_call(org_id=organization.id, status="ended", created_at=AFTER_AUTUMN)
            second = beside.submit(count, organization, AFTER_AUTUMN)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=10) == 1
    assert rows("select sum(calls) as n from call_figures", organization.id)[0].n == 2


@pytest.mark.parametrize("choice", CHOICES)
def test_the_period_before_is_as_long_by_the_clock(choice: str) -> None:
    for now in (AFTER_SPRING, AFTER_AUTUMN):
        period = period_of(choice, zone=ZONE, now=now)
        wall = now.astimezone(zone_of(ZONE)).replace(tzinfo=None)
        assert len(period.days) == len(period.days_before) == period.length
        assert period.days_before[-1] + timedelta(days=1) == period.days[0]
        assert period.cut.time() == wall.time()
        assert period.cut.date() == period.days_before[-1]
        assert Counter(period.days).keys().isdisjoint(period.days_before)
