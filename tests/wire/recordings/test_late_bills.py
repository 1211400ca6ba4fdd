"""What the voice platform's own record says later than its report: no webhook tells it."""

import time
from collections.abc import Callable
from decimal import Decimal

from tests import factories
from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows
from tests.wire.recordings.conftest import Clinic
from voxanne_app import vendors

CALL = "select status, outcome, cost_usd, has_report, summary, recording_url from call_logs"


def test_what_is_billed_late_is_picked_up_and_nothing_else_is_lost(
    clinic: Clinic, supabase: AuthSandbox, vapi_calls: Callable[..., str]
) -> None:
    vendor_call_id = vapi_calls(supabase.url, script="leaves_message", late_cost=0.0125)
    call = factories.make_call(org_id=clinic.org_id, vendor_call_id=vendor_call_id)
    clinic.ask_for("calls.look_again", call_id=str(call.id))
    (before,) = rows(CALL, clinic.org_id)
    assert (before.status, before.has_report) == ("ended", True)
    assert before.recording_url and before.cost_usd > 0
    deadline = time.monotonic() + 10
    while (after := rows(CALL, clinic.org_id)[0]).cost_usd == before.cost_usd:
        assert time.monotonic() < deadline, "the late bill was never seen"
        time.sleep(0.2)
        clinic.ask_for("calls.look_again", call_id=str(call.id))
    assert after.cost_usd - before.cost_usd == Decimal("0.0125")
    (transport,) = rows("select amount_usd from cost_entries where component = 'transport'", clinic.org_id)
    assert transport.amount_usd == Decimal("0.0125")
    assert (after.summary, after.outcome) == (before.summary, before.outcome)
    assert len(rows("select * from call_recordings", clinic.org_id)) == 1


def test_a_call_that_the_platform_knows_no_more_stays_as_it_is(clinic: Clinic) -> None:
    call = factories.make_call(
        org_id=clinic.org_id, vendor_call_id=clinic.vendor_call_id, status="ended", cost_usd="0.5"
    )
    vendors.call_archive().delete(clinic.vendor_call_id)
    vendors.call_archive().delete(clinic.vendor_call_id)
    clinic.ask_for("calls.look_again", call_id=str(call.id))
    assert rows(CALL, clinic.org_id)[0].cost_usd == Decimal("0.5")
