"""Dialling what was asked for. The platform is asked outside any transaction, and once."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from voxanne_app import vendors
from voxanne_app.calls import call_log, lines
from voxanne_app.calls.outbound import asking, dialling, following
from voxanne_app.calls.outbound.models import OutboundCall
from voxanne_app.calls.outbound.ports import CannotLook, MaybeDialled, NotDialled, Order, Tested
from voxanne_app.calls.ports import CallNews, Line
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JobRun, job
from voxanne_app.foundation.settings import get_settings
from voxanne_app.trials.phoning import key_of
from voxanne_app.trials.putting_through import tools_for
from voxanne_app.trials.reviewed import under_review
from voxanne_app.wiring import VOICE_TOOLS

_ZONE = text("select time_zone from organizations where id = :org_id")


@job(asking.DIAL, limit=timedelta(minutes=3))
def dial(run: JobRun, *, attempt_id: str) -> None:
    """One that was asked for is dialled, if it still may be; one that is being dialled is looked for."""
    org_id = run.org_id
    assert org_id, "Calls belong to an organization."
    with transaction(run.claims) as session:
        attempt = dialling.find(session, org_id=org_id, attempt_id=UUID(attempt_id))
        order = dialling.order_begun(session, attempt) if attempt else None
        has_line = dialling.take_line(session, org_id=org_id, attempt_id=UUID(attempt_id))
    if attempt and order:
        _look_for(run, attempt, order)
    elif attempt and has_line:
        _dial(run, attempt, org_id)


def _dial(run: JobRun, attempt: OutboundCall, org_id: UUID) -> None:
    with transaction(Claims.system()) as session:
        now = lines.lines_now(session, in_all=get_settings().vapi_lines, now=run.now)
    if not lines.may_call_out(lines.without_one_of(now, org_id), org_id):
        with run.finish() as session:
            dialling.no_line(session, attempt, now=run.now)
        return
    began = time.monotonic()
    with transaction(run.claims) as session:
        order = dialling.begin(session, attempt, now=run.now)
    if order is None:
        return
    try:
        order = _with_draft(run, attempt, order)
        if time.monotonic() - began > dialling.CLAIM_SECONDS:  # somebody else may be looking for it already
            raise NotDialled("It took too long to begin.", is_for_now=True)
        news = vendors.dialler().dial(order)
    except NotDialled as no:
        with run.finish() as session:
            dialling.not_dialled(session, attempt, str(no), is_for_now=no.is_for_now, now=clock.now())
    except MaybeDialled:
        _look_for(run, attempt, order)
    else:
        _dialled(run, attempt, news)


def _with_draft(run: JobRun, attempt: OutboundCall, order: Order) -> Order:
    """A test is spoken by the draft as it is now, and its tools come with the key of its trial."""
    if attempt.kind != "test":
        return order
    where: dict[str, Any] = {"org_id": attempt.org_id}
    with transaction(run.claims) as session:
        agent = under_review(session, **where, agent_id=attempt.agent_id, tools=VOICE_TOOLS).agent
        key = key_of(session, attempt.trial_id, **where)
    if key is None:
        raise NotDialled("The draft that was to be tested is gone.")
    return replace(order, tested=Tested(agent, tools_for(agent.configuration, VOICE_TOOLS), key))


def _look_for(run: JobRun, attempt: OutboundCall, order: Order) -> None:
    """It was asked for at the platform, and nobody heard the answer."""
    since = attempt.dialling_at or run.now
    try:
        news, could_look = vendors.dialler().find(order.call_name, line_id=order.line_id, since=since), True
    except CannotLook:
        news, could_look = None, False
    if news:
        _dialled(run, attempt, news)
        return
    with run.finish() as session:
        dialling.not_found(session, attempt.id, org_id=attempt.org_id, could_look=could_look, now=clock.now())


def _dialled(run: JobRun, attempt: OutboundCall, news: CallNews) -> None:
    with run.finish() as session:
        zone = session.connection().execute(_ZONE, {"org_id": attempt.org_id}).scalar_one()
        line = Line(attempt.org_id, attempt.agent_id, zone)
        call_id = call_log.take_in(session, news, line=line, now=clock.now())
        following.linked(session, attempt.call_name, org_id=attempt.org_id, call_id=call_id, now=clock.now())
