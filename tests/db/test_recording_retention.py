"""How long recordings stay when a clinic changes its mind about it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text

from tests.factories import make_recording
from voxanne_app.calls import recordings
from voxanne_app.calls.recording_views import recording_of
from voxanne_app.calls.retention import next_cleaning, weigh
from voxanne_app.foundation.database import Claims, transaction

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
TONIGHT = next_cleaning(NOW)


def kept(organization: Row[Any], *ages: int, said: int = 90) -> list[UUID]:
    """Recordings so many days old, to be kept for as long as was `said`; their calls."""
    return [
        make_recording(
            org_id=organization.id,
            state="kept",
            storage_key=f"{organization.id}/{uuid4()}.wav",
            sha256="0" * 64,
            kept_at=TONIGHT - timedelta(days=age),
            delete_after=TONIGHT + timedelta(days=said - age),
        ).call_id
        for age in ages
    ]


def keep_for(organization: Row[Any], days: int) -> None:
    with transaction(Claims.organization(organization.id)) as session:
        change = text("update organizations set recording_retention_days = :days where id = :org_id")
        session.connection().execute(change, {"days": days, "org_id": organization.id})


def cleaned(organization: Row[Any], at: datetime = TONIGHT) -> int:
    with transaction(Claims.organization(organization.id)) as session:
        return len(recordings.end_retention(session, org_id=organization.id, now=at))


@pytest.mark.parametrize(("days", "going"), [(90, 0), (60, 1), (30, 3), (0, 4), (365, 0)])
def test_as_many_go_tonight_as_were_said_to_go(
    organization: Row[Any], other_organization: Row[Any], days: int, going: int
) -> None:
    kept(organization, 3, 30, 31, 89)
    kept(other_organization, 89)
    with transaction(Claims.organization(organization.id)) as session:
        weighed = weigh(session, org_id=organization.id, days=days, now=NOW)
    assert (weighed.kept, weighed.going, weighed.at) == (4, going, TONIGHT)
    keep_for(organization, days)
    assert cleaned(organization) == going
    assert cleaned(other_organization) == 0


def test_what_goes_tonight_anyway_is_not_because_of_the_change(organization: Row[Any]) -> None:
    kept(organization, 95, 40)
    with transaction(Claims.organization(organization.id)) as session:
        assert weigh(session, org_id=organization.id, days=30, now=NOW).going == 1
    keep_for(organization, 30)
    assert cleaned(organization) == 2


def test_a_shorter_time_that_is_taken_back_in_time_deletes_nothing(organization: Row[Any]) -> None:
    (call_id,) = kept(organization, 40)

    def until() -> datetime | None:
        with transaction(Claims.organization(organization.id)) as session:
            shown = recording_of(session, org_id=organization.id, call_id=call_id)
        return shown.delete_after if shown else None

    keep_for(organization, 30)
    assert until() == TONIGHT - timedelta(days=10)
    keep_for(organization, 90)
    assert until() == TONIGHT + timedelta(days=50)
    assert cleaned(organization) == 0


def test_a_longer_time_does_not_hold_for_what_was_promised_to_go_sooner(organization: Row[Any]) -> None:
    kept(organization, 30, said=30)
    keep_for(organization, 3650)
    assert cleaned(organization) == 1
