"""Insights in the address bar."""

from dataclasses import dataclass, replace
from types import MappingProxyType

from voxanne_app.calls.insights.period import CHOICES
from voxanne_app.ui.address import Address, is_id


@dataclass(frozen=True)
class InsightsAddress(Address):
    """The query of `/insights`."""

    ROUTE = "/insights"
    MEANT = MappingProxyType({"time": CHOICES, "agent": is_id})

    time: str = "30"
    agent: str = ""

    def but(self, **changes: str) -> "InsightsAddress":
        return replace(self, **changes)
