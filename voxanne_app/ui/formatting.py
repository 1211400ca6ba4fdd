"""How times, money, phone numbers and spans are written on screens. Pure functions; `now` is an argument."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import phonenumbers

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "JPY": "¥",
    "INR": "₹",
}
_WITHOUT_CENTS = {"JPY", "KRW", "CLP", "ISK"}
_ZONES_BY_ABBREVIATION = {
    "PST": "Pacific time",
    "MST": "Mountain time",
    "CST": "Central time",
    "EST": "Eastern time",
    "AKST": "Alaska time",
    "HST": "Hawaii time",
    "AST": "Atlantic time",
    "NST": "Newfoundland time",
    "CET": "Central European time",
    "EET": "Eastern European time",
    "WET": "Western European time",
}


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """`10:15 AM`, on the clinic's wall."""
    local = moment.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def day(on: date) -> str:
    """`Tuesday 24 November`."""
    return f"{on:%A} {on.day} {on:%B}"


def short_day(on: date, *, today: date) -> str:
    """`Tue 24 Nov`, with the year when it is not this one."""
    year = "" if on.year == today.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


def day_and_time(moment: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """`Tue 24 Nov, 10:15 AM`."""
    local_day = moment.astimezone(zone).date()
    return f"{short_day(local_day, today=now.astimezone(zone).date())}, {clock_time(moment, zone)}"


def exact(moment: datetime, zone: ZoneInfo) -> str:
    """All there is to say about a moment, for the hover: `Tuesday 24 November 2026, 10:15:03 AM PST`."""
    local = moment.astimezone(zone)
    hour = local.hour % 12 or 12
    half = "AM" if local.hour < 12 else "PM"
    return f"{day(local.date())} {local.year}, {hour}:{local:%M:%S} {half} {local:%Z}"


def to_the_minute(moment: datetime, zone: ZoneInfo) -> str:
    """For paper, and where nothing can be hovered: `Tue 24 Nov 2026, 10:15 AM PST`."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}, {clock_time(moment, zone)} {local:%Z}"


def when(moment: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Relative within a day of now (`4 min ago`, `in 2 h`), the day and time otherwise."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) >= _DAY:
        return day_and_time(moment, zone, now=now)
    if abs(seconds) < _MINUTE:
        return "now"
    return f"{lasting(seconds)} ago" if seconds > 0 else f"in {lasting(-seconds)}"


def lasting(seconds: float) -> str:
    """How long something took or waits, in two units at most: `12 min`, `1 h 6 min`, `3 days`."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        hours, rest = divmod(whole, _HOUR)
        minutes = rest // _MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = whole // _DAY, whole % _DAY // _HOUR
    return f"1 day {hours} h" if days == 1 and hours else count(days, "day")


def length(seconds: float) -> str:
    """The length of a call: `2:48`, `1:02:48`."""
    hours, rest = divmod(max(0, int(seconds)), _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def milliseconds(took: float) -> str:
    """How fast a tool answered: `412 ms`, `3.2 s`."""
    return f"{round(took)} ms" if took < 1000 else f"{took / 1000:.1f} s"


def money(amount: Decimal, currency: str = "USD", *, digits: int = 2) -> str:
    """`$41.90`; what is more than nothing and would round to it is `<$0.01`."""
    code = currency.upper()
    places = 0 if code in _WITHOUT_CENTS else digits
    smallest = Decimal(1).scaleb(-places)
    symbol = _SYMBOLS.get(code, f"{code} ")
    sign = "−" if amount < 0 else ""
    size = abs(amount)
    if 0 < size < smallest / 2:
        return f"{sign}<{symbol}{smallest:f}"
    return f"{sign}{symbol}{size.quantize(smallest, ROUND_HALF_UP):,f}"


def phone(number: str | None, region: str = "US") -> str:
    """A number in E.164 as people of `region` write it; what is no number is shown as it came."""
    if not number:
        return "Number withheld"
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    own = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if own else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def zone_name(zone: ZoneInfo) -> str:
    """What people call it: `Pacific time`; `UK time`; the city's where nothing shorter is known."""
    if zone.key in ("Europe/London", "Europe/Belfast"):
        return "UK time"
    winter = datetime(2026, 1, 15, tzinfo=zone).tzname() or ""
    # Abbreviations are not unique in the world: CST is also Shanghai's, IST three countries'.
    if winter in _ZONES_BY_ABBREVIATION and zone.key.split("/")[0] in (
        "America",
        "US",
        "Canada",
        "Europe",
        "Pacific",
    ):
        return _ZONES_BY_ABBREVIATION[winter]
    city = zone.key.split("/")[-1].replace("_", " ")
    return "UTC" if city in ("UTC", "Etc") else f"{city} time"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 call`, `1,204 calls`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def initials(name: str) -> str:
    """`MT` for Maya Torres; at most two letters, of the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in ends)


def day_heading(on: date, *, today: date) -> tuple[str, str]:
    """A list's heading for a day, in two parts: (`Yesterday`, `Monday 23 November`), or (the day, ``)."""
    names = {today: "Today", today - timedelta(days=1): "Yesterday", today + timedelta(days=1): "Tomorrow"}
    if on in names:
        return names[on], day(on)
    return day(on) if on.year == today.year else f"{day(on)} {on.year}", ""
