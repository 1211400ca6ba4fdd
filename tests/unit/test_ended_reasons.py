"""Every reason that the voice platform's specification knows, in plain words."""

from pathlib import Path

import pytest

from voxanne_app.calls.ended_reasons import reason_in_words
from voxanne_app.calls.outcome import Ended, outcome_of


def _all_reasons() -> list[str]:
    reasons = []
    for line in (Path(__file__).parent / "ended_reasons.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        beginning, suppliers, endings = (part.strip() for part in line.split("|"))
        for supplier in suppliers.split() or [""]:
            reasons += [f"{beginning}{supplier}{'-' if supplier else ''}{end}" for end in endings.split()]
    return reasons


REASONS = _all_reasons()
# Of these the platform itself says no more than that it was at fault.
ITS_OWN_FAULTS = {
    "call.in-progress.error-vapifault-chat-pipeline-failed-to-start",
    "call.start.error-vapifault-database-error",
    "call.start.error-vapifault-get-org",
}


def test_each_reason_of_the_specification_has_words_of_its_own() -> None:
    assert len(REASONS) == len(set(REASONS)) == 595  # 627 in the enum, some of them twice
    said = {reason: reason_in_words(reason) for reason in REASONS}
    wordless = [reason for reason, words in said.items() if words.startswith("Ended:") or len(words) < 12]
    assert not wordless
    vague = {reason for reason, words in said.items() if words == "The voice platform had a fault."}
    assert vague == ITS_OWN_FAULTS


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("customer-ended-call", "The caller hung up."),
        (
            "pipeline-error-openai-401-incorrect-api-key",
            "The language model (OpenAI) did not accept our key.",
        ),
        (
            "call.in-progress.error-vapifault-eleven-labs-quota-exceeded",
            "The voice (ElevenLabs) had no credit left for us.",
        ),
        (
            "call.in-progress.error-providerfault-deepgram-returning-502-network-error",
            "The speech recognition (Deepgram) had an outage.",
        ),
        ("call.start.error-subscription-concurrency-limit-reached", "All lines were in use."),
        (
            "call.in-progress.error-vapifault-worker-died",
            "The voice platform stopped in the middle of the call.",
        ),
        ("a-reason.of-tomorrow", "Ended: a reason of tomorrow."),
        ("", ""),
    ],
)
def test_a_reason_says_who_had_which_trouble(reason: str, words: str) -> None:
    assert reason_in_words(reason) == words


def test_what_is_an_error_is_no_answered_call() -> None:
    errors = [reason for reason in REASONS if "error-" in reason and "returned-error" not in reason]
    outcomes = {reason: outcome_of(Ended(reason, caller_spoke=True)) for reason in errors}
    assert not {reason: found for reason, found in outcomes.items() if found != "failed"}
    assert outcome_of(Ended("call.forwarding.no-answer", caller_spoke=True)) == "transferred"


def test_what_the_analysis_takes_for_advertising_is_spam_unless_something_was_done() -> None:
    assert outcome_of(Ended("customer-ended-call", caller_spoke=True, is_spam=True)) == "spam"
    booked = [("book_appointment", "done")]
    assert outcome_of(Ended("customer-ended-call", booked, caller_spoke=True, is_spam=True)) == "booked"
