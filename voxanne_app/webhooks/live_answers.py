"""Answers to what else Vapi asks during a call: safe ones, always of a shape that it understands.

A number without an assistant of its own asks who answers. An assistant whose callers are put through by the
clinic's hours asks whom to reach. The other questions belong to features that our assistants are published
without; an assistant that asks all the same gets a polite no.
"""

from typing import Any

from voxanne_app.agents.queries import destinations_of
from voxanne_app.calls.opening import is_after_hours
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.integrations.vapi.assistant_body import destination_body
from voxanne_app.integrations.vapi.call_news import caller_number_in
from voxanne_app.integrations.vapi.reading import mapping, text
from voxanne_app.integrations.vapi.webhooks import PROVIDER, VapiEvent
from voxanne_app.webhooks import answering, tenants

NOT_CONNECTED = "This number is not connected to a clinic yet. Please try again later."
NO_TRANSFER = "I am sorry, I cannot put you through right now. I can take a message for the clinic instead."
_STATEMENT_MS = 1500


def answer(event: VapiEvent) -> dict[str, Any]:
    """The response to `event`, which is none of the tool calls."""
    if event.type == "assistant-request":
        return _assistant_for(event)
    if event.type == "transfer-destination-request":
        return _destination_for(event)
    if event.type == "knowledge-base-request":
        return {"documents": []}
    if event.type == "call.endpointing.request":
        return {"timeoutSeconds": 0.5}
    if event.type == "campaign.predial":
        return {"eligible": False}
    return {"error": NO_TRANSFER}


def _assistant_for(event: VapiEvent) -> dict[str, Any]:
    number = text(mapping(event.message.get("phoneNumber")).get("number")) or ""
    caller = caller_number_in(event.message) or ""
    return answering.answer_for(event, caller=caller, number=number) or {"error": NOT_CONNECTED}


def _destination_for(event: VapiEvent) -> dict[str, Any]:
    """The first of the agent's people, while the clinic is open."""
    tenant = tenants.find(PROVIDER, event.addresses, event.happened_at)
    if tenant is None or tenant.agent_id is None:
        return {"error": NO_TRANSFER}
    org_id, zone = tenant.org_id, tenant.time_zone
    with transaction(Claims.organization(org_id), statement_ms=_STATEMENT_MS) as session:
        people = destinations_of(session, org_id=org_id, agent_id=tenant.agent_id)
        if not people or is_after_hours(session, org_id=org_id, zone=zone, at=event.happened_at):
            return {"error": NO_TRANSFER}
    return {"destination": destination_body(people[0])}
