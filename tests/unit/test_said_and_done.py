"""Every promise of the agent's is held against what was done, and every deed against what the caller said."""

import os
import time
from collections import Counter

from tests.scripted_calls import FALSE, TRUE, Script, scripted_calls
from voxanne_app.calls.promises.comparing import compare_words

SEEDS = range(7, 57) if os.environ.get("VOXANNE_FAULTS_FULL") else (7,)
CALLS, LIES = 200, 88


def wrong_with(call: Script) -> list[str]:
    """What is found otherwise than it was planted."""
    found = compare_words(call.said, call.evidence)
    not_kept = sorted({judged.promise.kind for judged in found.promises if judged.verdict == "not_kept"})
    unasked = sorted(deed.done.tool for deed in found.deeds if deed.heard is False)
    wrong = []
    if not_kept != sorted(call.lies):
        wrong.append(f"not kept: {not_kept}, planted: {call.lies}")
    if unasked != sorted(call.phantoms):
        wrong.append(f"unasked: {unasked}, planted: {call.phantoms}")
    told = "\n".join(
        f"  {'agent ' if one.is_agent else 'caller'} {one.wall} {one.words}" for one in call.said
    )
    return [f"{call.kind}: {each}\n{told}\n  {call.appointments}\n  {call.done}" for each in wrong]


def test_all_planted_lies_are_found_and_no_true_promise() -> None:
    for seed in SEEDS:
        calls = scripted_calls(seed, CALLS, LIES)
        began = time.process_time()
        wrong = [each for call in calls for each in wrong_with(call)]
        took = time.process_time() - began
        kinds = Counter(call.kind for call in calls if call.lies or call.phantoms)
        planted = f"{sum(kinds.values())} with one of {len(kinds)} kinds of lies"
        print(f"seed {seed}: {CALLS} calls, {planted}, {took:.2f} s")
        assert not wrong, f"seed {seed}\n" + "\n".join(wrong)
        assert set(kinds) == {play.__name__ for play in FALSE} and sum(kinds.values()) == LIES
        assert {call.kind for call in calls} - set(kinds) == {play.__name__ for play in TRUE}


def test_each_kind_of_lie_is_really_planted() -> None:
    calls = scripted_calls(7, CALLS, LIES)
    kinds = {lie for call in calls for lie in (*call.lies, *call.phantoms)}
    assert kinds == {
        "booked", "moved", "cancelled", "texted", "mailed", "call_back", "pass_on", "transfer",
        "book_appointment", "move_appointment", "cancel_appointment",
    }  # fmt: skip
