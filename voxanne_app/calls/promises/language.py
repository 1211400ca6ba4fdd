"""What the rules need to know of a language; and which language a call was in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voxanne_app.calls.promises.promise import Kind

# Of other languages only enough to notice them: what they say is then not judged.
_OTHERS = {
    "es": "el la los las de que y en un una por para con no si sí gracias hola quiero cita usted mi el",
    "fr": "le la les de que et un une pour avec je vous oui non merci bonjour est pas mon rendez",
    "de": "der die das und ich sie ein eine für mit ist nicht ja nein danke bitte guten möchte termin um",
    "it": "il la di che e un una per con non si sì grazie buongiorno vorrei appuntamento mio sono",
    "pt": "o os da do de que e um uma para com não sim obrigado obrigada quero consulta meu bom",
    "nl": "de het een en ik van voor met is niet ja nee dank graag afspraak mijn goede",
    "pl": "i w na nie tak się z do jest dziękuję proszę dzień dobry wizyta",
}
_STOPWORDS = {code: frozenset(words.split()) for code, words in _OTHERS.items()}


@dataclass(frozen=True)
class Claim:
    """Words that promise something. `is_announced`: that it is about to be done."""

    kind: Kind
    pattern: re.Pattern[str]
    is_announced: bool = False


@dataclass(frozen=True)
class Language:
    """Patterns for plain words: lower case, digits for numbers, `#` over each letter of a day's name."""

    code: str
    claims: tuple[Claim, ...]
    not_so: re.Pattern[str]
    harmless: re.Pattern[str]
    on_condition: re.Pattern[str]
    tag: re.Pattern[str]
    asks: re.Pattern[str]
    opens_clause: re.Pattern[str]
    opens_condition: re.Pattern[str]
    taken_back: Mapping[str, re.Pattern[str]]  # by kind, `appointment` or `any`
    refused: re.Pattern[str]
    another: re.Pattern[str]
    corrects: re.Pattern[str]
    target: re.Pattern[str]
    continues: re.Pattern[str]
    agrees: re.Pattern[str]
    insists: re.Pattern[str]
    hesitates: re.Pattern[str]
    denies: re.Pattern[str]
    inquires: re.Pattern[str]
    offers: re.Pattern[str]
    wants: Mapping[str, re.Pattern[str]]
    stopwords: frozenset[str]


def is_spoken(language: Language, words: Iterable[str]) -> bool:
    """Whether this is rather `language` than another one that is known by sight."""
    heard = [word for line in words for word in re.findall(r"[^\W\d_]+", line.lower())]
    own = sum(word in language.stopwords for word in heard)
    return all(own >= sum(word in others for word in heard) for others in _STOPWORDS.values())
