"""Phone numbers: stored as E.164 (`+15035550164`), shown as people write them."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_HOME = "US"
_LONGEST = 40
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
