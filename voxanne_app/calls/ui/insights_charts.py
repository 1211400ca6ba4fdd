"""The charts of Insights: words, and sizes in percent of the largest."""

from dataclasses import dataclass, field

from voxanne_app.calls.insights.period import Period
from voxanne_app.calls.insights.reading import Insights, Sums
from voxanne_app.calls.ui.insights_figures import FEWEST, change, percent
from voxanne_app.calls.ui.wording import OUTCOMES, Wording
from voxanne_app.ui import formatting

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DEPTHS = 5


@dataclass(frozen=True)
class Bar:
    """`size`, `part` (what of it was booked) and `before` are percents of the highest."""

    label: str = ""
    tip: str = ""
    size: str = "0%"
    part: str = "0%"
    before: str = "0%"


@dataclass(frozen=True)
class OutcomeBar:
    word: str = ""
    mark: str = ""
    tone: str = ""
    calls: str = ""
    share: str = ""
    size: str = "0%"
    against: str = ""


@dataclass(frozen=True)
class Hour:
    label: str = ""
    depth: str = "d0"


@dataclass(frozen=True)
class Weekday:
    name: str = ""
    short: str = ""
    hours: list[Hour] = field(default_factory=list)


def bars(found: Insights, period: Period) -> list[Bar]:
    """A bar per day, with the same day of the period before behind it."""
    pairs = [
        (day, found.now.days.get(day, Sums()), found.before.days.get(earlier, Sums()))
        for day, earlier in zip(period.days, period.days_before, strict=True)
    ]
    highest = max((max(now.calls, before.calls) for _, now, before in pairs), default=0) or 1
    return [
        Bar(
            label=formatting.short_day(day, today=period.today),
            tip=f"{formatting.short_day(day, today=period.today)}: {formatting.count(now.calls, 'call')}, "
            f"{now.booked:,} booked; {before.calls:,} the period before",
            size=_size(now.calls, highest),
            part=_size(now.booked, highest),
            before=_size(before.calls, highest),
        )
        for day, now, before in pairs
    ]


def highest_day(found: Insights) -> str:
    """The top of the scale, in a word."""
    days = (*found.now.days.values(), *found.before.days.values())
    return f"{max((sums.calls for sums in days), default=0):,}"


def days_summary(found: Insights) -> str:
    """What the bars show, for those who do not see them."""
    if not found.now.days:
        return "No calls in this period."
    day, most = max(found.now.days.items(), key=lambda item: (item[1].calls, item[0]))
    total = found.now.total
    said = f"{formatting.count(total.calls, 'call')}, {total.booked:,} booked."
    before = f"The period before had {found.before.total.calls:,}."
    return f"{said} Most on {formatting.day(day)}: {most.calls:,}. {before}"


def outcome_bars(found: Insights) -> list[OutcomeBar]:
    """Most frequent first."""
    total = found.now.total.calls or 1
    ordered = sorted(found.now.outcomes.items(), key=lambda item: -item[1].calls)
    highest = ordered[0][1].calls if ordered else 1
    return [
        OutcomeBar(
            *_worded(outcome),
            calls=f"{sums.calls:,}",
            share=percent(sums.calls / total),
            size=_size(sums.calls, highest),
            against=_outcome_against(sums.calls, found.before.outcomes.get(outcome, Sums()).calls)
            if found.before.total.calls
            else "",
        )
        for outcome, sums in ordered
    ]


def _worded(outcome: str) -> tuple[str, str, str]:
    words = OUTCOMES.get(outcome, Wording("Ended", "plain", "circle"))
    return words.word, words.mark, words.tone


def _outcome_against(now: int, before: int) -> str:
    if min(now, before) < FEWEST:
        return f"{before:,} before"
    return "as before" if now == before else f"{change(now, before)}, from {before:,}"


def weekdays(found: Insights) -> list[Weekday]:
    """From Monday on: 24 hours each, the deeper the more calls."""
    highest = max(found.now.hours.values(), default=0) or 1

    def hour(weekday: int, number: int) -> Hour:
        calls = found.now.hours.get((weekday, number), 0)
        when = f"{_WEEKDAYS[weekday - 1]}, {_hour_in_words(number)}"
        return Hour(f"{when}: {formatting.count(calls, 'call')}", f"d{-(-calls * _DEPTHS // highest)}")

    return [
        Weekday(name, name[:3], [hour(weekday, number) for number in range(24)])
        for weekday, name in enumerate(_WEEKDAYS, start=1)
    ]


def peak(found: Insights) -> str:
    if not found.now.hours:
        return "No calls in this period."
    (weekday, hour), calls = max(found.now.hours.items(), key=lambda item: item[1])
    return f"Most calls on {_WEEKDAYS[weekday - 1]}s, {_hour_in_words(hour)}: {calls:,}."


def _hour_in_words(hour: int) -> str:
    begins, ends = (f"{at % 12 or 12} {'AM' if at % 24 < 12 else 'PM'}" for at in (hour, hour + 1))
    return f"{begins} to {ends}"


def _size(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f}%"
