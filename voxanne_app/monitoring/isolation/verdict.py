"""What a probe's findings come to, in numbers, in words and as they are kept."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from voxanne_app.monitoring.isolation.probe import Findings, Tried


@dataclass(frozen=True)
class Counts:
    attempts: int
    holes: int
    not_run: int


def count(findings: Findings) -> Counts:
    tried = [one for table in findings.tables for one in table.tried]
    broken = [rule for rule in findings.rules if rule.broken_by]
    facts = [fact for fact in findings.facts if not fact.holds]
    return Counts(
        attempts=sum(one.times for one in tried) + len(findings.rules) + len(findings.facts),
        holes=sum(one.verdict == "hole" for one in tried) + len(broken) + len(facts),
        not_run=sum(one.verdict == "not_run" for one in tried) + sum(bool(r.trouble) for r in findings.rules),
    )


def troubles(findings: Findings) -> Iterable[str]:
    """What is red, in few words each: names of roles, rules, tables and verbs only."""
    yield from (f"the role {fact.says}" for fact in findings.facts if not fact.holds)
    for checked in findings.rules:
        if checked.broken_by:
            yield f"{checked.rule.number} ({', '.join(checked.broken_by[:3])})"
        elif checked.trouble:
            yield f"{checked.rule.number} not checked"
    for table in findings.tables:
        red = [one.verb for one in table.tried if one.verdict != "held"]
        if red:
            yield f"{table.name}: {', '.join(red[:4])}"


def as_json(findings: Findings) -> dict[str, Any]:
    return {
        "facts": [asdict(fact) for fact in findings.facts],
        "rules": [
            {
                "number": checked.rule.number,
                "says": checked.rule.says,
                "remedy": checked.rule.remedy,
                "broken_by": checked.broken_by,
                "trouble": checked.trouble,
            }
            for checked in findings.rules
        ],
        "tables": [
            {
                "name": table.name,
                "took_ms": table.took_ms,
                "tried": {one.verb: _as_json(one) for one in table.tried},
            }
            for table in findings.tables
        ],
    }


def _as_json(tried: Tried) -> dict[str, Any]:
    return {"verdict": tried.verdict, "times": tried.times, "holes": tried.holes, "trouble": tried.trouble}
