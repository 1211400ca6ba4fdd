"""How many are on the phone: operators see numbers, clinics nothing of each other."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row

from tests import factories
from tests.deliveries import rows, run_as_by_the_clock
from voxanne_app.calls import jobs, line_figures
from voxanne_app.calls.lines import lines_now
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings

assert jobs  # registers them


def test_lines_are_counted_by_clinic_for_the_platform_only(
    organization: Row[Any], other_organization: Row[Any]
) -> None:
    long_ago = clock.now() - timedelta(hours=3)
    for status in ("in_progress", "ringing", "ended"):
        factories.make_call(org_id=organization.id, status=status)
    factories.make_call(org_id=organization.id, status="in_progress", created_at=long_ago)
    factories.make_call(org_id=other_organization.id, status="forwarding")
    with transaction(Claims.system()) as session:
        lines = lines_now(session, in_all=10, now=clock.now())
        said = {family.name: family for family in line_figures.figures(session)}
    assert lines.live[organization.id] == 2 and lines.live[other_organization.id] == 1
    assert {sample.labels["organization"] for sample in said["voxanne_live_calls"].samples} >= {
        str(organization.id)
    }
    assert rows("select * from platform_live_calls(now() - interval '2 hours')", organization.id) == []


def test_operators_hear_of_it_before_the_last_line_is_taken(
    organization: Row[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key: dict[str, Any] = {"key": "lines-scarce"}
    alerts = "select severity, cleared_at from alerts where key = :key and resolved_at is null"
    factories.make_call(org_id=organization.id, status="in_progress")
    with transaction(Claims.system()) as session:
        taken = lines_now(session, in_all=10, now=clock.now()).taken
    for in_all, is_trouble in ((taken + 2, False), (taken + 1, True), (taken + 2, False)):
        monkeypatch.setenv("VAPI_LINES", str(in_all))
        get_settings.cache_clear()
        run_as_by_the_clock("calls.watch_lines")
        open_ones = [alert for alert in rows(alerts, **key) if alert.cleared_at is None]
        assert [alert.severity for alert in open_ones] == (["warning"] if is_trouble else [])
