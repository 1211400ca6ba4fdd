"""Tools used in the conversations that try an agent out: known by a key, and kept out of everything else.

Nothing of them reaches the inbox, the calls or the audit. They have threads of their own, so that callers
never queue behind them, and transactions that hold nothing up for long.
"""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from voxanne_app.calls.ports import AskedTool
from voxanne_app.foundation.database import Claims, cursor, transaction
from voxanne_app.foundation.undone import transaction_undone
from voxanne_app.integrations.vapi.tool_requests import ToolRequest, read_requests, response_of, result_of
from voxanne_app.integrations.vapi.webhooks import VapiEvent
from voxanne_app.trials.rehearsing import identity_of, keep, rehearse, scene_behind
from voxanne_app.trials.turns import UsedTool
from voxanne_app.webhooks.tool_calls import BROKEN, DEADLINE_SECONDS, STILL_WORKING, every, run_tool
from voxanne_app.wiring import VOICE_TOOLS

log = logging.getLogger(__name__)

OVER = "This conversation is over."
_STATEMENT_MS, _LOCK_MS, _HOLDING_MS = 500, 100, 2000

_threads = ThreadPoolExecutor(2, thread_name_prefix="trials")


async def answer(event: VapiEvent, key: bytes) -> dict[str, Any]:
    """The response to `tool-calls` that came with a trial's key."""
    requests = read_requests(event.message)
    work = asyncio.get_running_loop().run_in_executor(_threads, _answer, requests, key)
    try:
        return await asyncio.wait_for(asyncio.shield(work), DEADLINE_SECONDS)
    except TimeoutError:
        work.add_done_callback(lambda late: late.cancelled() or late.exception())
        return every(requests, STILL_WORKING)


def _answer(requests: Sequence[ToolRequest], given: bytes) -> dict[str, Any]:
    try:
        org_id = _whose(key) if (key := _read(given)) else None
        if key is None or org_id is None:
            return every(requests, OVER)
        asked = [AskedTool(one.id, one.name, one.arguments) for one in requests]
        used = _used(key, org_id, asked) if asked else []
        return response_of([_result(request, used) for request in requests])
    except Exception:
        log.exception("tools of a trial failed")
        return every(requests, BROKEN)


def _read(given: bytes) -> UUID | None:
    try:
        return UUID(given.decode())
    except ValueError:
        return None


def _whose(key: UUID) -> UUID | None:
    """What the trial's own row says; the request says nothing that counts."""
    with cursor(Claims.system()) as opened:
        found = opened.execute("select org_id from trial_of_key(%s)", (key,)).fetchone()
    return found[0] if found else None


def _used(key: UUID, org_id: UUID, asked: Sequence[AskedTool]) -> Sequence[UsedTool]:
    """All that was used for this answer; nothing when it is over."""
    with transaction(Claims.organization(org_id), statement_ms=_HOLDING_MS) as holding:
        scene = scene_behind(holding, key, org_id=org_id)
        if scene is None:
            return []
        claims = Claims.assistant(org_id)
        with transaction_undone(claims, statement_ms=_STATEMENT_MS, lock_ms=_LOCK_MS) as session:
            fresh = rehearse(session, scene, asked, tools=VOICE_TOOLS, run=run_tool)
        keep(holding, scene, fresh)
        return [*scene.used, *fresh]


def _result(request: ToolRequest, used: Sequence[UsedTool]) -> dict[str, Any]:
    wanted = identity_of(request.id, request.name, request.arguments)
    for one in used:
        if identity_of(one.id, one.name, one.arguments) == wanted:
            return result_of(request, one.line, one.data)
    return result_of(request, OVER, {})
