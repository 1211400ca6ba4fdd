"""The one way in for vendors. A body comes in, and a receipt goes out once it is committed."""

import asyncio
import logging
import time
from functools import lru_cache
from typing import Any

import psycopg
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from voxanne_app.foundation import metrics
from voxanne_app.foundation.batches import Batches, TooBusy
from voxanne_app.foundation.settings import SettingMissing, get_settings
from voxanne_app.integrations.vapi.signatures import is_genuine
from voxanne_app.integrations.vapi.trial_chats import TRIAL_HEADER
from voxanne_app.integrations.vapi.webhooks import ANSWERED, KNOWN, Unreadable, VapiEvent, read_event
from voxanne_app.webhooks import inbox, live_answers, reconciliation, tool_calls, trial_calls
from voxanne_app.webhooks.http import Receive, Scope, Send, TooLarge, answer, read_body
from voxanne_app.webhooks.inbox import ArrivedEvent

log = logging.getLogger(__name__)

RECEIPT = {"received": True}
_RETRY = ((b"retry-after", b"2"),)
_STORING_SECONDS = 8.0  # Vapi waits for 20
_ANSWERING_SECONDS = 2.5

metrics.also_say(reconciliation.figures)
received = Counter("webhooks_received", "Webhooks by what became of them", ["provider", "type", "verdict"])


async def vapi(scope: Scope, receive: Receive, send: Send) -> None:
    """`POST /webhooks/vapi`: every server message of Vapi's."""
    if scope["method"] != "POST":
        await answer(send, 405, {"error": "Send a POST."}, ((b"allow", b"POST"),))
        return
    headers = dict(scope["headers"])
    try:
        body = await read_body(receive)
        if not is_genuine(headers, body, secrets=_vapi_secrets(), now_seconds=time.time()):
            await _refuse(send, 401, "The signature is missing or wrong.")
            return
        if headers.get(b"content-encoding", b"identity") != b"identity":
            raise Unreadable("Send the body uncompressed.")
        event = read_event(body)
    except (Unreadable, TooLarge) as error:
        await _refuse(send, 400, str(error))
    except SettingMissing as missing:
        log.error(str(missing))
        await answer(send, 503, {"error": "Not set up yet."}, _RETRY)
    else:
        if (trial := headers.get(TRIAL_HEADER)) is not None:
            await _answer_trial(event, trial, send)
        else:
            await (_answer_live(event, send) if event.type in ANSWERED else _take(event, send))


ROUTES = [("/webhooks/vapi", vapi)]


async def _take(event: VapiEvent, send: Send) -> None:
    try:
        async with asyncio.timeout(_STORING_SECONDS):
            stored = await _writer().submit(inbox.arrived(event))
    except (psycopg.Error, SQLAlchemyError, TooBusy, TimeoutError) as error:
        log.warning("a webhook could not be stored", extra={"error": type(error).__name__})
        _count(event, "not_stored")
        await answer(send, 503, {"error": "Could not be stored. Please send it again."}, _RETRY)
        return
    if not stored:
        await _refuse(send, 400, "The body holds what cannot be stored.")
        return
    _count(event, "counted" if event.is_counted_only else "stored")
    await answer(send, 200, RECEIPT)


async def _answer_live(event: VapiEvent, send: Send) -> None:
    """Whatever happens, the caller hears something: anything but 200 is ignored by Vapi."""
    _count(event, "answered")
    if event.type == "tool-calls":
        await answer(send, 200, await tool_calls.answer(event))
        return
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _ANSWERING_SECONDS
    storing = asyncio.ensure_future(_writer().submit(inbox.arrived(event)))
    storing.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    try:
        said = await asyncio.wait_for(asyncio.to_thread(live_answers.answer, event), _ANSWERING_SECONDS)
    except Exception as trouble:  # the caller hears something all the same
        log.error("a question was not answered", extra={"type": event.type, "error": type(trouble).__name__})
        said = {"error": live_answers.NOT_CONNECTED}
    # Stored before it is answered, but for a database that takes longer than callers wait.
    await asyncio.wait([storing], timeout=max(0.0, deadline - loop.time()))
    await answer(send, 200, said)


async def _answer_trial(event: VapiEvent, key: bytes, send: Send) -> None:
    """Of conversations that only try an agent out nothing is taken in."""
    _count(event, "trial")
    await answer(send, 200, await trial_calls.answer(event, key) if event.type == "tool-calls" else RECEIPT)


async def _refuse(send: Send, status: int, why: str) -> None:
    _counter("unknown", str(status)).inc()
    await answer(send, status, {"error": why})


def _count(event: VapiEvent, verdict: str) -> None:
    _counter(event.type if event.type in KNOWN else "unknown", verdict).inc()  # a label is kept for ever


@lru_cache(maxsize=200)
def _counter(kind: str, verdict: str) -> Counter:
    return received.labels("vapi", kind, verdict)


_writers: dict[Any, Batches[ArrivedEvent, bool]] = {}


def _writer() -> Batches[ArrivedEvent, bool]:
    """This event loop's."""
    loop = asyncio.get_running_loop()
    if loop not in _writers:
        _writers.clear()
        _writers[loop] = Batches(inbox.store)
    return _writers[loop]


@lru_cache(maxsize=1)
def _vapi_secrets() -> tuple[bytes, ...]:
    return tuple(secret.encode() for secret in get_settings().require_list("vapi_webhook_secrets"))
