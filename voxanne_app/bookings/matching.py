"""Which of the clinic's services, practitioners or patients somebody means by what they said."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Protocol, TypeVar

_TITLES = frozenset(
    {"dr", "doctor", "doc", "prof", "professor", "mr", "mrs", "ms", "miss", "mister", "nurse"}
)
_FILLERS = frozenset({"the", "a", "an", "with", "for", "please", "appointment"})
_LONGEST_HEARD = 120
_ALIKE = 0.8


class Named(Protocol):
    @property
    def name(self) -> str: ...


Thing = TypeVar("Thing", bound=Named)


def matching(heard: str, things: Iterable[Thing]) -> list[Thing]:
    """Those that `heard` can mean: the exact ones, otherwise those with its words, otherwise similar ones."""
    wanted = folded(heard)
    if not wanted:
        return []
    named = [(thing, _names(thing)) for thing in things]
    for means in (_is_same, _has_the_words, _is_similar):
        if found := [thing for thing, names in named if any(means(wanted, name) for name in names)]:
            return found
    return []


def is_same_person(heard: str, name: str) -> bool:
    """Whether both can be one patient's: `Lopez` and `María López García`, `Jon Smith` and `John Smith`."""
    wanted, known = folded(heard), folded(name)
    if not wanted or not known:
        return False
    return _is_same(wanted, known) or _has_the_words(wanted, known) or _is_similar(wanted, known)


@lru_cache(maxsize=4096)
def folded(text: str) -> tuple[str, ...]:
    """The words that count: lower case, without accents, punctuation and titles."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST_HEARD]).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [word for word in re.split(r"[^\w]+|_", letters) if word]
    return tuple(word for word in words if word not in _TITLES | _FILLERS) or tuple(words)


def _names(thing: Named) -> list[tuple[str, ...]]:
    return [folded(name) for name in (thing.name, *getattr(thing, "other_names", ()))]


def _is_same(wanted: Sequence[str], name: Sequence[str]) -> bool:
    return "".join(wanted) == "".join(name)


def _has_the_words(wanted: Sequence[str], name: Sequence[str]) -> bool:
    return bool(wanted and name) and (set(wanted) <= set(name) or set(name) <= set(wanted))


def _is_similar(wanted: Sequence[str], name: Sequence[str]) -> bool:
    return SequenceMatcher(None, "".join(wanted), "".join(name)).ratio() >= _ALIKE
