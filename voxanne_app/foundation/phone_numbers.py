"""Phone numbers: stored as E.164 (`+15035550164`), shown as people write them."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, timezone

_HOME = "US"
_LONGEST = 40
# What is paid for by whoever calls, and dearly; a satellite's number has no country at all.
_DEAR = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
_NO_COUNTRY = "001"
_NO_ZONE = "Etc/Unknown"
_PLAIN = re.compile(r"\+1[2-9][0-9]{9}")  # the library would say the same, after 0.1 ms


def as_e164(written: str, *, like: str | None = None) -> str | None:
    """The number in E.164, or None when it cannot be one.

    Without a country code it is read as a number of the country of `like` (E.164), else of the United States.
    """
    if not 3 <= len(written) <= _LONGEST:
        return None
    if _PLAIN.fullmatch(written):
        return written
    try:
        number = phonenumbers.parse(written, region_of(like) or _HOME)
    except NumberParseException:
        return None
    # "Possible", not "valid": clinics' patients have numbers newer than the library's tables.
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def as_written(number: str | None, *, like: str | None = None) -> str:
    """As people in the country of `like` write it: `(503) 555-0164` at home, `+49 30 1234567` from abroad.

    What is no number (a withheld one, a SIP name) comes back as it is.
    """
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return number
    home = region_of(like) or _HOME
    is_home = phonenumbers.region_code_for_country_code(parsed.country_code or 0) == home
    style = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def region_of(number: str | None) -> str | None:
    """The main country of a number's country code, as two letters."""
    if not number or not number.startswith("+"):
        return None
    try:
        code = phonenumbers.parse(number, None).country_code
    except NumberParseException:
        return None
    region = phonenumbers.region_code_for_country_code(code or 0)
    return region if region != "ZZ" else None


def zones_of(number: str) -> tuple[str, ...]:
    """The time zones (IANA) where a number (E.164) is at home, as far as its digits tell; may be empty.

    Mobile numbers move: of those, this is where they were given out.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return ()
    told = timezone.time_zones_for_number(parsed)
    if _NO_ZONE in told:  # newer than the library's tables: what its first digits say
        told = timezone.time_zones_for_geographical_number(parsed)
    return tuple(zone for zone in told if zone != _NO_ZONE)


def may_be_dialled(number: str) -> bool:
    """Whether this (E.164) is a number that an automatic call may go to: no emergency, no premium rate."""
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return False
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    national = str(parsed.national_number)
    if region == _NO_COUNTRY or phonenumbers.connects_to_emergency_number(national, region):
        return False
    return phonenumbers.is_possible_number(parsed) and phonenumbers.number_type(parsed) not in _DEAR
