"""What the hand-over sheet says of a case, in a line."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from voxanne_app.calls.cases import CaseRow
from voxanne_app.today.ui.handover_view import handover_line

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 24, 17, 41, tzinfo=UTC)  # 9:41 AM in the clinic


def case(**values: object) -> CaseRow:
    defaults = {
        "id": uuid4(),
        "kind": "callback",
        "title": "Call back Nadia",
        "body": "My gum is bleeding.",
        "is_urgent": False,
        "callback_number": "+15035550137",
        "call_id": uuid4(),
        "created_at": NOW - timedelta(minutes=12),
        "due_at": NOW + timedelta(minutes=3),
        "resolved_at": None,
        "booking_id": None,
        "summary": "Nadia asked for a call back.",
    }
    return CaseRow(**defaults | values)  # type: ignore[arg-type]


def test_a_line_says_who_what_and_until_when() -> None:
    line = handover_line(case(is_clinical=True, caller="Nadia Osei"), ZONE, NOW)
    assert (line.risk, line.tone, line.caller, line.phone) == (
        "Clinical risk", "bad", "Nadia Osei", "(503) 555-0137",
    )  # fmt: skip
    assert (line.said, line.promised, line.owner) == (
        "My gum is bleeding.", "Somebody calls back", "Nobody yet",
    )  # fmt: skip
    assert line.due.endswith("9:44 AM") and not line.is_late


def test_what_is_over_its_time_is_late_and_what_is_not_known_is_said() -> None:
    late = handover_line(case(due_at=NOW - timedelta(minutes=1), callback_number=None), ZONE, NOW)
    assert late.is_late and (late.caller, late.phone, late.dial) == ("Unknown caller", "No number", "")


def test_a_rules_case_shows_what_the_call_was_about_and_a_long_message_is_cut() -> None:
    found = case(title="Urgent: the caller spoke of bleeding", body="Found by the agent’s rules.")
    assert handover_line(found, ZONE, NOW).said == "Nadia asked for a call back."
    long = handover_line(case(body="word " * 200), ZONE, NOW).said
    assert len(long) <= 160 and long.endswith("word…")


def test_a_time_to_confirm_leads_to_its_booking() -> None:
    booking_id = uuid4()
    line = handover_line(case(kind="approval", booking_id=booking_id), ZONE, NOW)
    assert line.booking_href == f"/bookings?booking={booking_id}"
    assert handover_line(case(), ZONE, NOW).booking_href == ""
