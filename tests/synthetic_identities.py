"""People who do not exist, each with words and numbers that stand nowhere else, and a search for them."""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SYLLABLES = "bra dru fle gwi hox jur kly mno pli qua rhe ske tru vlo wha xel yst zma cro blu".split()  # noqa: SIM905
_AREAS = range(201, 990)
_DATE = re.compile(r"\b(?:19\d\d-\d\d-\d\d|\d{1,2}/\d{1,2}/19\d\d|[A-Z][a-z]+ \d{1,2}, 19\d\d)\b")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().-]{8,18}\d")
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


@dataclass(frozen=True)
class Identity:
    name: str
    phone: str  # E.164
    born_on: tuple[int, int, int]
    street: str
    complaint: str

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@example.test"

    @property
    def phones(self) -> tuple[str, ...]:
        area, middle, last = self.phone[2:5], self.phone[5:8], self.phone[8:]
        return self.phone, f"({area}) {middle}-{last}", f"{area}.{middle}.{last}", f"{area}{middle}{last}"

    @property
    def birthdays(self) -> tuple[str, ...]:
        year, month, day = self.born_on
        return f"{year}-{month:02}-{day:02}", f"{month}/{day}/{year}", f"{_MONTHS[month - 1]} {day}, {year}"

    @property
    def words(self) -> tuple[str, ...]:
        """Those that stand nowhere else."""
        return *self.name.lower().split(), self.street.lower(), self.complaint.lower()

    def introduction(self, number: int) -> str:
        """All of it, said in one of several ways."""
        phone, born = self.phones[number % 4], self.birthdays[number % 3]
        return (
            f"My name is {self.name}, born {born}, I live at {number} {self.street} Avenue. "
            f"Call me at {phone} or write to {self.email}. I have {self.complaint}."
        )


def people(count: int, *, seed: int) -> list[Identity]:
    chance = random.Random(seed)
    words = _new_words(chance)
    return [
        Identity(
            name=f"{next(words).title()} {next(words).title()}",
            phone=f"+1{chance.choice(_AREAS)}555{number:04d}",
            born_on=(chance.randrange(1925, 2000), chance.randrange(1, 13), chance.randrange(1, 29)),
            street=next(words).title(),
            complaint=next(words),
        )
        for number in range(count)
    ]


def _new_words(chance: random.Random) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        word = "".join(chance.choices(_SYLLABLES, k=3)) + chance.choice(_SYLLABLES)
        if word not in seen:
            seen.add(word)
            yield word


class Search:
    """Whether any of `identities` stands in a text: a word of theirs, a number or birthday in any format."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        known = list(identities)
        self._words = {word for one in known for word in one.words}
        self._numbers = {one.phone[-10:] for one in known}
        self._birthdays = {birthday for one in known for birthday in one.birthdays}

    def hits(self, text: str) -> set[str]:
        words = set(re.findall(r"[a-z]{8,}", text.lower())) & self._words
        numbers = {re.sub(r"\D", "", found)[-10:] for found in _NUMBER.findall(text)} & self._numbers
        return words | numbers | (set(_DATE.findall(text)) & self._birthdays)
