"""An agent as its screens show it. Pure: rows in, views out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from voxanne_app.agents.comparing import Line, changes_between, count_of, lines_between
from voxanne_app.agents.configuration import AgentConfiguration, read_configuration
from voxanne_app.agents.models import Agent, AgentVersion
from voxanne_app.agents.publishing import Review
from voxanne_app.ui import formatting

# The editor's parts, and the words that lead to them.
PARTS = {
    "prompt": "Prompt",
    "rules": "Rules",
    "voice": "Voice",
    "people": "People",
    "limits": "Limits",
    "try": "Try it",
    "tests": "Tests",
    "numbers": "Numbers",
    "versions": "Versions",
}
# What callers can have done, in words for staff: title, explanation.
TOOL_WORDS = {
    "find_free_slots": ("Find free times", "From services, practitioners and hours"),
    "book_appointment": ("Book", "Only times that are free"),
    "move_appointment": ("Move", "The caller’s own bookings only"),
    "cancel_appointment": ("Cancel", "The caller’s own bookings only"),
    "take_message": ("Take a message", "Opens a case for the front desk"),
    "answer_from_knowledge": ("Answer from knowledge", "From the clinic’s documents"),
    "transfer_to_human": ("Transfer to a person", "To the people on the list"),
}


@dataclass(frozen=True)
class AgentHeader:
    """`revision` is the draft's, 0 when nothing differs from what is published."""

    name: str = ""
    version: int = 0
    published: str = ""
    state: str = ""
    tone: str = "plain"
    mark: str = "circle"
    publishing: int = 0
    trouble: str = ""
    draft_trouble: str = ""
    heard_meanwhile: str = ""
    drift_found: str = ""
    has_draft: bool = False
    is_out_of_date: bool = False


@dataclass(frozen=True)
class ToolSwitch:
    name: str
    title: str
    explains: str
    is_on: bool


@dataclass(frozen=True)
class DiffLine:
    mark: str
    number: str
    sign: str
    words: str


@dataclass(frozen=True)
class ChangeLine:
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class ReviewView:
    number: int = 0
    lines: list[DiffLine] = field(default_factory=list)
    changes: list[ChangeLine] = field(default_factory=list)
    summary: str = ""
    greeting_before: str = ""
    greeting: str = ""
    recording: str = ""
    obstacles: list[str] = field(default_factory=list)
    is_same: bool = False


@dataclass(frozen=True)
class VersionRow:
    number: int
    title: str
    who: str
    published: str
    exact: str
    summary: str
    is_heard: bool
    tried: str


@dataclass(frozen=True)
class DriftLine:
    place: str
    ours: str
    theirs: str


def header(
    agent: Agent, waiting: AgentVersion | None, draft: AgentVersion | None, heard: AgentVersion | None,
    *, zone: ZoneInfo, now: datetime,
) -> AgentHeader:  # fmt: skip
    state, tone, mark = _state(agent, waiting, draft)
    working = draft or waiting or heard
    said = read_configuration(working.configuration).name if working else ""
    return AgentHeader(
        name=said or agent.name,
        version=agent.version,
        published=_published(heard, zone=zone, now=now),
        state=state,
        tone=tone,
        mark=mark,
        publishing=waiting.number or 0 if waiting else 0,
        trouble=waiting.trouble if waiting else "",
        draft_trouble=draft.trouble if draft else "",
        heard_meanwhile=f"Callers still hear version {agent.version}." if agent.version else _NOBODY,
        drift_found=formatting.when(agent.drift_found_at, zone, now=now) if agent.drift_found_at else "",
        has_draft=draft is not None,
    )


_NOBODY = "Nobody hears this agent yet: calls go to the clinic’s own line."


def _state(agent: Agent, waiting: AgentVersion | None, draft: AgentVersion | None) -> tuple[str, str, str]:
    if waiting:
        return (f"Version {waiting.number} is being published", "bad" if waiting.trouble else "live", "clock")
    if draft and draft.trouble:
        return "Not published", "bad", "triangle-alert"
    if agent.drift:
        return "Changed at the voice platform", "waits", "triangle-alert"
    if agent.version == 0:
        return "Never published", "waits", "circle-dashed"
    if draft:
        return f"Draft differs from version {agent.version}", "waits", "pencil"
    return f"Version {agent.version} is published", "good", "circle-check"


def _published(heard: AgentVersion | None, *, zone: ZoneInfo, now: datetime) -> str:
    if heard is None or heard.published_at is None:
        return "Never published"
    who = f" by {heard.published_by_name}" if heard.published_by_name else ""
    return f"Version {heard.number} published {formatting.when(heard.published_at, zone, now=now)}{who}"


def tool_switches(tools: Collection[str], tools_off: Collection[str]) -> list[ToolSwitch]:
    return [
        ToolSwitch(
            name, *TOOL_WORDS.get(name, (name.replace("_", " ").capitalize(), "")), name not in tools_off
        )
        for name in tools
    ]


def review_view(reviewed: Review, heard: AgentVersion | None, *, number: int) -> ReviewView:
    before = (
        read_configuration(heard.configuration)
        if heard
        else AgentConfiguration(name=reviewed.configuration.name)
    )
    prompt, greeting = (heard.prompt, heard.first_message) if heard else ("", "")
    lines = lines_between(prompt, reviewed.prompt)
    changes = changes_between(before, reviewed.configuration) if heard else ()
    added, removed = count_of(lines)
    return ReviewView(
        number=number,
        lines=diff_lines(lines),
        changes=[ChangeLine(one.what, one.before, one.after) for one in changes],
        summary=f"Prompt +{added} −{removed}" if added or removed else "The prompt is the same",
        greeting_before=greeting if greeting != reviewed.first_message else "",
        greeting=reviewed.first_message,
        recording="Calls are recorded." if reviewed.is_recorded else "Calls are not recorded.",
        obstacles=[one.sentence for one in reviewed.problems],
        is_same=bool(heard) and not (added or removed or changes) and greeting == reviewed.first_message,
    )


def diff_lines(lines: Sequence[Line]) -> list[DiffLine]:
    signs = {"added": "+", "removed": "−", "same": ""}
    return [DiffLine(one.mark, str(one.number or ""), signs[one.mark], one.words) for one in lines]


def version_rows(
    versions: Sequence[AgentVersion], agent: Agent, *, zone: ZoneInfo, now: datetime
) -> list[VersionRow]:
    """`versions` newest first; each is compared with the one below it."""
    return [
        _version_row(one, before, agent, zone=zone, now=now)
        for one, before in zip(versions, [*versions[1:], None], strict=True)
    ]


def _version_row(
    one: AgentVersion, before: AgentVersion | None, agent: Agent, *, zone: ZoneInfo, now: datetime
) -> VersionRow:
    published = one.published_at or one.saved_at
    return VersionRow(
        number=one.number or 0,
        title=f"Version {one.number}",
        who=one.published_by_name or "Set up with the clinic",
        published=formatting.when(published, zone, now=now),
        exact=formatting.exact(published, zone),
        summary=_summary(one, before),
        is_heard=one.number == agent.version,
        tried=f"{agent.candidate_share} % of callers meet it"
        if one.number == agent.candidate_version
        else "",
    )


def _summary(one: AgentVersion, before: AgentVersion | None) -> str:
    restored = f"Restored from version {one.restored_from}. " if one.restored_from else ""
    if before is None:
        return restored or "The first that is known"
    added, removed = count_of(lines_between(before.prompt, one.prompt))
    settings = changes_between(
        read_configuration(before.configuration), read_configuration(one.configuration)
    )
    said = [f"Prompt +{added} −{removed}"] if added or removed else []
    said += [change.what for change in settings]
    if before.first_message != one.first_message:
        said.append("Greeting")
    return restored + (", ".join(said) or "Nothing that callers hear")
