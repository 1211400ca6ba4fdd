"""People who call. Their numbers are among those set aside for fiction."""

import random

CALLERS = (
    ("Dana Whitfield", "+14155550111"), ("Marcus Oyelaran", "+14155550112"), ("Priya Raman", "+14155550113"),
    ("Elena Castillo", "+14155550114"), ("Tom Brandvold", "+14155550115"), ("Grace Okafor", "+14155550116"),
    ("Hiro Tanabe", "+14155550117"), ("Lucia Ferrante", "+14155550118"), ("Samir Haddad", "+14155550119"),
    ("Nora Lindqvist", "+14155550120"), ("Wei Zhang", "+14155550121"), ("Beth Calloway", "+14155550122"),
)  # fmt: skip


def somebody() -> tuple[str, str]:
    """A name and a number."""
    return random.choice(CALLERS)  # noqa: S311 (variety, not secrecy)


def name_of(number: str) -> str:
    """The name that goes with a number, a made-up one for strangers."""
    known = {listed: name for name, listed in CALLERS}
    return known.get(number) or random.Random(number).choice(CALLERS)[0]  # noqa: S311
