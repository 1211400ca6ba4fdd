"""How pressing something is that a person must do, and until when: by its words, its kind and the hours."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from voxanne_app.foundation.time_zones import Span, instant_of, minute_of

Severity = Literal["clinical", "urgent", "high", "normal"]

# Words that may mean harm to somebody's body. Too many hits cost a look, a missed one may cost a patient.
_CLINICAL = re.compile(
    r"\b(?:can(?:no|['’])?t (?:breathe|swallow)|(?:trouble|difficulty|short of) ?(?:breath\w*|swallowing)"
    r"|chest pain|bleed\w*|swell\w*|swollen|fever|pus|abscess|infect\w*|allerg\w*|anaphyla\w*|unconscious"
    r"|faint\w*|collaps\w*|seizure|stroke|overdos\w*|suicid\w*|knocked[ -]out|broken (?:tooth|jaw|bone)"
    r"|severe pain|unbearable|worst pain|emergency|pregnan\w*"
    r"|sangr\w*|hinchad\w*|fiebre|no puedo respirar|blut\w*|geschwollen|fieber|saign\w*|gonfl\w*|fièvre)\b",
    re.IGNORECASE,
)
# Just the word said with a no before it: "no fever", "without swelling".
_DENIED = re.compile(
    r"\b(?:no|not|without|don['’]t have(?: any| a)?|never)\s+(?:any\s+)?\w+(?:\s+or\s+\w+)?", re.IGNORECASE
)
_MINUTES: dict[Severity, int] = {"clinical": 15, "urgent": 15, "high": 120, "normal": 240}
_HIGH = ("complaint", "failure")


def is_clinical(*words: str) -> bool:
    """Whether the words speak of harm that somebody has, rather than of harm they say they have not."""
    return any(_CLINICAL.search(_DENIED.sub(_kept, part)) for part in words)


def severity_of(kind: str, *, is_clinical: bool, is_urgent: bool) -> Severity:
    if is_clinical:
        return "clinical"
    return "urgent" if is_urgent else "high" if kind in _HIGH else "normal"


def due_at(severity: Severity, *, now: datetime, open_spans: Sequence[Span]) -> datetime:
    """Until when it must be done. Harm does not wait for the clinic to open; the rest counts open minutes.

    `open_spans` are the clinic's coming hours in order; without any, its hours are not known.
    """
    left = _MINUTES[severity]
    if severity == "clinical" or not open_spans:
        return now + timedelta(minutes=left)
    at = minute_of(now)
    for opens, closes in open_spans:
        begins = max(opens, at)
        if closes - begins >= left:
            return instant_of(begins + left)
        left -= max(0, closes - begins)
    return now + timedelta(minutes=_MINUTES[severity])


def _kept(denied: re.Match[str]) -> str:
    """`can not breathe` and `no puedo respirar` deny nothing."""
    whole = denied[0]
    return whole if re.search(r"breath|swallow|puedo", whole, re.IGNORECASE) else " "
