"""What is asked before anything is dialled: when somebody asks for a call, and again at the last moment.

Pure rules. Each check has a sentence for the person who asked, whatever comes of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from voxanne_app.calls.outbound.hours import Whereabouts, is_decent, next_decent
from voxanne_app.contacts.calling_consent import Consent
from voxanne_app.foundation.phone_numbers import may_be_dialled

AGAIN_AFTER, TEST_AGAIN_AFTER = timedelta(minutes=30), timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
MOST_A_DAY = 50
DAY = timedelta(hours=24)
# Nobody expects to be called about what they asked for the day before yesterday.
GOOD_FOR = timedelta(hours=26)

About = Literal["consent", "number", "hours", "again", "phone", "cap", "clinic", "agent", "line"]
Verdict = Literal["fine", "waits", "no"]


@dataclass(frozen=True)
class Check:
    """`until`: when it is worth another look."""

    about: About
    verdict: Verdict
    sentence: str
    until: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """Of one number that is to be called. `needs_consent` is false for somebody's own phone.

    `last_dialled_at`: by an attempt before this one. `dialled_today`: by the clinic, in the last 24 hours,
    the earliest of them at `first_dialled_at`. `line_id`: the platform's name for the number to call from.
    """

    number: str
    where: Whereabouts
    consent: Consent | None = None
    needs_consent: bool = True
    own_numbers: frozenset[str] = frozenset()
    is_suspended: bool = False
    is_on_the_phone: bool = False
    has_open_attempt: bool = False
    last_dialled_at: datetime | None = None
    dialled_today: int = 0
    first_dialled_at: datetime | None = None
    is_agent_ready: bool = True
    line_id: str | None = None


def checks(facts: Facts, *, now: datetime) -> tuple[Check, ...]:
    """All of them, in the order in which a person would ask."""
    found = (
        *_clinic(facts),
        *_number(facts),
        *_consent(facts),
        *_hours(facts, now),
        *_attempts(facts, now),
        *_cap(facts, now),
    )
    return tuple(found)


def refusal(found: tuple[Check, ...]) -> Check | None:
    """The first that stands in the way for good."""
    return next((check for check in found if check.verdict == "no"), None)


def wait(found: tuple[Check, ...]) -> Check | None:
    """The one that waits longest; None when it can be dialled now."""
    waiting = [check for check in found if check.verdict == "waits" and check.until]
    return max(waiting, key=lambda check: (check.until is not None, check.until), default=None)


def _clinic(facts: Facts) -> Iterator[Check]:
    if facts.is_suspended:
        yield Check("clinic", "no", "This clinic is suspended: nothing is called out.")
    if not facts.is_agent_ready:
        yield Check("agent", "no", "Choose an agent that calls out and is published.")
    if facts.line_id is None:
        yield Check("line", "no", "The clinic has no number at the voice platform to call from.")


def _number(facts: Facts) -> Iterator[Check]:
    if facts.number in facts.own_numbers:
        yield Check("number", "no", "This is a number of the clinic itself.")
    elif not may_be_dialled(facts.number):
        yield Check("number", "no", "Emergency, premium-rate and satellite numbers are never called.")
    else:
        yield Check("number", "fine", "It is a number that may be called.")


def _consent(facts: Facts) -> Iterator[Check]:
    if not facts.needs_consent:
        return
    if facts.consent and facts.consent.is_given:
        yield Check("consent", "fine", "They agreed to be called by an automated voice.")
    elif facts.consent:
        yield Check("consent", "no", "They took back that an automated voice may call them.")
    else:
        yield Check(
            "consent", "no", "Nobody has recorded that they agreed to be called by an automated voice."
        )


def _hours(facts: Facts, now: datetime) -> Iterator[Check]:
    zone = " and ".join(zone.rpartition("/")[2].replace("_", " ") for zone in facts.where.zones)
    told = f"by the clock of {zone}, where the number is from"
    if not facts.where.is_from_number:
        told = f"by the clinic’s own clock, {zone}: the number does not say where it is"
    if is_decent(facts.where, now):
        yield Check("hours", "fine", f"It is between 8 AM and 8 PM {told}.")
    else:
        until = next_decent(facts.where, now)
        yield Check("hours", "waits", f"It is not between 8 AM and 8 PM {told}.", until)


def _attempts(facts: Facts, now: datetime) -> Iterator[Check]:
    if facts.is_on_the_phone:
        yield Check("phone", "no", "They are on the phone with the clinic right now.")
    if facts.has_open_attempt:
        yield Check("again", "no", "A call to this number has been asked for already.")
        return
    pause = AGAIN_AFTER if facts.needs_consent else TEST_AGAIN_AFTER
    if facts.last_dialled_at and now < (until := facts.last_dialled_at + pause):
        sentence = f"They were called less than {pause // _MINUTE} min ago."
        yield Check("again", "waits", sentence, until)


def _cap(facts: Facts, now: datetime) -> Iterator[Check]:
    if facts.dialled_today >= MOST_A_DAY:
        until = (facts.first_dialled_at or now) + DAY
        yield Check("cap", "waits", f"The clinic has called out {MOST_A_DAY} times within a day.", until)
