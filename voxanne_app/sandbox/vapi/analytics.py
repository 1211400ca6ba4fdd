"""`POST /analytics`: sums over all calls of the organization. One can group them, but there is no filter."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.clock import iso_milliseconds, read_iso
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import validation
from voxanne_app.sandbox.vapi.errors import VapiError
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.resources import read
from voxanne_app.sandbox.world import Json

DEFAULT_RANGE_SECONDS = 7 * 86_400
# How much of an ISO date a step leaves; longer and odder steps than these are answered in one piece.
STEPS = {"second": 19, "minute": 16, "hour": 13, "day": 10, "month": 7, "year": 4}
OPERATIONS: dict[str, Callable[[list[float]], Any]] = {
    "sum": sum,
    "avg": lambda numbers: fmean(numbers) if numbers else 0,
    "count": len,
    "min": lambda numbers: min(numbers, default=0),
    "max": lambda numbers: max(numbers, default=0),
    "history": list,
}


class Analytics:
    def __init__(self, organization: Organization) -> None:
        self._organization = organization

    def routes(self) -> list[BaseRoute]:
        return [Route("/analytics", self.query, methods=["POST"])]

    async def query(self, request: Request) -> Response:
        body = validation.check(await read(request), "AnalyticsQueryDTO")
        return Json([self._answer(query) for query in body["queries"]], status_code=201)

    def _answer(self, query: JsonObject) -> JsonObject:
        span = self._span(query.get("timeRange") or {})
        began, ended = _moment(span["start"]), _moment(span["end"])
        groups: dict[tuple[tuple[str, Any], ...], list[JsonObject]] = defaultdict(list)
        for call in self._organization.calls.values():
            if began <= read_iso(call["createdAt"]) <= ended:
                groups[tuple(_group_of(call, query, span))].append(call)
        if not groups and not _is_grouped(query, span):
            groups[()] = []
        result = [{**dict(group), **_sums(calls, query)} for group, calls in groups.items()]
        return {"name": query["name"], "timeRange": span, "result": result}

    def _span(self, given: JsonObject) -> JsonObject:
        now = self._organization.world.clock.now()
        default = {
            "start": iso_milliseconds(now - DEFAULT_RANGE_SECONDS),
            "end": iso_milliseconds(now),
            "timezone": "UTC",
        }
        return default | given


def _is_grouped(query: JsonObject, span: JsonObject) -> bool:
    return bool(query.get("groupBy") or query.get("groupByVariableValue") or span.get("step") in STEPS)


def _group_of(call: JsonObject, query: JsonObject, span: JsonObject) -> Iterable[tuple[str, Any]]:
    if length := STEPS.get(span.get("step", "")):
        created = datetime.fromtimestamp(read_iso(call["createdAt"]), _zone(span["timezone"]))
        yield "date", created.isoformat()[:length]
    for column in query.get("groupBy") or []:
        yield column, _field(call, column)
    for variable in query.get("groupByVariableValue") or []:
        values = (call.get("assistantOverrides") or {}).get("variableValues") or {}
        yield variable["key"], values.get(variable["key"])


def _sums(calls: list[JsonObject], query: JsonObject) -> JsonObject:
    return {
        operation.get("alias") or f"{operation['operation']}{operation['column']}": OPERATIONS[
            operation["operation"]
        ](_numbers(calls, operation["column"]))
        for operation in query["operations"]
    }


def _numbers(calls: list[JsonObject], column: str) -> list[float]:
    if column in ("id", "concurrency"):
        return [1] * len(calls)
    if column in ("duration", "minutesUsed"):
        return [_minutes(call) for call in calls]
    return [float(value) for call in calls if (value := _field(call, column)) is not None]


def _field(call: JsonObject, path: str) -> Any:
    value: Any = call
    for name in path.replace("analysisBreakdown", "analysisCostBreakdown").split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _minutes(call: JsonObject) -> float:
    if not call.get("startedAt") or not call.get("endedAt"):
        return 0.0
    return (read_iso(call["endedAt"]) - read_iso(call["startedAt"])) / 60


def _moment(text: str) -> float:
    try:
        return read_iso(text)
    except ValueError:
        raise VapiError(400, ["timeRange must hold valid ISO 8601 date strings"]) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):
        raise VapiError(400, ["timeRange.timezone must be a valid IANA time-zone"]) from None
