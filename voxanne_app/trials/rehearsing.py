"""Tools used in a trial: the true ones, in the clinic as it is, in a transaction that is always undone.

So that what was booked earlier in the conversation can be moved later, what was done is done again each time,
in the same order, before what is asked now. What came of it is kept in the trial's own row, by another
transaction.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from voxanne_app.agents.configuration import AgentConfiguration, read_configuration
from voxanne_app.agents.tools import Caller, ToolAnswer, VoiceTool
from voxanne_app.calls import tool_log
from voxanne_app.calls.ports import AskedTool, Line, digest_of_arguments
from voxanne_app.foundation.changes import announce
from voxanne_app.identity.clinic_profile import clinic_profile
from voxanne_app.trials.models import Trial
from voxanne_app.trials.putting_through import tools_for
from voxanne_app.trials.turns import UsedTool, Verdict, as_json, read_tools, read_turns

Tools = Mapping[str, VoiceTool]
Run = Callable[[Session, Caller, AskedTool, datetime, Tools], tuple[Verdict, ToolAnswer]]

MOST_USES = 30
TOO_MANY = "That was asked too often in this conversation. Please tell the caller that it cannot be done now."


@dataclass(frozen=True)
class Scene:
    """A trial whose assistant is answering just now. `before` was used for earlier answers, `used` for this
    one."""

    org_id: UUID
    trial_id: UUID
    agent_id: UUID
    key: UUID
    configuration: AgentConfiguration
    zone: str
    happens_at: datetime
    caller_number: str | None
    before: tuple[UsedTool, ...]
    used: tuple[UsedTool, ...]


def scene_behind(session: Session, key: UUID, *, org_id: UUID) -> Scene | None:
    """None when the answer it belonged to is over. Until the transaction ends the trial is held: one use of
    tools comes after the other."""
    trial = _answering(session, key, org_id)
    if trial is None:
        return None
    return Scene(
        org_id,
        trial.id,
        trial.agent_id,
        key,
        read_configuration(trial.configuration),
        clinic_profile(session, org_id=org_id).time_zone,
        trial.happens_at,
        trial.caller_number,
        tuple(tool for turn in read_turns(trial.turns) for tool in turn.tools),
        read_tools(trial.used),
    )


def rehearse(
    session: Session, scene: Scene, asked: Sequence[AskedTool], *, tools: Tools, run: Run
) -> list[UsedTool]:
    """Use the tools; an entry for each that is new. `session` is one of which nothing stays."""
    offered = {tool.name: tool for tool in tools_for(scene.configuration, tools)}
    caller = _caller(session, scene, asked)
    for one in (*scene.before, *scene.used):
        if one.verdict == "done" and one.name in offered and not offered[one.name].only_looks:
            run(session, caller, AskedTool(one.id, one.name, one.arguments), scene.happens_at, offered)
    left = MOST_USES - len(scene.before) - len(scene.used)
    known = {identity_of(one.id, one.name, one.arguments) for one in scene.used}
    fresh = {identity_of(one.vendor_tool_call_id, one.name, one.arguments): one for one in asked}
    return [
        _use(session, caller, one, scene, offered, run) if position < left else _refused(one)
        for position, one in enumerate(one for identity, one in fresh.items() if identity not in known)
    ]


def identity_of(tool_id: str, name: str, arguments: Mapping[str, Any]) -> tuple[str, str]:
    """What makes two uses the same one: the model at times gives one id to several."""
    return tool_id, digest_of_arguments(name, arguments)


def keep(session: Session, scene: Scene, fresh: Sequence[UsedTool]) -> None:
    """Note what was used, in the transaction that holds the trial."""
    if trial := _answering(session, scene.key, scene.org_id):
        trial.used = [*trial.used, *(as_json(one) for one in fresh)]
        session.add(trial)
        announce(session, org_id=scene.org_id, topic="trials")


def _caller(session: Session, scene: Scene, asked: Sequence[AskedTool]) -> Caller:
    """On the line of a call that only this transaction has."""
    line = Line(scene.org_id, scene.agent_id, scene.zone)
    name = f"trial {scene.trial_id}"
    call_id = tool_log.begin(session, name, asked, line=line, now=scene.happens_at)[0].call_id
    return Caller(scene.org_id, call_id, scene.zone, scene.caller_number)


def _use(
    session: Session, caller: Caller, asked: AskedTool, scene: Scene, offered: Tools, run: Run
) -> UsedTool:
    started = time.perf_counter()
    verdict, given = run(session, caller, asked, scene.happens_at, offered)
    took_ms = round((time.perf_counter() - started) * 1000)
    line = " ".join(given.line.split())
    return UsedTool(
        asked.name, asked.arguments, line, verdict, took_ms, asked.vendor_tool_call_id, given.data
    )


def _refused(asked: AskedTool) -> UsedTool:
    nothing: Mapping[str, Any] = {}
    return UsedTool(asked.name, asked.arguments, TOO_MANY, "refused", 0, asked.vendor_tool_call_id, nothing)


def _answering(session: Session, key: UUID, org_id: UUID) -> Trial | None:
    wanted = select(Trial).where(Trial.org_id == org_id, col(Trial.key) == key)
    return session.exec(wanted.with_for_update()).one_or_none()
