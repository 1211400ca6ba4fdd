"""When something is to be, as far as words say it, against when it is."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from voxanne_app.calls.promises import english_times
from voxanne_app.calls.promises.english_numbers import plain_words


@dataclass(frozen=True)
class When:
    """What words may mean: dates of the clinic, and minutes of its day. Empty: they do not say."""

    dates: frozenset[date] = frozenset()
    minutes: frozenset[int] = frozenset()

    @property
    def is_named(self) -> bool:
        return bool(self.dates or self.minutes)

    @property
    def is_whole(self) -> bool:
        return bool(self.dates and self.minutes)

    def fits(self, wall: datetime) -> bool:
        """Whether a clock that shows `wall` can be meant: to the minute, where the words give one."""
        minute = wall.hour * 60 + wall.minute
        return (not self.dates or wall.date() in self.dates) and (not self.minutes or minute in self.minutes)


UNSAID = When()


def whens_in(words: str, *, today: date, spoken: Iterable[date] = ()) -> list[When]:
    """Every time that words name, in their order. `spoken`: dates that were said in full before, one of
    which a bare weekday may mean.
    """
    plain = plain_words(words)
    without, dates = english_times.dates_in(plain, today)
    rest, times = english_times.times_in(without)
    if english_times.is_bare_weekday(plain) and dates:
        weekday = english_times.weekday_of(plain)
        earlier = frozenset(day for day in spoken if day.weekday() == weekday)
        dates = [(start, meant | earlier) for start, meant in dates]
    if not times:
        return [When(dates=meant) for _, meant in dates]
    parts = english_times.parts_in(rest)
    return [When(_day_of(place, dates, parts), minutes) for place, minutes in times]


def _day_of(place: int, dates: Sequence[english_times.Span], parts: Sequence[int]) -> frozenset[date]:
    """The day that a time belongs to: named with it, or else the last one before, or the next one."""
    part = bisect(parts, place)
    beside = [meant for start, meant in dates if bisect(parts, start) == part]
    before = [meant for start, meant in dates if start <= place]
    nearest = beside[:1] or before[-1:] or [meant for _, meant in dates][:1]
    return nearest[0] if nearest else frozenset()


def dates_spoken(words: str, *, today: date) -> frozenset[date]:
    """The dates that words give in full, so that a weekday alone can mean them later."""
    plain = plain_words(words)
    if english_times.is_bare_weekday(plain):
        return frozenset()
    _, dates = english_times.dates_in(plain, today)
    return frozenset(day for _, meant in dates if len(meant) == 1 for day in meant)
