"""What an entry of the audit says beside the name of its act."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from voxanne_app.audit.ui.audit_lines import explained

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (
            {"changed": ["recording_retention_days"], "recordings": "kept for 30 days, not 90"},
            "changed recording retention days · recordings kept for 30 days, not 90",
        ),
        (
            {"changed": ["name", "time_zone"], "from": ["America/Los_Angeles"], "to": ["America/New_York"]},
            "from America/Los_Angeles to America/New_York · changed name, time zone",
        ),
        ({"call": "22c2f195-1a2a-446a-a0f8-9bfa69e8e384"}, "call 22c2f195"),
        ({"rows": 1, "is_urgent": True, "hash": "ab"}, "1 row · is urgent"),
        ({}, ""),
    ],
)
def test_details_are_read_as_people_write(details: dict[str, object], said: str) -> None:
    assert explained(details, zone=ZoneInfo("UTC"), now=NOW) == said
