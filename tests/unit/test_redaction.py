import pytest
from sqlalchemy.exc import IntegrityError

from voxanne_app.foundation.job_queue import PermanentError
from voxanne_app.foundation.redaction import REMOVED, describe, frames, is_private, redact, redact_fields

_SECRETS = [
    "+15550100123",
    "+44 20 7946 0958",
    "+49 (0)30 901820",
    "(555) 010-0123",
    "555-010-0123",
    "5550100123",
    "pat.doe+x@example.co.uk",
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "sk-proj-abcDEF0123456789abcDEF0123456789",
    "0123456789abcdef0123456789abcdef",
]


@pytest.mark.parametrize("secret", _SECRETS)
@pytest.mark.parametrize("around", ["{}", "from {} to us", "x={},", '{{"a": "{}"}}', "({})", "{}."])
def test_what_identifies_a_patient_or_opens_a_door_is_removed(secret: str, around: str) -> None:
    assert secret not in redact(around.format(secret))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("postgresql://app:hunter2@127.0.0.1:5432/x", "postgresql://app:[removed]@127.0.0.1:5432/x"),
        ("redis://:hunter2@cache/0", "redis://:[removed]@cache/0"),
        ("Authorization: Bearer abc.def", "Authorization: [removed] [removed]"),
        ("bearer hunter2", "bearer [removed]"),
        ("GET /x?token=hunter2&page=2", "GET /x?token=[removed]&page=2"),
        ("password = hunter2", "password = [removed]"),
    ],
)
def test_passwords_and_tokens_are_removed_and_the_rest_stays(text: str, left: str) -> None:
    assert "hunter2" not in redact(text)
    assert "abc.def" not in redact(text)
    if "Authorization" not in text:
        assert redact(text) == left


@pytest.mark.parametrize(
    "harmless",
    [
        "job 0bc2d3be-71e5-4917-bcce-2f68e010266e of feaddc18-1dad-489c-a0ba-b1d10e11daee",
        "2026-11-23T09:17:00.123+00:00",
        "took 1234.567 ms, 200 OK",
        "voxanne_app/foundation/job_queue.py:126 registered",
        "v1.2.3",
        "127.0.0.1:5432",
    ],
)
def test_ids_times_and_places_can_still_be_read(harmless: str) -> None:
    assert redact(harmless) == harmless


def test_private_fields_are_removed_at_any_depth_whatever_they_hold() -> None:
    told = redact_fields(
        {
            "call": {"transcript": "I have a rash", "customer": {"number": 5}, "seconds": 12},
            "items": [{"patientName": "Pat", "note": "call +15550100123"}, "see pat@example.test"],
            "api_key": "x",
        }
    )
    assert told == {
        "call": {"transcript": REMOVED, "customer": REMOVED, "seconds": 12},
        "items": [{"patientName": REMOVED, "note": REMOVED}, f"see {REMOVED}"],
        "api_key": REMOVED,
    }


def test_a_name_is_private_as_a_word_and_not_as_a_part_of_another() -> None:
    assert is_private("recordingUrl")
    assert is_private("caller_numbers")
    assert not is_private("turnout")
    assert not is_private("keyboard")


def test_our_own_sentences_are_kept_and_others_messages_are_not() -> None:
    assert describe(PermanentError("The clinic has no calendar.")) == (
        "PermanentError: The clinic has no calendar."
    )
    assert "+1555" not in describe(PermanentError("nobody at +15550100123"))
    assert describe(ValueError("Pat Doe has a rash")) == "ValueError"


def test_a_database_error_tells_its_code_and_not_its_row() -> None:
    class _Original(Exception):
        sqlstate = "23505"

    error = IntegrityError(
        "insert into contacts values ('Pat')", {"name": "Pat"}, _Original("Key (name)=(Pat)")
    )
    assert describe(error) == "IntegrityError 23505"


def test_frames_tell_where_and_nothing_else() -> None:
    try:
        redact_fields({"a": _Unprintable()})
    except RuntimeError as error:
        told = frames(error)
        assert any(frame.startswith("voxanne_app/foundation/redaction.py:") for frame in told)
        assert not any("Pat Doe" in frame for frame in told)
        assert describe(error).startswith("RuntimeError at voxanne_app/foundation/redaction.py:")
    else:
        pytest.fail("it should have raised")


class _Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("Pat Doe")
