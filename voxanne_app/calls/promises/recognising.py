"""Which promises the agent made: not what it offered, asked, denied, or repeated of the caller's words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from voxanne_app.calls.promises.clauses import Clause, clauses_in
from voxanne_app.calls.promises.language import Claim, Language
from voxanne_app.calls.promises.promise import APPOINTMENT, Kind, Promise, Said
from voxanne_app.calls.promises.when import UNSAID, When, dates_spoken, whens_in

# Within so many turns, what was announced and then refused was taken back.
_SOON = 4
_OPEN_KINDS: frozenset[Kind] = frozenset(("call_back", "pass_on", "transfer"))


def promises_in(said: Sequence[Said], language: Language) -> tuple[Promise, ...]:
    """Every promise of the call, in its order."""
    found: list[Promise] = []
    spoken: set[date] = set()
    for place, turn in enumerate(said):
        today = turn.wall.date()
        if turn.is_agent:
            clauses = clauses_in(turn.words, language, today=today)
            found = [_reconsidered(promise, turn, clauses, language) for promise in found]
            around = _just_named(said[:place], spoken)
            for promise in _of_turn(turn, clauses, language, spoken):
                made = promise if promise.when.is_named else replace(promise, around=around)
                found.append(_reconsidered(made, turn, clauses, language))
        spoken |= dates_spoken(turn.words, today=today)
    return tuple(found)


def _of_turn(
    turn: Said, clauses: Sequence[Clause], language: Language, spoken: set[date]
) -> Iterator[Promise]:
    for place, clause in enumerate(clauses):
        kinds: set[Kind] = set()
        for claim in language.claims:
            if claim.kind in kinds or (claim.kind in APPOINTMENT and kinds & APPOINTMENT):
                continue
            if _is_promised(claim, clause, clauses[place + 1 :], language):
                kinds.add(claim.kind)
                when = _when(claim, clauses, place, turn, language, spoken)
                yield Promise(claim.kind, turn.position, clause.words, clause.span, when, claim.is_announced)


def _is_promised(claim: Claim, clause: Clause, later: Sequence[Clause], language: Language) -> bool:
    match = claim.pattern.search(clause.marked)
    if match is None or clause.is_question or clause.is_conditional:
        return False
    before = language.harmless.sub(" ", clause.marked[: match.start()])
    if language.not_so.search(before):
        return False
    is_open = claim.is_announced or claim.kind in _OPEN_KINDS
    if is_open and _is_conditional(clause.marked[match.end() :], clause, later, language):
        return False
    return not (claim.is_announced and _is_offered(clause, later, language))


def _is_conditional(rest: str, clause: Clause, later: Sequence[Clause], language: Language) -> bool:
    goes_on = bool(later) and later[0].sentence == clause.sentence
    return bool(language.on_condition.search(rest)) or (goes_on and later[0].is_conditional)


def _is_offered(clause: Clause, later: Sequence[Clause], language: Language) -> bool:
    """Whether the agent goes on to ask if that would be all right."""
    near = [one for one in later if one.sentence <= clause.sentence + 1]
    return any(
        one.is_question and language.asks.search(one.marked) and not language.tag.match(one.marked)
        for one in near[:2]
    )


def _when(
    claim: Claim,
    clauses: Sequence[Clause],
    place: int,
    turn: Said,
    language: Language,
    spoken: set[date],
) -> When:
    """The time in the clause, or in the next one that goes on about it, or in the one that led to it."""
    if claim.kind not in APPOINTMENT:
        return UNSAID
    today, clause = turn.wall.date(), clauses[place]
    target = language.target.search(clause.words) if claim.kind == "moved" else None
    for words in (clause.words[target.end() :] if target else "", clause.words):
        if whens := whens_in(words, today=today, spoken=spoken):
            return whens[0]
    following = clauses[place + 1 : place + 2]
    leading = clauses[place - 1 : place] if place else ()
    for near in (*(one for one in following if language.continues.search(one.marked)), *leading):
        if near.is_question or near.is_conditional or language.not_so.search(near.marked):
            continue
        if whens := whens_in(near.words, today=today, spoken=spoken):
            return whens[0]
    return UNSAID


def _just_named(before: Sequence[Said], spoken: set[date]) -> tuple[When, ...]:
    """The times in the caller's last words, as long as each says day and time."""
    if not before or before[-1].is_agent:
        return ()
    whens = whens_in(before[-1].words, today=before[-1].wall.date(), spoken=spoken)
    return tuple(whens) if whens and all(when.is_whole for when in whens) else ()


def _reconsidered(promise: Promise, turn: Said, clauses: Sequence[Clause], language: Language) -> Promise:
    """The promise, taken back where the agent does that later on."""
    if promise.retracted:
        return promise
    is_later = turn.position > promise.position
    said = [
        one.marked
        for one in clauses
        if not one.is_question and not one.is_conditional and (is_later or one.span[0] >= promise.span[1])
    ]
    kind = "appointment" if promise.kind in APPOINTMENT else promise.kind
    soon = turn.position - promise.position <= _SOON
    patterns = [language.taken_back.get(kind), language.taken_back["any"] if soon else None]
    if promise.is_announced and promise.kind in (*APPOINTMENT, "transfer") and soon:
        patterns.append(language.refused)
    retracted = any(pattern.search(words) for pattern in patterns if pattern for words in said)
    return replace(promise, retracted=retracted)
