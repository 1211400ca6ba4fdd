"""Whether a recording may be kept: by what was said in the call, which a setting cannot prove."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from voxanne_app.calls.ports import SpokenTurn

Consent = Literal["given", "refused", "not_announced"]

_RECORDING = re.compile(
    r"\brecord(?:ed|ing)?\b|\bgraba(?:d[ao]|ci[oó]n|ndo|r|mos)?\b|\benregistr\w*"
    r"|\baufgezeichnet\b|\baufzeichn\w*|\baufgenommen\b|\baufnahme\b|\bregistra(?:t[ao]|zione)\b|\bgrava(?:d[ao]|ç)",
    re.IGNORECASE,
)
_NO = r"\b(?:no|not|don'?t|do not|stop|without|rather not|refuse|never|nicht|kein\w*|pas|ne|sin|non|não)\b"
_REFUSED = re.compile(rf"(?:{_NO}[^.?!]{{0,40}}(?:{_RECORDING.pattern}))", re.IGNORECASE)
_PLAIN_NO = re.compile(r"^\W*(?:no|nope|nein|non|não|i'?d rather not|i do not|i don'?t)\b", re.IGNORECASE)
# The announcement comes before the caller says what they want.
_OPENING_TURNS = 3


def consent_of(turns: Sequence[SpokenTurn], vendor_says: Mapping[str, Any] | None = None) -> Consent:
    """`vendor_says`: the voice platform's own record of consent, `{"type", "granted_at"}`, if it asked."""
    if _was_refused(turns) or (vendor_says and not vendor_says.get("granted_at")):
        return "refused"
    if vendor_says or _was_announced(turns):
        return "given"
    return "not_announced"


def _was_announced(turns: Sequence[SpokenTurn]) -> bool:
    spoken = [turn.words for turn in turns if turn.speaker == "agent"][:_OPENING_TURNS]
    return any(_RECORDING.search(words.replace("’", "'")) for words in spoken)


def _was_refused(turns: Sequence[SpokenTurn]) -> bool:
    asked = False
    for turn in turns:
        words = turn.words.replace("’", "'")
        if turn.speaker == "agent":
            asked = any(_RECORDING.search(question) for question in re.findall(r"[^.?!]*\?", words))
        elif _REFUSED.search(words) or (asked and _PLAIN_NO.search(words)):
            return True
        else:
            asked = False
    return False
