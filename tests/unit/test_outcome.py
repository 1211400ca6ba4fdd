"""What came of a call, in one word."""

import pytest

from voxanne_app.calls.outcome import OUTCOMES, Ended, outcome_of

TALKED = {"caller_spoke": True, "was_connected": True}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("customer-ended-call", "answered"),
        ("assistant-said-end-call-phrase", "answered"),
        ("a-reason-that-does-not-exist-yet", "answered"),
        ("", "answered"),
        ("assistant-forwarded-call", "transferred"),
        ("customer-ended-call-after-warm-transfer-attempt", "transferred"),
        ("call.forwarding.operator-busy", "transferred"),
        ("pipeline-error-custom-llm-llm-failed", "failed"),
        ("call.in-progress.error-vapifault-worker-died", "failed"),
        ("call.start.error-subscription-concurrency-limit-reached", "failed"),
        ("call.in-progress.error-providerfault-openai", "failed"),
        ("assistant-request-returned-invalid-assistant", "failed"),
        ("twilio-failed-to-connect-call", "failed"),
        ("worker-shutdown", "failed"),
        ("voicemail", "voicemail"),
        ("customer-did-not-answer", "missed"),
        ("customer-busy", "missed"),
        ("call.ringing.sip-inbound-caller-hungup-before-call-connect", "missed"),
        ("manually-canceled", "missed"),
    ],
)
def test_a_reason_is_told_by_its_family(reason: str, expected: str) -> None:
    assert outcome_of(Ended(ended_reason=reason, **TALKED)) == expected


def test_what_was_done_for_the_caller_counts_more_than_how_it_ended() -> None:
    tools = [("find_free_slots", "done"), ("book_appointment", "done")]
    assert outcome_of(Ended(ended_reason="pipeline-error-x", tools=tools, **TALKED)) == "booked"


def test_of_two_things_done_the_last_one_counts() -> None:
    tools = [("book_appointment", "done"), ("cancel_appointment", "done"), ("take_message", "done")]
    assert outcome_of(Ended(tools=tools, **TALKED)) == "cancelled"


@pytest.mark.parametrize(
    ("verdict", "expected"), [("refused", "answered"), ("failed", "tool_failed"), (None, "answered")]
)
def test_only_what_was_truly_done_is_an_outcome(verdict: str | None, expected: str) -> None:
    assert outcome_of(Ended(tools=[("book_appointment", verdict)], **TALKED)) == expected


def test_a_message_makes_a_callback() -> None:
    assert outcome_of(Ended(tools=[("take_message", "done")], **TALKED)) == "callback"


def test_a_caller_who_said_nothing_hung_up_early_or_was_never_there() -> None:
    assert outcome_of(Ended(ended_reason="customer-ended-call", was_connected=True)) == "hung_up_early"
    assert outcome_of(Ended(ended_reason="customer-ended-call", was_connected=False)) == "missed"


def test_every_outcome_has_a_word_for_the_front_desk() -> None:
    from voxanne_app.calls.ui.wording import OUTCOMES as WORDS

    assert set(WORDS) == set(OUTCOMES)
