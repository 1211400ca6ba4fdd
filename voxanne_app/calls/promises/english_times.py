"""Days and times as English speakers say them: `the twenty-fourth at half past two`, `tomorrow at 9`."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_ORDINAL = r"(?:st|nd|rd|th)"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?P<iso>\d{4}-\d\d-\d\d)\b",
        rf"\b{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}}){_ORDINAL}?\b(?!:)(?:,?\s+(?P<year>20\d\d))?",
        rf"\b(?:the\s+)?(?P<day>\d{{1,2}}){_ORDINAL}?\s+(?:of\s+)?{_MONTH}(?!\s+(?:i|we|"
        rf"you)\b)(?:,?\s+(?P<year>20\d\d))?",
        rf"\bthe\s+(?P<day>\d{{1,2}}){_ORDINAL}\b(?!\s+(?:appointment|time|one|visit|booking|floor|slot))",
        r"\b(?P<slash>\d{1,2}/\d{1,2})\b",
        r"\b(?P<after>the day after tomorrow|tomorrow|today|tonight|this (?:morning|afternoon|evening))\b",
        rf"\b(?:a|one) week (?:from|on) {_WEEKDAY}|"
        rf"\b(?P<week_on>{_WEEKDAY.replace('?P<weekday>', '')}) week\b",
        rf"\b(?:(?P<next>next|following|this|coming)\s+)?{_WEEKDAY}\b",
        r"\bin (?P<count>a|\d{1,2}) (?P<unit>day|week)s?\b",
    )
)
_AFTER = {"the day after tomorrow": 2, "tomorrow": 1}
_NO_TIME = (
    r"(?!\s*(?:-|%|\$|st\b|nd\b|rd\b|th\b)|\s+(?:minute|min|hour|dollar|percent|people|patient|"
    r"day|week|month|year"
    r"|of|appointment|visit|session)s?\b)"
)
_MERIDIEM = r"(?:\s*(?P<half>[ap]m)\b)?"
_TIMES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?P<hour>\d{{1,2}}):(?P<minute>\d\d)\b{_MERIDIEM}",
        r"\b(?P<hour>\d{1,2})(?:\s+(?P<minute>[0-5]\d))?\s*(?P<half>[ap]m)\b",
        r"\b(?P<past>half|a quarter|quarter|\d{1,2}(?: minutes)?)\s+(?P<way>past|after|"
        r"to)\s+(?P<hour>\d{1,2})\b" + _MERIDIEM,
        r"\b(?P<named>noon|midday|midnight)\b",
        r"\b(?P<hour>\d{1,2})\s+o'?clock\b",
        rf"\bat\s+(?:about\s+)?(?P<hour>\d{{1,2}})(?:\s+(?P<minute>[0-5]\d))?\b{_NO_TIME}",
        rf"#[\s,]*(?:at\s+|for\s+)?(?P<hour>\d{{1,2}})(?:\s+(?P<minute>[0-5]\d))?\b{_NO_TIME}",
        r"\b(?:for|to|by|until)\s+(?P<hour>\d{1,2})(?:\s+(?P<minute>[0-5]\d))?"
        r"(?=\s*(?:$|[,.!]|on\b|with\b|in the\b|#))",
    )
)
_NAMED = {"noon": 720, "midday": 720, "midnight": 0}
_HALVES = ((re.compile(r"\bmorning\b"), "am"), (re.compile(r"\b(?:afternoon|evening|tonight|night)\b"), "pm"))
_BETWEEN = re.compile(r"\b(?:or|and|to|until|then|but)\b|;")
Span = tuple[int, frozenset[date]]


def dates_in(words: str, today: date) -> tuple[str, list[Span]]:
    """Of plain words: with `#` over each day that is named, and where each stands with what it may mean."""
    found: list[tuple[int, int, frozenset[date]]] = []
    for rank, pattern in enumerate(_DATES):
        for match in list(pattern.finditer(words)):
            if meant := frozenset(_meant(match.groupdict(), match[0], today)):
                found.append((match.start(), rank, meant))
                words = words[: match.start()] + "#" * len(match[0]) + words[match.end() :]
    return words, _joined(words, found)


def times_in(words: str) -> tuple[str, list[tuple[int, frozenset[int]]]]:
    """Of plain words without their days: with `_` over each time, and where each stands with the minutes of
    the day that it may mean.
    """
    found = []
    for pattern in _TIMES:
        for match in list(pattern.finditer(words)):
            if meant := _minutes(match.groupdict(), _half_near(words, *match.span())):
                found.append((match.start(), meant))
            words = words[: match.start()] + "_" * len(match[0]) + words[match.end() :]
    return words, sorted(found, key=lambda span: span[0])


def _half_near(words: str, start: int, end: int) -> str | None:
    """Morning or afternoon, where that is said with the time at that place."""
    near = f"{_BETWEEN.split(words[end:], maxsplit=1)[0]} | {_BETWEEN.split(words[:start])[-1]}"
    return next((name for pattern, name in _HALVES if pattern.search(near)), None)


def parts_in(words: str) -> list[int]:
    """Where in words without days and times one that is named ends and another may begin."""
    return [found.start() for found in _BETWEEN.finditer(words)]


def weekday_of(words: str) -> int | None:
    """The weekday that plain words name, without saying which one of them."""
    found = re.search(rf"\b{_WEEKDAY}\b", words)
    return _WEEKDAYS.index(found["weekday"]) if found else None


def is_bare_weekday(words: str) -> bool:
    """Whether a weekday is the only day named."""
    return weekday_of(words) is not None and not any(
        pattern.search(words) for pattern in (*_DATES[:7], _DATES[8])
    )


def _joined(words: str, found: list[tuple[int, int, frozenset[date]]]) -> list[Span]:
    """`Tuesday, the 24th` names one day, not two: what says more counts."""
    kept: list[tuple[int, int, frozenset[date]]] = []
    for start, rank, meant in sorted(found, key=lambda span: span[0]):
        if kept and re.fullmatch(r"#+[\s,]*", words[kept[-1][0] : start]):
            first = kept.pop()
            more = min(first, (start, rank, meant), key=lambda told: told[1])
            kept.append((first[0], *more[1:]))
        else:
            kept.append((start, rank, meant))
    return [(start, meant) for start, _, meant in kept]


def _meant(told: dict[str, str | None], words: str, today: date) -> Iterator[date]:
    if iso := told.get("iso"):
        yield from _date(*map(int, iso.split("-")))
    elif slash := told.get("slash"):
        one, two = map(int, slash.split("/"))
        yield from {*_next(today, one, two), *_next(today, two, one)}
    elif month := told.get("month"):
        number, day = _MONTHS.index(month[:3]) + 1, int(told["day"] or 0)
        year = told.get("year")
        yield from _date(int(year), number, day) if year else _next(today, number, day)
    elif day_of_month := told.get("day"):
        months = ((today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1)
                  for ahead in range(3))  # fmt: skip
        coming = (one for year, number in months for one in _date(year, number, int(day_of_month)))
        yield from [one for one in coming if one >= today][:1]
    elif after := told.get("after"):
        yield today + timedelta(days=_AFTER.get(after, 0))
    elif count := told.get("count"):
        days = (1 if count == "a" else int(count)) * (7 if told["unit"] == "week" else 1)
        yield today + timedelta(days=days)
    else:
        yield from _weekdays(told, words, today)


def _weekdays(told: dict[str, str | None], words: str, today: date) -> Iterator[date]:
    """`Tuesday` is the coming one, on a Tuesday today or in a week; people do not agree on `next Tuesday`."""
    name = told.get("week_on") or told.get("weekday") or ""
    ahead = (_WEEKDAYS.index(name) - today.weekday()) % 7
    if "week" in words.split():
        weeks = (1,) if ahead else (1, 2)
    else:
        weeks = (0, 1) if told.get("next") in ("next", "following") or not ahead else (0,)
    for week in weeks:
        yield today + timedelta(days=ahead + 7 * week)


def _next(today: date, month: int, day: int) -> Iterator[date]:
    """That day of this year, or of the next one when it has long been over."""
    for year in (today.year, today.year + 1):
        for found in _date(year, month, day):
            if found >= today - timedelta(days=60):
                yield found
                return


def _date(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return


def _minutes(told: dict[str, str | None], half: str | None) -> frozenset[int]:
    if named := told.get("named"):
        return frozenset((_NAMED[named],))
    hour, minute = int(told["hour"] or 0), int(told.get("minute") or 0)
    if past := told.get("past"):
        count = {"half": 30, "a quarter": 15, "quarter": 15}.get(past) or int(past.split()[0])
        minute = count if told["way"] in ("past", "after") else -count
    if hour > 23 or not -60 < minute < 60:
        return frozenset()
    half = told.get("half") or (half if 1 <= hour <= 12 else None)
    hours = {"am": (hour % 12,), "pm": (hour % 12 + 12,)}.get(half or "") or (
        (hour % 12, hour % 12 + 12) if 1 <= hour <= 12 else (hour,)
    )
    return frozenset((each * 60 + minute) % 1440 for each in hours)
