"""Who answers a number that asks us at each call: within three seconds, also when the database is slow.

What was found last for a number is remembered, without secrets, and stands in when the database does not
answer in time. A number that was never asked for, on such a day, gets an apology.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from voxanne_app.agents import rollout
from voxanne_app.agents.rollout import Answering
from voxanne_app.foundation.cache import cache
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.integrations.vapi.assistant_body import with_secret
from voxanne_app.integrations.vapi.webhooks import PROVIDER, VapiEvent
from voxanne_app.vendors import our_server
from voxanne_app.webhooks import tenants

log = logging.getLogger(__name__)

LOOKING_SECONDS = 1.2
_STATEMENT_MS = 1000
_REMEMBERED_SECONDS = 7 * 86_400
# Of their own, so that a database that hangs keeps nobody else waiting.
_threads = ThreadPoolExecutor(4, thread_name_prefix="answering")

_LINE = text("""
    select a.value as assistant_id, p.agent_id, p.pinned_version
    from (select cast(:agent_id as uuid) as agent_id) wanted
    left join phone_numbers p on p.org_id = :org_id and p.number = :number
    left join vendor_addresses a on a.org_id = :org_id and a.vendor = :vendor and a.kind = 'assistant'
      and a.valid_from <= now() and a.valid_until > now()
    order by a.agent_id is distinct from coalesce(p.agent_id, wanted.agent_id), a.value limit 1
""")


@dataclass(frozen=True)
class Plan:
    """`assistant_id` is the platform's copy, which says what is published."""

    agent_id: UUID | None
    assistant_id: str | None
    answering: Answering | None

    def answer(self, caller: str) -> dict[str, Any] | None:
        """None when nobody is there to answer."""
        if self.answering and self.agent_id:
            version = self.answering.version_for(self.agent_id, caller)
            body = self.answering.bodies.get(version)
            if body and (version != self.answering.published or not self.assistant_id):
                return {"assistant": with_secret(body, our_server())}
        return {"assistantId": self.assistant_id} if self.assistant_id else None


def answer_for(event: VapiEvent, *, caller: str, number: str) -> dict[str, Any] | None:
    """The response to `assistant-request`; None when the number is nobody's."""
    work = _threads.submit(_find, event, number)
    try:
        plan = work.result(LOOKING_SECONDS)
    except Exception as trouble:  # whatever it is, somebody is on the line
        work.cancel()
        log.warning("a number is answered from memory", extra={"trouble": type(trouble).__name__})
        plan = _remembered(event)
    return plan.answer(caller) if plan else None


def _find(event: VapiEvent, number: str) -> Plan | None:
    tenant = tenants.find(PROVIDER, event.addresses, event.happened_at)
    if tenant is None:
        return None
    values = {"org_id": tenant.org_id, "agent_id": tenant.agent_id, "vendor": PROVIDER, "number": number}
    with transaction(Claims.organization(tenant.org_id), statement_ms=_STATEMENT_MS) as session:
        line = session.connection().execute(_LINE, values).one()
        agent_id = line.agent_id or tenant.agent_id
        where: Any = {"org_id": tenant.org_id, "agent_id": agent_id, "pinned": line.pinned_version}
        found = rollout.answering(session, **where) if agent_id else None
    plan = Plan(agent_id, line.assistant_id, found)
    _remember(event, plan)
    return plan


def _remember(event: VapiEvent, plan: Plan) -> None:
    held = asdict(plan) | {"agent_id": str(plan.agent_id) if plan.agent_id else None}
    if held["answering"]:
        held["answering"]["bodies"] = {str(key): body for key, body in held["answering"]["bodies"].items()}
    for kind, value in event.addresses:
        cache().set("platform", _key(kind, value), held, _REMEMBERED_SECONDS)


def _remembered(event: VapiEvent) -> Plan | None:
    for kind, value in event.addresses:
        if held := cache().get("platform", _key(kind, value)):
            found = held["answering"]
            if found:
                found = Answering(
                    **found | {"bodies": {int(key): body for key, body in found["bodies"].items()}}
                )
            return Plan(UUID(held["agent_id"]) if held["agent_id"] else None, held["assistant_id"], found)
    return None


def _key(kind: str, value: str) -> str:
    return f"answering:{PROVIDER}:{kind}:{value}"
