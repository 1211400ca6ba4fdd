"""Vapi's list of calls, read as the reports that its webhooks should have brought."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from voxanne_app.integrations.vapi.api import VapiApi
from voxanne_app.integrations.vapi.call_object import report_in
from voxanne_app.integrations.vapi.webhooks import Unreadable, VapiEvent, read_event

# A call brings its whole conversation: a hundred of them are some megabytes.
_PER_PAGE = 100
# The longest call lasts twelve hours. What is changed long after its end, as a name, is no news to us.
_LONGEST_AGO = timedelta(days=1)


class VapiCallListing:
    def __init__(self, api: VapiApi) -> None:
        self._api = api

    def ended(self, *, since: datetime, until: datetime) -> Iterator[VapiEvent]:
        """The reports of calls that are over and were written to between those instants.

        Raises PlatformUnavailable, PlatformRefuses (agents/ports.py), and then nothing is known to be whole.
        """
        calls = self._api.listed(
            "/call",
            per_page=_PER_PAGE,
            updatedAtGe=_written(since),
            updatedAtLt=_written(until),
            createdAtGe=_written(since - _LONGEST_AGO),
        )
        for call in calls:
            if report := report_in(call):
                try:
                    yield read_event(orjson.dumps({"message": report}))
                except Unreadable:
                    continue  # as a webhook it would have been refused as well


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
