"""What is done about an event after its receipt went out, and what is forgotten of it in the end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from voxanne_app import vendors
from voxanne_app.calls.ports import Line
from voxanne_app.foundation.database import transaction
from voxanne_app.foundation.job_queue import JobRun, job
from voxanne_app.webhooks import reconciliation, tenants
from voxanne_app.wiring import WEBHOOKS, Webhook

_READ = text("select provider, body from webhook_inbox where id = :inbox_id and org_id = :org_id")
_HANDLED = text("update webhook_inbox set verdict = 'handled', handled_at = now() where id = :inbox_id")

# Bodies hold health details and go after a day; keys stay as long as a vendor might repeat itself.
_FORGET_BODIES = text("""
    update webhook_inbox set body = null
    where body is not null and handled_at < now() - interval '24 hours'
""")
_FORGET_KEYS = text("delete from webhook_inbox where received_at < now() - interval '30 days'")


@job("webhooks.handle")
def handle(run: JobRun, *, inbox_id: str) -> None:
    """Tell the domains what an event says: their writing, and that it is done, are one transaction."""
    if run.org_id is None:
        return
    with transaction(run.claims) as session:
        found = {"inbox_id": inbox_id, "org_id": run.org_id}
        event = session.connection().execute(_READ, found).one_or_none()
    webhook = WEBHOOKS[event.provider] if event else None
    message = event.body["message"] if event and event.body else None
    news = webhook.read(message) if webhook and message else None
    line = _line_of(webhook, message, run.org_id) if webhook and message else Line(run.org_id)
    with run.finish() as session:
        if webhook and news:
            webhook.handle(session, news, line=line, now=run.now)
        session.connection().execute(_HANDLED, {"inbox_id": inbox_id})


@job("webhooks.forget_bodies")
def forget_bodies(run: JobRun) -> None:
    """For the scheduler."""
    with run.finish() as session:
        session.connection().execute(_FORGET_BODIES)
        session.connection().execute(_FORGET_KEYS)


@job("webhooks.reconcile", limit=timedelta(minutes=9))
def reconcile(run: JobRun) -> None:
    """For the scheduler, every ten minutes. A failure leaves the cursor where it was; operators hear of jobs
    that keep failing.
    """
    listing = vendors.call_listing()
    with transaction(run.claims) as session:
        wanted = list(reconciliation.stretches(session, now=run.now)) if listing else []
    for since, until in wanted:
        assert listing
        findings = reconciliation.take_in(listing.ended(since=since, until=until))
        with transaction(run.claims) as session:
            reconciliation.note(session, findings, reached=until, now=run.now)
    with run.finish():
        pass


def _line_of(webhook: Webhook, message: dict[str, Any], org_id: UUID) -> Line:
    addresses, happened_at = webhook.whose(message)
    tenant = tenants.find(webhook.provider, addresses, happened_at)
    if tenant is None or tenant.org_id != org_id:  # the address has changed hands since: only the event stays
        return Line(org_id)
    return Line(org_id, tenant.agent_id, tenant.time_zone)
