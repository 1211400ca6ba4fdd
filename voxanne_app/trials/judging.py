"""Holding a conversation against what a kept test expects of it. Pure: each finding is a sentence."""

import re
from collections.abc import Mapping, Sequence

from voxanne_app.trials.expectations import DEEDS, NO_TOOL, Deed, Expectation, arguments_in_words
from voxanne_app.trials.turns import Turn, UsedTool

_SHOWN = 80
_SPELT_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def findings(expectations: Sequence[Expectation], turns: Sequence[Turn]) -> tuple[str, ...]:
    """For each expectation, in order: empty when it was met, otherwise what happened instead.

    Deeds are looked for in the order in which they are expected; other tools may be used between them.
    """
    used = [tool for turn in turns for tool in turn.tools]
    said = [turn.text for turn in turns if turn.role == "assistant"]
    found, since = [], 0
    for one in expectations:
        if one.kind in DEEDS:
            finding, since = _of_deed(DEEDS[one.kind], one.arguments, used, since)
        else:
            finding = _of_tools(used) if one.kind == NO_TOOL else _of_words(one, said)
        found.append(finding)
    return tuple(found)


def _of_deed(deed: Deed, wanted: Mapping[str, str], used: Sequence[UsedTool], since: int) -> tuple[str, int]:
    """The finding, and where the next deed is looked for."""
    asked = [(place, tool) for place, tool in enumerate(used) if tool.name in deed.tools]
    counted = [(place, tool) for place, tool in asked if _counts(deed, tool)]
    fitting = [place for place, tool in counted if _fits(tool, wanted)]
    if later := [place for place in fitting if place >= since]:
        return "", later[0] + 1
    should = f"It should have {deed.expected}{arguments_in_words(wanted)}"
    if fitting:
        return f"{should} after what comes before it in this list. It {deed.done} earlier.", since
    if counted:
        return f"{should}. It {deed.done}{arguments_in_words(_instead(counted[-1][1], wanted))}.", since
    if asked:
        return f"{should}. It tried to, and this came back: “{_short(asked[-1][1].line)}”", since
    return f"{should}. It never tried to.", since


def _counts(deed: Deed, tool: UsedTool) -> bool:
    return tool.verdict != "failed" and (tool.verdict != "refused" or deed.counts_when_refused)


def _fits(tool: UsedTool, wanted: Mapping[str, str]) -> bool:
    """ "Check-up" fits "a check-up, please", and the other way round: models do not spell alike."""
    return all(_alike(value, tool.arguments.get(name)) for name, value in wanted.items())


def _alike(wanted: str, given: object) -> bool:
    one, other = _plain(wanted), _plain(str(given)) if given not in (None, "") else ""
    return bool(other) and (one in other or other in one)


def _instead(tool: UsedTool, wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: _short(str(tool.arguments.get(name) or "not said")) for name in wanted}


def _of_tools(used: Sequence[UsedTool]) -> str:
    names = list(dict.fromkeys(tool.name.replace("_", " ") for tool in used))
    return f"It should have used no tool. It used: {', '.join(names)}." if names else ""


def _of_words(one: Expectation, said: Sequence[str]) -> str:
    pattern = re.compile(rf"(?<!\w){re.escape(_plain(one.words))}")
    heard = next((text for text in said if pattern.search(_plain(text))), None)
    if one.kind == "mentions":
        return "" if heard is not None else f"It should have mentioned “{one.words}”. It never did."
    return (
        "" if heard is None else f"It should never say “{one.words}”. It said: “{_around(heard, one.words)}”"
    )


def _plain(text: str) -> str:
    return " ".join(text.translate(_SPELT_ALIKE).casefold().split())


def _around(heard: str, words: str) -> str:
    place = max(0, _plain(heard).find(_plain(words)) - _SHOWN // 2)
    begins, ends = ("…" if place else ""), ("…" if place + _SHOWN < len(heard) else "")
    return f"{begins}{' '.join(heard.split())[place : place + _SHOWN]}{ends}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
