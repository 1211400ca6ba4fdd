"""The hand-over sheet: what is open now, by clinical risk, and what was settled since yesterday. Live."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from voxanne_app.calls import cases
from voxanne_app.calls.cases import CaseRow
from voxanne_app.foundation import clock
from voxanne_app.today.ui.handover_view import HandoverLine, SettledLine, handover_line, settled_line
from voxanne_app.ui import formatting
from voxanne_app.ui.session import Screen, guarded

# More than a shift can do; the sheet says how many are left out.
_AT_MOST = 100
_SETTLED_SINCE = timedelta(hours=24)


class HandoverState(Screen):
    is_loaded: bool = False
    lines: list[HandoverLine] = []
    settled: list[SettledLine] = []
    printed_at: str = ""
    left_out: str = ""

    @guarded("today.read")
    async def load(self) -> None:
        await self._look()

    @guarded("today.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("cases"):
            async with self:
                await self._look()

    async def _look(self) -> None:
        person, now = await self.asking(), clock.now()
        zone, since = ZoneInfo(person.time_zone), now - _SETTLED_SINCE

        def work(session: Session) -> tuple[tuple[CaseRow, ...], tuple[CaseRow, ...], int]:
            return (
                cases.open_cases(session, org_id=person.org_id, at_most=_AT_MOST),
                cases.settled_cases(session, org_id=person.org_id, since=since),
                cases.count_waiting(session, org_id=person.org_id),
            )

        waiting, settled, in_all = await self.in_transaction("today.read", work)
        self.lines = [handover_line(case, zone, now) for case in waiting]
        self.settled = [settled_line(case, zone, now) for case in settled]
        self.printed_at = formatting.to_the_minute(now, zone)
        self.left_out = (
            f"{in_all - len(waiting):,} more are not on this sheet." if in_all > len(waiting) else ""
        )
        self.is_loaded = True
