"""Tool calls: the caller is on the line and waits, so they are answered at once, whatever happens.

One transaction holds the call, the tools asked for, what they did, and the event itself. An expected no is a
sentence, a bug is an apology, and past the deadline the caller hears a sentence too, while the work goes on
under the same keys.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from sqlmodel import Session

from voxanne_app.agents.tools import Caller, CannotBeDone, ToolAnswer, VoiceTool
from voxanne_app.calls import tool_log
from voxanne_app.calls.ports import AskedTool, Line
from voxanne_app.calls.tool_log import BegunTool, GivenAnswer, Key, Verdict
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction, undone_on_failure
from voxanne_app.integrations.vapi.call_news import caller_number_in
from voxanne_app.integrations.vapi.tool_requests import (
    ToolRequest,
    one_line,
    read_requests,
    response_of,
    result_of,
)
from voxanne_app.integrations.vapi.webhooks import PROVIDER, VapiEvent
from voxanne_app.webhooks import inbox, tenants
from voxanne_app.webhooks.tenants import Tenant
from voxanne_app.wiring import VOICE_TOOLS

log = logging.getLogger(__name__)

DEADLINE_SECONDS = 2.2  # of the 2.5 that a caller waits without wondering
_STATEMENT_MS = 1500

STILL_WORKING = "This is taking a little longer. One moment please, I will check again."
BROKEN = (
    "I am sorry, something went wrong on our side. Could I take a message so that the clinic calls you back?"
)
UNKNOWN_TOOL = "I am sorry, I cannot do that on this line."
SUSPENDED = "I am sorry, I cannot look anything up or book right now. Please reach the clinic another way."
NOT_CONNECTED = "I am sorry, this line is not connected to a clinic yet."

# Fewer than the database has connections for: whoever waits, waits here, and gives up at the deadline. More
# would only take turns at the interpreter: with eight, the slowest of twenty callers waited a fifth longer.
_threads = ThreadPoolExecutor(5, thread_name_prefix="tools")


async def answer(event: VapiEvent) -> dict[str, Any]:
    """The response to `tool-calls`: a line for each tool, in order, in time."""
    requests = read_requests(event.message)
    deadline = time.monotonic() + DEADLINE_SECONDS
    work = asyncio.get_running_loop().run_in_executor(_threads, _answer, event, requests, deadline)
    try:
        return await asyncio.wait_for(asyncio.shield(work), DEADLINE_SECONDS)
    except TimeoutError:
        log.warning("tool calls were not answered in time", extra={"call_id": event.call_id})
        work.add_done_callback(lambda late: late.cancelled() or late.exception())
        return every(requests, STILL_WORKING)


def _answer(event: VapiEvent, requests: Sequence[ToolRequest], deadline: float) -> dict[str, Any]:
    if time.monotonic() > deadline:
        return {}  # nobody listens any more
    try:
        tenant = tenants.find(PROVIDER, event.addresses, event.happened_at)
        if tenant is None or event.call_id is None:
            inbox.store([inbox.arrived(event)])
            return every(requests, NOT_CONNECTED)
        claims = Claims.assistant(tenant.org_id)
        with transaction(claims, statement_ms=_STATEMENT_MS) as session:
            return response_of(_answers(session, event, event.call_id, requests, tenant, clock.now()))
    except Exception:
        log.exception("tool calls failed", extra={"call_id": event.call_id})
        return every(requests, BROKEN)


def _answers(
    session: Session,
    event: VapiEvent,
    vendor_call_id: str,
    requests: Sequence[ToolRequest],
    tenant: Tenant,
    now: datetime,
) -> list[dict[str, Any]]:
    line = Line(tenant.org_id, tenant.agent_id, tenant.time_zone)
    asked = [AskedTool(request.id, request.name, request.arguments) for request in requests]
    begun = tool_log.begin(session, vendor_call_id, asked, line=line, now=now)
    number = caller_number_in(event.message)
    given: dict[Key, GivenAnswer] = {}
    results = []
    for request, tool, wish in zip(requests, begun, asked, strict=True):
        if tool.is_answered:
            results.append(result_of(request, tool.result or "", tool.data or {}))
            continue
        if tool.key not in given:
            caller = Caller(tenant.org_id, tool.call_id, tenant.time_zone, number)
            given[tool.key] = _answer_one(session, caller, tool, wish, now, is_suspended=tenant.is_suspended)
        results.append(result_of(request, given[tool.key].result, given[tool.key].data))
    tool_log.record(session, given.values(), org_id=tenant.org_id, now=now)
    inbox.store_in(session, inbox.arrived(event), org_id=tenant.org_id)
    return results


def _answer_one(
    session: Session, caller: Caller, tool: BegunTool, asked: AskedTool, now: datetime, *, is_suspended: bool
) -> GivenAnswer:
    started = time.perf_counter()
    # What was asked is kept all the same, and whether the clinic is open again the next call finds out.
    closed: tuple[Verdict, ToolAnswer] = ("refused", ToolAnswer(SUSPENDED))
    verdict, given = closed if is_suspended else run_tool(session, caller, asked, now)
    took_ms = round((time.perf_counter() - started) * 1000)
    return GivenAnswer(tool, asked, verdict, one_line(given.line), given.data, took_ms)


def run_tool(
    session: Session,
    caller: Caller,
    asked: AskedTool,
    now: datetime,
    tools: Mapping[str, VoiceTool] = VOICE_TOOLS,
) -> tuple[Verdict, ToolAnswer]:
    """What the tool says. Whatever it wrote before it failed is undone, and nothing else."""
    tool = tools.get(asked.name)
    if tool is None:
        return "refused", ToolAnswer(UNKNOWN_TOOL)
    try:
        with undone_on_failure(session):
            return "done", tool.answer(session, caller, asked.arguments, now)
    except CannotBeDone as no:
        return "refused", ToolAnswer(str(no))
    except Exception:
        log.exception("a voice tool failed", extra={"tool": asked.name, "call_id": str(caller.call_id)})
        return "failed", ToolAnswer(BROKEN)


def every(requests: Sequence[ToolRequest], line: str) -> dict[str, Any]:
    """The response that says `line` to each."""
    nothing: Mapping[str, Any] = {}
    return response_of([result_of(request, line, nothing) for request in requests])
