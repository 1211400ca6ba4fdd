"""Two clinics to attack each other; the attacks are the product's own: voxanne_app/monitoring/isolation."""

from tests import factories
from voxanne_app.monitoring.isolation.attacks import Clinic

SET_CLAIMS = "select set_config('request.jwt.claims', %s, true)"


def clinic_with_a_row_everywhere() -> Clinic:
    """A new table gets a factory, and a line here."""
    org_id = factories.make_organization().id
    person_id = factories.make_person().id
    factories.make_membership(org_id=org_id, person_id=person_id)
    factories.make_session(org_id=org_id, person_id=person_id)
    factories.make_invitation(org_id=org_id, invited_by=person_id)
    factories.make_visit(org_id=org_id)
    factories.make_welcome_draft(person_id=person_id)
    factories.make_recovery_code(person_id=person_id)
    factories.make_data_key(org_id=org_id)
    agent = factories.make_agent(org_id=org_id)
    factories.make_agent_version(org_id=org_id, agent_id=agent.id)
    factories.make_phone_number(org_id=org_id, agent_id=agent.id)
    factories.make_vendor_address(org_id=org_id, agent_id=agent.id)
    contact = factories.make_contact(org_id=org_id)
    call = factories.make_call(org_id=org_id, agent_id=agent.id, contact_id=contact.id)
    # Each reference names a row: setting one to what is null there would touch the own row and prove nothing.
    test = factories.make_kept_test(org_id=org_id, agent_id=agent.id, call_id=call.id)
    run = factories.make_kept_test_run(org_id=org_id, test_id=test.id)
    factories.make_trial(org_id=org_id, agent_id=agent.id, run_id=run.id)
    factories.make_turn(org_id=org_id, call_id=call.id)
    factories.make_tool_call(org_id=org_id, call_id=call.id)
    factories.make_cost_entry(org_id=org_id, call_id=call.id)
    factories.make_recording(org_id=org_id, call_id=call.id)
    factories.make_call_note(org_id=org_id, call_id=call.id)
    factories.make_call_annotation(org_id=org_id, call_id=call.id)
    factories.make_call_figure(org_id=org_id, agent_id=agent.id)
    factories.make_call_figure_day(org_id=org_id)
    factories.make_call_figure_mark(org_id=org_id)
    case = factories.make_case(org_id=org_id, call_id=call.id, contact_id=contact.id)
    factories.make_calling_consent(org_id=org_id, contact_id=contact.id)
    of_call = {"call_id": call.id, "about_call_id": call.id, "case_id": case.id, "contact_id": contact.id}
    factories.make_outbound_call(org_id=org_id, agent_id=agent.id, **of_call)
    booking = factories.make_booking(org_id=org_id, call_id=call.id, contact_id=contact.id)
    factories.make_working_hours(org_id=org_id, practitioner_id=booking.practitioner_id, weekdays=[0])
    factories.make_hour_exception(org_id=org_id, practitioner_id=booking.practitioner_id)
    factories.make_webhook(org_id=org_id)
    factories.make_job_failure(job_id=factories.make_job(org_id=org_id).id)
    factories.make_cron_run()
    factories.make_heartbeat()
    factories.make_alert()
    factories.make_reconciliation()
    factories.make_isolation_probe()
    factories.make_audit_event(org_id=org_id)
    return Clinic(org_id, person_id)
