"""What is known about a call, however its events came: twice, late, out of order, or poorer than before.

Everything known is a register that only grows stronger, or a set that only grows. Folding news in is
therefore commutative, associative and idempotent: any order, any number of times, ends in the same record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from voxanne_app.calls.ports import REPORT, CallNews, Register, SpokenTurn

KEPT_ELSEWHERE = frozenset(("turns", "costs", "transcript"))


@dataclass(frozen=True)
class CallRecord:
    registers: Mapping[str, Register] = field(default_factory=dict)
    finals: frozenset[SpokenTurn] = frozenset()

    def value(self, name: str) -> Any:
        found = self.registers.get(name)
        return found.value if found else None


def fold(record: CallRecord, news: CallNews) -> CallRecord:
    """The record with the news in it; nothing that was known gets lost."""
    registers = dict(record.registers)
    for name, told in news.registers.items():
        known = registers.get(name)
        if known is None or told.order > known.order:
            registers[name] = told
    folded = CallRecord(registers, record.finals | news.finals)
    # The report's history is whole: sentences heard on the way add nothing to it, now or later.
    return replace(folded, finals=frozenset()) if has_whole_history(folded) else folded


def has_whole_history(record: CallRecord) -> bool:
    """Turns come with (their number, the rank of their source, characters) as strength."""
    turns = record.registers.get("turns")
    return bool(turns and "has_report" in record.registers and turns.strength[1] >= REPORT)


def changed(before: CallRecord, after: CallRecord) -> set[str]:
    """The names of the registers that became stronger."""
    return {
        name
        for name, told in after.registers.items()
        if name not in before.registers or before.registers[name].order != told.order
    }


def as_json(record: CallRecord) -> dict[str, Any]:
    """For the column `evidence`. Of what has a place of its own, only the strength."""
    return {
        "registers": {
            name: [list(told.strength), told.digest, None if name in KEPT_ELSEWHERE else _plain(told.value)]
            for name, told in record.registers.items()
        },
        "finals": [
            [_plain(turn.said_at), turn.speaker, turn.words]
            for turn in sorted(record.finals, key=lambda turn: (str(turn.said_at), turn.words))
        ],
    }


def from_json(held: Mapping[str, Any]) -> CallRecord:
    registers = {
        name: Register(tuple(map(float, strength)), digest, _rich(name, value))
        for name, (strength, digest, value) in held.get("registers", {}).items()
    }
    finals = (
        SpokenTurn(speaker, words, datetime.fromisoformat(said_at) if said_at else None)
        for said_at, speaker, words in held.get("finals", [])
    )
    return CallRecord(registers, frozenset(finals))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _rich(name: str, value: Any) -> Any:
    if name.endswith("_at") and value:
        return datetime.fromisoformat(value)
    return Decimal(value) if name == "cost_usd" and value else value
