"""Costs that change after the report, as the carrier's bill comes later than the call's end."""

from voxanne_app.sandbox.vapi import costs
from voxanne_app.sandbox.vapi.simulated_call import Line

AFTER_SECONDS = 60


async def bill_late(line: Line, usd: float) -> None:
    """A minute later the line costs `usd` more. No webhook tells it: only who asks for the call finds out."""
    await line.organization.world.clock.sleep(AFTER_SECONDS / line.speed)
    if line.call["id"] in line.organization.calls and line.call.get("costs"):
        parts = costs.with_transport(line.call["costs"], usd)
        line.save(costs=parts, cost=costs.total(parts), costBreakdown=costs.breakdown(parts))
