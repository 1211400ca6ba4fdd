"""Answers to what else Vapi asks during a call: safe ones, always of a shape that it understands.

A number without an assistant of its own asks whose call it is. The other questions belong to features that
our assistants are published without; an assistant that asks all the same gets a polite no.
"""

from typing import Any

from sqlalchemy import text

from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.integrations.vapi.webhooks import PROVIDER, VapiEvent
from voxanne_app.webhooks import tenants

NOT_CONNECTED = "This number is not connected to a clinic yet. Please try again later."
NO_TRANSFER = "I am sorry, I cannot put you through right now. I can take a message for the clinic instead."

_ASSISTANT = text("""
    select value from vendor_addresses
    where org_id = :org_id and vendor = :vendor and kind = 'assistant'
      and valid_from <= now() and valid_until > now()
    order by agent_id is distinct from :agent_id, value limit 1
""")


def answer(event: VapiEvent) -> dict[str, Any]:
    """The response to `event`, which is none of the tool calls."""
    if event.type == "assistant-request":
        return _assistant_for(event)
    if event.type == "knowledge-base-request":
        return {"documents": []}
    if event.type == "call.endpointing.request":
        return {"timeoutSeconds": 0.5}
    if event.type == "campaign.predial":
        return {"eligible": False}
    return {"error": NO_TRANSFER}


def _assistant_for(event: VapiEvent) -> dict[str, Any]:
    tenant = tenants.find(PROVIDER, event.addresses, event.happened_at)
    if tenant is None:
        return {"error": NOT_CONNECTED}
    with transaction(Claims.organization(tenant.org_id)) as session:
        values = {"org_id": tenant.org_id, "vendor": PROVIDER, "agent_id": tenant.agent_id}
        assistant_id = session.connection().execute(_ASSISTANT, values).scalar_one_or_none()
    return {"assistantId": assistant_id} if assistant_id else {"error": NOT_CONNECTED}
