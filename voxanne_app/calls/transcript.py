"""What was said, as text, and with what was heard since the last history."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from voxanne_app.calls.ports import SpokenTurn

_ECHO = timedelta(seconds=20)


def text_of_turns(turns: Iterable[SpokenTurn]) -> str:
    return "".join(f"{'AI' if turn.speaker == 'agent' else 'User'}: {turn.words}\n" for turn in turns)


def with_finals(history: Sequence[SpokenTurn], finals: Iterable[SpokenTurn]) -> tuple[SpokenTurn, ...]:
    """The history, then the sentences that were heard after it, in the order they were spoken."""
    known = [turn.said_at for turn in history if turn.said_at]
    latest = max(known) if known else None
    heard = sorted(finals, key=lambda turn: (turn.said_at.timestamp() if turn.said_at else 0.0, turn.words))
    later = [turn for turn in heard if not (latest and turn.said_at and turn.said_at <= latest)]
    return (*history, *(turn for turn in later if not _is_in(history, turn)))


def _is_in(history: Sequence[SpokenTurn], heard: SpokenTurn) -> bool:
    """Whether the history has the sentence already: it dates it to its beginning, the event to its end."""
    return any(
        turn.speaker == heard.speaker
        and heard.words.strip() in turn.words
        and (not turn.said_at or not heard.said_at or abs(heard.said_at - turn.said_at) <= _ECHO)
        for turn in history[-6:]
    )
