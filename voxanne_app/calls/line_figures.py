"""What `/metrics` says about the lines; clinics by their ids."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from sqlmodel import Session

from voxanne_app.calls.lines import lines_now
from voxanne_app.foundation import clock
from voxanne_app.foundation.settings import get_settings


def figures(session: Session) -> Iterator[GaugeMetricFamily]:
    lines = lines_now(session, in_all=get_settings().vapi_lines, now=clock.now())
    yield GaugeMetricFamily("voxanne_lines", "Lines that all clinics share.", value=lines.in_all)
    yield GaugeMetricFamily("voxanne_lines_left", "Lines that nobody is on.", value=lines.left)
    live = GaugeMetricFamily("voxanne_live_calls", "Calls on the phone.", labels=["organization"])
    for org_id, count in lines.live.items():
        live.add_metric([str(org_id)], count)
    yield live
