"""A turn in pieces that say one thing each, with what kind of piece it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from voxanne_app.calls.promises import english_times
from voxanne_app.calls.promises.english_numbers import plain_words
from voxanne_app.calls.promises.language import Language

# A dot that ends no sentence: in titles, in short months, in `a.m.` that goes on.
_NO_END = re.compile(
    r"\b(?:dr|mr|mrs|ms|st|jan|feb|mar|apr|aug|sept?|oct|nov|dec|no)\.(?=\s)"
    r"|\b[ap]\.\s?m\.(?=\s*(?:[a-z,;)]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|$))|\b[ap]\.(?=\s?m\b)"
    r"|(?<=\d)\.(?=\d)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.?!;\n…]+[.?!;\n…]*")


@dataclass(frozen=True)
class Clause:
    """`words` are plain, with their days as they are; `marked` has `#` over them. It stands at `span` of its
    turn, in the sentence of that number.
    """

    words: str
    marked: str
    span: tuple[int, int]
    sentence: int
    is_question: bool
    is_conditional: bool


def clauses_in(words: str, language: Language, *, today: date) -> list[Clause]:
    lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in words).replace("’", "'")
    # `A.M.` followed by a capital goes on only before a weekday; case is lost in `lower`.
    even = _NO_END.sub(lambda found: _goes_on(found, words), lower)
    found: list[Clause] = []
    for number, sentence in enumerate(_SENTENCE.finditer(even)):
        pieces = list(_pieces(even, sentence.span(), language))
        conditional = False
        for place, (start, end) in enumerate(pieces):
            plain = plain_words(words[start:end]).strip(" ,.!;\n")
            opens = bool(language.opens_condition.search(plain))
            found.append(
                Clause(
                    words=plain.rstrip("? "),
                    marked=english_times.dates_in(plain, today)[0].rstrip("? "),
                    span=(start, end),
                    sentence=number,
                    is_question=place == len(pieces) - 1 and "?" in sentence[0][-3:],
                    is_conditional=opens or conditional,
                )
            )
            conditional = opens
    return found


def _goes_on(found: re.Match[str], words: str) -> str:
    following = words[found.end() :].lstrip()[:1]
    ends = "m" in found[0].split(".")[1] if found[0].count(".") == 2 else False
    weekday = re.match(
        r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", words[found.end() :].lstrip(), re.IGNORECASE
    )
    if ends and following.isupper() and not weekday:
        return found[0][:-1].replace(".", "·") + "."
    return found[0].replace(".", "·")


def _pieces(even: str, span: tuple[int, int], language: Language) -> Iterator[tuple[int, int]]:
    start, end = span
    cuts = [cut.end() for cut in language.opens_clause.finditer(even, start, end) if cut.start() > start]
    for since, until in zip([start, *cuts], [*cuts, end], strict=True):
        lead = len(even[since:until]) - len(even[since:until].lstrip(" ,"))
        if even[since:until].strip(" ,.?!;\n"):
            yield since + lead, len(even[:until].rstrip(" ,"))
