"""Each deed against the caller's own words before it: asked for, agreed to, or never heard."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from voxanne_app.calls.promises.english_numbers import plain_words
from voxanne_app.calls.promises.language import Language
from voxanne_app.calls.promises.promise import Deed, Done, Evidence, Said
from voxanne_app.calls.promises.when import When, dates_spoken, whens_in

_SENTENCE = re.compile(r"(?:[^.?!]|\.(?=\d))+[.?!]*")
CHECKED = ("book_appointment", "move_appointment", "cancel_appointment")


def check_deeds(said: Sequence[Said], evidence: Evidence, language: Language | None) -> tuple[Deed, ...]:
    """Without a language that is known, or without any words, it cannot be told."""
    return tuple(_deeds(said, evidence, language))


def _deeds(said: Sequence[Said], evidence: Evidence, language: Language | None) -> Iterator[Deed]:
    seen, since = set(), 0
    for done in evidence.done:
        key = (done.tool, done.booking_id, done.starts)
        if done.tool not in CHECKED or key in seen:
            continue
        seen.add(key)
        heard, position = _heard(said, done, since, language) if language and said else (None, None)
        since = done.after
        yield Deed(done, heard, position, stands=_stands(done, evidence))


def _stands(done: Done, evidence: Evidence) -> bool:
    """Whether what was done is still so."""
    booking = next((one for one in evidence.appointments if one.id == done.booking_id), None)
    if booking is None:
        return True
    if done.tool == "cancel_appointment":
        return not booking.is_standing
    return booking.is_standing and (done.starts is None or booking.starts == done.starts)


def _heard(said: Sequence[Said], done: Done, since: int, language: Language) -> tuple[bool, int | None]:
    """From the caller's last words before the deed back to those that decide. What was said before another
    deed, `since`, is about that one, unless it names just this time.
    """
    before = said[: done.after]
    spoken = {day for turn in before for day in dates_spoken(turn.words, today=turn.wall.date())}
    for place in range(len(before) - 1, -1, -1):
        turn = before[place]
        if turn.is_agent:
            continue
        asked = next((one for one in reversed(before[:place]) if one.is_agent), None)
        agreed = _agreed(turn, asked, done, language, spoken)
        if agreed is not None and (place >= since or _is_named(turn, asked, done, spoken)):
            return agreed, turn.position
    return False, None


def _agreed(turn: Said, asked: Said | None, done: Done, language: Language, spoken: set[date]) -> bool | None:
    """Whether these words want the deed; None when they say nothing about it."""
    words = plain_words(turn.words)
    doubt = _last(language.hesitates.finditer(words))
    if doubt is not None:
        after = words[doubt:]
        insists = bool(language.insists.search(after)) and _agrees_to(asked, done, language, spoken)
        return insists or _names(turn, after, done, spoken)
    if done.tool == "cancel_appointment":
        return _cancels(words, asked, language)
    words = " ".join(_stated(turn.words, language))
    if _names(turn, words, done, spoken):
        return True
    if language.agrees.search(words):
        return _agrees_to(asked, done, language, spoken) or None
    if _takes_offered_day(turn, words, asked, done, spoken):
        return True
    return False if language.denies.search(words) else None


def _cancels(words: str, asked: Said | None, language: Language) -> bool | None:
    wants = language.wants["cancel_appointment"]
    if wants.search(words) and not ("?" in words and language.inquires.search(words)):
        return True
    if asked and wants.search(plain_words(asked.words)):
        if language.agrees.search(words):
            return True
        return False if language.denies.search(words) else None
    return None


def _names(turn: Said, words: str, done: Done, spoken: set[date]) -> bool:
    """Whether the words name the time of the deed."""
    if done.starts is None:
        return False
    start = words.lstrip(" ,.")
    if start[:1].isdigit():
        start = f"at {start}"
    whens = whens_in(start, today=turn.wall.date(), spoken=spoken)
    return any(when.minutes and when.fits(done.starts) for when in whens)


def _is_named(turn: Said, asked: Said | None, done: Done, spoken: set[date]) -> bool:
    if done.tool == "cancel_appointment" or done.starts is None:
        return True
    whens = (*_timed(turn, spoken), *(_timed(asked, spoken) if asked else ()))
    return any(when.fits(done.starts) for when in whens)


def _agrees_to(asked: Said | None, done: Done, language: Language, spoken: set[date]) -> bool:
    """Whether what the agent said last offers just this, or asks for a wish."""
    if asked is None:
        return False
    whens = _timed(asked, spoken)
    if whens:
        return done.starts is None or any(when.fits(done.starts) for when in whens)
    return bool(language.offers.search(plain_words(asked.words)))


def _takes_offered_day(turn: Said, words: str, asked: Said | None, done: Done, spoken: set[date]) -> bool:
    """`Wednesday, then`, of several times that were offered."""
    if asked is None or done.starts is None:
        return False
    days = [when for when in whens_in(words, today=turn.wall.date(), spoken=spoken) if when.dates]
    offered = [when for when in _timed(asked, spoken) if when.fits(done.starts)]
    return bool(offered) and any(when.fits(done.starts) for when in days)


def _timed(turn: Said, spoken: set[date]) -> list[When]:
    whens = whens_in(turn.words, today=turn.wall.date(), spoken=spoken)
    return [when for when in whens if when.minutes]


def _stated(words: str, language: Language) -> Iterator[str]:
    """The sentences, plain, without those that only ask what there is."""
    for sentence in _SENTENCE.findall(plain_words(words)):
        if not (sentence.rstrip().endswith("?") and language.inquires.search(sentence)):
            yield sentence


def _last(found: Iterator[re.Match[str]]) -> int | None:
    matches = list(found)
    return matches[-1].end() if matches else None
