"""A call as Vapi's REST API shows it, read like the report that its webhook brings."""

from typing import Any

from voxanne_app.calls.ports import CallNews
from voxanne_app.integrations.vapi.call_news import read_news
from voxanne_app.integrations.vapi.reading import mapping

_AS_IN_A_REPORT = (
    "analysis",
    "artifact",
    "compliance",
    "cost",
    "costBreakdown",
    "costs",
    "customer",
    "destination",
    "endedAt",
    "endedReason",
    "messages",
    "phoneNumber",
    "startedAt",
)


def read_call(call: dict[str, Any]) -> CallNews | None:
    """What the API says about a call; None for one that goes on, of which it says too little."""
    report = report_in(call)
    return read_news(report) if report else None


def report_in(call: dict[str, Any]) -> dict[str, Any] | None:
    """The call as the report that its webhook would have brought; None for one that goes on.

    `updatedAt` is when it was said: a report that came before is older news, a later one newer.
    """
    if call.get("status") != "ended":
        return None
    told = {name: call[name] for name in _AS_IN_A_REPORT if call.get(name) is not None}
    return told | {
        "type": "end-of-call-report",
        "timestamp": call.get("updatedAt"),
        "call": call,
        "artifact": mapping(told.get("artifact")),
    }
