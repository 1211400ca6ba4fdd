"""A conversation that tries an agent out: what was said, and which tools were used in its course."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Role = Literal["caller", "assistant"]
Verdict = Literal["done", "refused", "failed"]


@dataclass(frozen=True)
class UsedTool:
    """`line` is what the assistant was told, `data` the same for machines. `id` is the platform's name for
    this use."""

    name: str
    arguments: Mapping[str, Any]
    line: str
    verdict: Verdict
    took_ms: int
    id: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """What one side said. `tools` are those that the assistant used before it said this, in order."""

    role: Role
    text: str
    tools: tuple[UsedTool, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "tools": [as_json(tool) for tool in self.tools]}


def as_json(tool: UsedTool) -> dict[str, Any]:
    return {**asdict(tool), "arguments": dict(tool.arguments), "data": dict(tool.data)}


def read_turns(held: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """From a column that `as_json` filled."""
    return tuple(Turn(one["role"], one["text"], read_tools(one["tools"])) for one in held)


def read_tools(held: Sequence[Mapping[str, Any]]) -> tuple[UsedTool, ...]:
    return tuple(UsedTool(**one) for one in held)
