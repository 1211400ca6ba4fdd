"""Words in lower case, with numbers in digits, as all rules for English read them."""

import re
from itertools import product

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_NUMBERS = (
    {word: str(number) for number, word in enumerate(_ONES)}
    | {word: str(number) for word, number in _TENS.items()}
    | {word: f"{number}th" for number, word in enumerate(_ORDINALS) if number}
    | {f"{word[:-1]}ieth": f"{number}th" for word, number in _TENS.items()}
    | {
        f"{tens}{gap}{unit}": f"{value + number}{suffix}"
        for (tens, value), gap in product(_TENS.items(), "- ")
        for units, suffix in ((_ONES, ""), (_ORDINALS, "th"))
        for number, unit in enumerate(units[:10])
        if number
    }
)
# `One` is a number only where a time can be: not in `one of our nurses`.
_ONE = (
    r"(?<=\bat )one|(?<=past )one|(?<=to )one(?! of)|(?<=for )one(?= on\b)|one(?= (?:o'?clock|[ap]m|"
    r"fifteen|thirty|forty|in the))"
)
_NUMBER = re.compile(rf"\b(?:{'|'.join(sorted(_NUMBERS.keys() - {'one'}, key=len, reverse=True))}|{_ONE})\b")


def plain_words(words: str) -> str:
    """In digits and lower case: `Tuesday at ten fifteen a.m.` becomes `tuesday at 10 15 am`."""
    lower = words.lower().replace("’", "'")
    lower = re.sub(r"\b([ap])\.\s?m\b\.?", r"\1m", lower)
    digits = _NUMBER.sub(lambda found: _NUMBERS[found[0]], lower)
    digits = re.sub(r"\b(?:oh|o)[ -](\d)\b", r"0\1", digits)
    return re.sub(r"\b(\d{1,2})\.(\d\d)\b", r"\1:\2", digits)
