"""What somebody has typed about a conversation that tries an agent out, read as what it should be."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from voxanne_app.foundation.phone_numbers import as_e164
from voxanne_app.foundation.time_zones import instant_of, instants_of_wall
from voxanne_app.trials import trying
from voxanne_app.ui.arguments import BadArgument, text

T = TypeVar("T")

_FARTHEST = timedelta(days=366)


def words_in(form: dict[str, str]) -> str:
    words = " ".join(text(_field(form, "words"), at_most=trying.LONGEST_WORDS, name="What you say").split())
    if not words:
        raise BadArgument("Write what the caller says.")
    return words


def understood(read: Callable[[], T]) -> tuple[T | None, str]:
    """What was typed, or what is wrong with it."""
    try:
        return read(), ""
    except BadArgument as wrong:
        return None, str(wrong)


def moment_in(form: dict[str, str], zone: str, now: datetime) -> datetime:
    written = text(_field(form, "at"), at_most=16, name="The moment")
    if not written:
        return now
    try:
        shown = instants_of_wall(datetime.fromisoformat(written), zone)
    except ValueError:
        raise BadArgument("That is not a date and time.") from None
    if not shown:
        raise BadArgument("The clocks skip that hour on that day. Choose another time.")
    moment = instant_of(shown[0])
    if abs(moment - now) > _FARTHEST:
        raise BadArgument("Choose a moment within a year from now.")
    return moment


def number_in(form: dict[str, str]) -> str | None:
    written = text(_field(form, "number"), at_most=40, name="The number")
    if not written:
        return None
    if (number := as_e164(written)) is None:
        raise BadArgument("That is not a phone number. Write it with its country, like +1 503 555 0100.")
    return number


def _field(form: object, name: str) -> object:
    return form.get(name, "") if isinstance(form, dict) else ""
