"""Vapi plays the calls' `Dialler`.

There is no idempotency key: a repeated `POST /call` rings twice. It is sent once, on a connection of its
own, and every answer is one of three: dialled, surely not, or unknown. What is unknown is looked for by the
name we gave it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from voxanne_app.agents.ports import CopyGone, PlatformRefuses, PlatformUnavailable
from voxanne_app.calls.outbound.ports import CannotLook, MaybeDialled, NotDialled, Order, Tested
from voxanne_app.calls.ports import CallNews
from voxanne_app.foundation.http_client import http_client
from voxanne_app.integrations.vapi.api import VapiApi
from voxanne_app.integrations.vapi.assistant_body import AGENT, OurServer, assistant_body, with_secret
from voxanne_app.integrations.vapi.call_news import read_news
from voxanne_app.integrations.vapi.call_object import read_call
from voxanne_app.integrations.vapi.published_tools import tool_body
from voxanne_app.integrations.vapi.trial_chats import TRIAL_HEADER

LONGEST_NAME = 40
_TIMEOUT_SECONDS = 10.0
# Their clock and ours may differ by this much.
_CLOCKS_DIFFER = timedelta(minutes=5)
_PER_PAGE = 100
# Refused before anything happened, and not because of what was asked.
_NOT_NOW = frozenset((401, 402, 403, 425, 429))
# What stands between us and them may have passed it on before.
_GAVE_UP = 408
_PUTS_THROUGH = "transfer-destination-request"
_OVER_THE_LIMIT = "over concurrency limit"
_NO_LINE = "The voice platform has no line free just now."
_NOT_REACHED = "The voice platform could not be reached."
_BUSY = "The voice platform takes no calls just now."
_REFUSED = "The voice platform refused to make this call."


class VapiDialler:
    def __init__(self, *, base_url: str, private_key: str, server: OurServer) -> None:
        self._url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {private_key}"}
        self._api = VapiApi(url=base_url, private_key=private_key)
        self._server = server

    def dial(self, order: Order) -> CallNews:
        try:
            with http_client(timeout_seconds=_TIMEOUT_SECONDS, headers=self._headers) as client:
                answer = client.post(f"{self._url}/call", json=self.body_of(order))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise NotDialled(_NOT_REACHED, is_for_now=True) from None
        except httpx.HTTPError as error:
            raise MaybeDialled(type(error).__name__) from None
        return _made(answer)

    def find(self, call_name: UUID, *, line_id: str, since: datetime) -> CallNews | None:
        after = (since - _CLOCKS_DIFFER).astimezone(UTC).isoformat(timespec="milliseconds")
        filters = {"phoneNumberId": line_id, "createdAtGe": after.replace("+00:00", "Z")}
        try:
            calls = self._api.listed("/call", per_page=_PER_PAGE, **filters)
            found = next((call for call in calls if call.get("name") == str(call_name)), None)
        except (PlatformUnavailable, PlatformRefuses, CopyGone):
            raise CannotLook from None
        return _news_of(found) if found else None

    def body_of(self, order: Order) -> dict[str, Any]:
        callee = {"name": order.callee[:LONGEST_NAME]} if order.callee else {}
        who: dict[str, Any] = {"assistantId": order.copy_id}
        if order.tested is not None:
            who = {"assistant": tested_body(order.tested, self._server)}
        return who | {
            "name": str(order.call_name),
            "phoneNumberId": order.line_id,
            "customer": {"number": order.number, **callee},
            # An answering machine is not talked to: without a message for it, the call ends there.
            "assistantOverrides": {
                "variableValues": dict(order.variables),
                "voicemailDetection": {"provider": "vapi"},
            },
        }


def tested_body(tested: Tested, server: OurServer) -> dict[str, Any]:
    """As it would be published, but for its tools: those bring the trial's key, and nobody is put through."""
    whole = with_secret(assistant_body(tested.agent, tool_ids=[], server=server), server)
    tools = [_keyed(with_secret(tool_body(tool, server), server), tested.key) for tool in tested.tools]
    model = {name: value for name, value in whole["model"].items() if name != "toolIds"}
    return {
        **whole,
        "model": {**model, "tools": tools},
        "serverMessages": [name for name in whole["serverMessages"] if name != _PUTS_THROUGH],
        # It is no version that anybody else meets.
        "metadata": {AGENT: str(tested.agent.agent_id)},
    }


def _keyed(tool: dict[str, Any], key: UUID) -> dict[str, Any]:
    headers = {**tool["server"].get("headers", {}), TRIAL_HEADER.decode(): str(key)}
    return {**tool, "server": {**tool["server"], "headers": headers}}


def _made(answer: httpx.Response) -> CallNews:
    if answer.status_code in _NOT_NOW:
        raise NotDialled(_BUSY, is_for_now=True)
    if answer.status_code >= 500 or 300 <= answer.status_code < 400 or answer.status_code == _GAVE_UP:
        raise MaybeDialled(f"it answered {answer.status_code}")
    if answer.status_code >= 400:
        if _OVER_THE_LIMIT in answer.text.lower():
            raise NotDialled(_NO_LINE, is_for_now=True)
        raise NotDialled(_REFUSED)
    try:
        call = answer.json()
    except ValueError:
        raise MaybeDialled("it answered with something else than JSON") from None
    news = _news_of(call) if isinstance(call, dict) else None
    if news is None:
        blocked = isinstance(call, dict) and (call.get("subscriptionLimits") or {}).get("concurrencyBlocked")
        raise NotDialled(_NO_LINE, is_for_now=True) if blocked else MaybeDialled("it named no call")
    return news


def _news_of(call: dict[str, Any]) -> CallNews | None:
    """One that is over as its report would say it; one that goes on as its first status would."""
    told = {"type": "status-update", "status": call.get("status"), "timestamp": call.get("createdAt")}
    return read_call(call) or read_news({**told, "call": call})
