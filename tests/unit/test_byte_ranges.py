"""Which part of a file a browser wants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.foundation.byte_ranges import NotSatisfiable, Span, span_of


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", Span(0, 999)),
        ("bytes=0-0", Span(0, 0)),
        ("bytes=500-1500", Span(500, 999)),
        ("bytes=-100", Span(900, 999)),
        ("bytes=-5000", Span(0, 999)),
        (None, None),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=0-1,5-6", None),
        ("items=0-5", None),
        ("bytes=a-b", None),
        ("bytes=0x1-2", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_a_range_is_understood_or_may_be_ignored(header: str | None, expected: Span | None) -> None:
    assert span_of(header, 1000) == expected


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_what_begins_after_the_end_cannot_be_given(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        span_of(header, 1000)


@given(header=st.text(max_size=40) | st.from_regex(r"bytes=\d{0,6}-\d{0,6}"), size=st.integers(0, 10_000))
def test_whatever_is_asked_for_lies_inside_the_file(header: str, size: int) -> None:
    try:
        span = span_of(header, size)
    except NotSatisfiable:
        return
    assert span is None or 0 <= span.first <= span.last < size
