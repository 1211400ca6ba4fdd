from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.foundation.cron_runs import Tick

_HOURLY = Tick("any", every=timedelta(hours=1), offset=timedelta(minutes=17))
_DAILY = Tick("any", every=timedelta(days=1), offset=timedelta(hours=4))
_MOMENTS = st.integers(1_700_000_000, 1_900_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


def test_a_tick_is_counted_from_midnight_plus_its_offset() -> None:
    assert _HOURLY.latest(datetime(2026, 11, 23, 9, 16, 59, tzinfo=UTC)).isoformat()[11:16] == "08:17"
    assert _HOURLY.latest(datetime(2026, 11, 23, 9, 17, 0, tzinfo=UTC)).isoformat()[11:16] == "09:17"


def test_a_daily_tick_comes_once_on_the_days_the_clocks_change() -> None:
    new_york = ZoneInfo("America/New_York")
    for day in (datetime(2026, 3, 8, tzinfo=new_york), datetime(2026, 11, 1, tzinfo=new_york)):
        moments = [day.astimezone(UTC) + timedelta(minutes=10 * step) for step in range(6 * 26)]
        seen = {_DAILY.latest(moment) for moment in moments}
        assert len(seen - {_DAILY.latest(moments[0])}) == 1


@given(now=_MOMENTS, seconds=st.integers(1, 10_000_000), offset=st.integers(0, 86_400))
def test_the_latest_tick_is_never_ahead_and_never_a_whole_span_behind(
    now: datetime, seconds: int, offset: int
) -> None:
    tick = Tick("any", every=timedelta(seconds=seconds), offset=timedelta(seconds=offset))
    assert timedelta() <= now - tick.latest(now) < tick.every
    assert tick.latest(tick.latest(now)) == tick.latest(now)
