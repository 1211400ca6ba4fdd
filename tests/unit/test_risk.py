"""How pressing a case is, and until when it must be done."""

from datetime import UTC, datetime, timedelta

import pytest

from voxanne_app.calls.risk import Severity, due_at, is_clinical, severity_of
from voxanne_app.foundation.time_zones import minute_of

NOW = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # half an hour before closing
TODAY = (minute_of(NOW) - 450, minute_of(NOW) + 30)
TOMORROW = (TODAY[0] + 1440, TODAY[1] + 1440)


@pytest.mark.parametrize(
    "words",
    [
        "My gum has been bleeding since last night",
        "The left side is swollen and I have a fever",
        "I can't breathe well",
        "I cannot swallow",
        "He knocked out a tooth",
        "Tengo fiebre y la cara hinchada",
        "No fever, but it is bleeding",
    ],
)
def test_words_of_harm_are_clinical(words: str) -> None:
    assert is_clinical("Call back", words)


@pytest.mark.parametrize(
    "words",
    [
        "I want to move my cleaning to Friday",
        "There is no swelling, I just want a check-up",
        "Without fever or swelling",
        "What does whitening cost?",
        "",
    ],
)
def test_what_speaks_of_no_harm_is_not(words: str) -> None:
    assert not is_clinical(words)


def test_harm_goes_before_urgency_and_that_before_complaints() -> None:
    assert severity_of("callback", is_clinical=True, is_urgent=False) == "clinical"
    assert severity_of("complaint", is_clinical=False, is_urgent=True) == "urgent"
    assert severity_of("failure", is_clinical=False, is_urgent=False) == "high"
    assert severity_of("approval", is_clinical=False, is_urgent=False) == "normal"


@pytest.mark.parametrize(
    ("severity", "minutes"),
    [
        ("clinical", 15),
        ("urgent", 15),
        ("high", 990 + 90),  # half an hour today, the rest when it opens, in 990 minutes
        ("normal", 990 + 210),
    ],
)
def test_what_can_wait_is_due_in_minutes_of_the_clinics_hours(severity: Severity, minutes: int) -> None:
    assert due_at(severity, now=NOW, open_spans=[TODAY, TOMORROW]) - NOW == timedelta(minutes=minutes)


def test_only_harm_is_due_while_the_clinic_is_closed() -> None:
    assert due_at("clinical", now=NOW, open_spans=[TOMORROW]) == NOW + timedelta(minutes=15)
    opens = timedelta(minutes=TOMORROW[0] - minute_of(NOW))
    assert due_at("urgent", now=NOW, open_spans=[TOMORROW]) == NOW + opens + timedelta(minutes=15)


def test_without_hours_the_clock_counts() -> None:
    assert due_at("normal", now=NOW, open_spans=[]) == NOW + timedelta(hours=4)
