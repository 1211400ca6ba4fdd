"""What the assistant understands of the product's answer to a tool call."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from voxanne_app.sandbox.vapi.delivery import Answer

NO_RESULT = "No result returned."
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?")
CLOCK_TIME = re.compile(r"\b(\d{1,2})(?::(\d\d))?\s*([ap])\.?m\b", re.IGNORECASE)
MONTH_DAY = re.compile(rf"\b({'|'.join(MONTHS)})\s+(\d{{1,2}})", re.IGNORECASE)
REFUSALS = re.compile(
    r"\b(sorry|taken|not available|no longer|unavailable|cannot|can't|could not|couldn't|unable|no free)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ToolAnswer:
    """`text` is the line the voice says; `metadata` has `slots` and `booking`, if the product sends them."""

    tool: str
    text: str
    metadata: dict[str, Any]
    failed: bool = False
    is_missing: bool = False

    @property
    def worked(self) -> bool:
        """It did what was asked: the metadata says so, else the line does not sound like a refusal."""
        if self.failed or self.is_missing:
            return False
        if "booking" in self.metadata:
            return bool(self.metadata["booking"])
        return not self.metadata.get("slots") and not REFUSALS.search(self.text)

    def offers(self, today: date) -> list[dict[str, Any]]:
        """Times on offer, `[{starts_at, practitioner?, spoken}]`, from metadata, else read from the line."""
        if isinstance(slots := self.metadata.get("slots"), list):
            return [slot for slot in slots if isinstance(slot, dict) and slot.get("starts_at")]
        found = [{"starts_at": text, "spoken": text} for text in ISO_TIME.findall(self.text)]
        return found or _spoken_times(self.text, today)


def read_answer(tool: str, tool_call_id: str, reply: Answer) -> ToolAnswer:
    """Vapi's reading: only 200 counts, a result is a text on one line, found by its call's id."""
    results = reply.body.get("results") if reply.status == 200 and isinstance(reply.body, dict) else None
    for result in results if isinstance(results, list) else []:
        if isinstance(result, dict) and result.get("toolCallId") == tool_call_id:
            text, error = result.get("result"), result.get("error")
            line = text if isinstance(text, str) else error
            if not isinstance(line, str) or "\n" in line:
                break
            metadata = result.get("metadata")
            return ToolAnswer(
                tool, line, metadata if isinstance(metadata, dict) else {}, failed=not isinstance(text, str)
            )
    return ToolAnswer(tool, NO_RESULT, {}, failed=True)


def _spoken_times(line: str, today: date) -> list[dict[str, Any]]:
    """`Tuesday, November 24 at 10:15 AM` as wall time; a time belongs to the date named last before it."""
    day: date | None = None
    found = []
    marks = sorted([*MONTH_DAY.finditer(line), *CLOCK_TIME.finditer(line)], key=lambda mark: mark.start())
    for mark in marks:
        if mark.re is MONTH_DAY:
            day = _next_date(today, MONTHS.index(mark[1].lower()) + 1, int(mark[2]))
        elif day is not None:
            hour = int(mark[1]) % 12 + (12 if mark[3].lower() == "p" else 0)
            moment = datetime(day.year, day.month, day.day, hour, int(mark[2] or 0))  # noqa: DTZ001 (wall time)
            found.append({"starts_at": moment.isoformat(), "spoken": mark[0]})
    return found


def _next_date(today: date, month: int, day: int) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate >= today:
            return candidate
    return None
