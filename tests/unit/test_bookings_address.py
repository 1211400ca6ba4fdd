"""The address of the bookings screen: whatever stands there, the screen can show it."""

from datetime import date
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.bookings.ui.bookings_address import BookingsAddress

TODAY = date(2026, 11, 24)
SOMEBODY = "5b0ddf1c-8f1c-4f7e-9a55-0d1a6c1e2f30"
BOOKING = "c2f7a1de-4b7e-4f55-8a0e-6f9a3b1d7e42"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("view", "year"),
        ("on", "2026-02-30"),
        ("on", "0002-01-01"),
        ("on", "9999-12-31"),
        ("on", "20261124"),
        ("who", "everybody"),
        ("booking", "1'; drop table bookings"),
        ("booking", BOOKING.upper()),
        ("status", "lost"),
        ("source", "web"),
        ("sort", "patient desc"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "²"),
        ("page", "99999999999"),
        ("new", "yes"),
    ],
)
def test_what_cannot_be_meant_falls_back_to_the_default(name: str, value: str) -> None:
    assert BookingsAddress.read({name: value}) == BookingsAddress()


def test_an_address_reads_back_as_it_was_written() -> None:
    address = BookingsAddress(
        view="list", on="2026-11-24", who=SOMEBODY, booking=BOOKING, q="Ada & Co", status="pending",
        source="phone", sort="-made", page="3",
    )  # fmt: skip
    assert BookingsAddress.read(dict(parse_qsl(urlsplit(address.href).query))) == address


@given(st.dictionaries(st.sampled_from(sorted(vars(BookingsAddress()))), st.text(max_size=40)))
def test_no_address_breaks_the_screen(query: dict[str, str]) -> None:
    address = BookingsAddress.read(query)
    assert BookingsAddress.read(vars(address)) == address
    assert address.filters(TODAY).last >= address.filters(TODAY).first
    assert address.moved(1, since=address.day(TODAY)).href.startswith("/bookings")


def test_a_week_goes_by_weeks_and_a_day_by_days_and_neither_takes_the_booking_along() -> None:
    week = BookingsAddress(booking=BOOKING)
    assert week.moved(1, since=TODAY) == BookingsAddress(on="2026-12-01")
    assert week.moved(-1, since=TODAY) == BookingsAddress(on="2026-11-17")
    assert BookingsAddress(view="day").moved(1, since=TODAY).on == "2026-11-25"


def test_time_ends_somewhere() -> None:
    assert BookingsAddress().moved(1, since=date(2099, 12, 31)).on == "2099-12-31"
    assert BookingsAddress().moved(-1, since=date(2000, 1, 1)).on == "2000-01-01"


def test_another_filter_starts_at_its_first_page_and_opens_no_form() -> None:
    assert BookingsAddress(view="list", page="4", new="1").but(q="ada") == BookingsAddress(
        view="list", q="ada"
    )


def test_a_booking_of_somebody_else_is_shown_among_everybody() -> None:
    mine = BookingsAddress(who=SOMEBODY, on="2026-01-05")
    assert mine.showing(BOOKING, SOMEBODY) == BookingsAddress(who=SOMEBODY, booking=BOOKING)
    assert mine.showing(BOOKING, str(uuid4())) == BookingsAddress(booking=BOOKING)


def test_a_list_stays_where_it_is_when_a_booking_is_shown() -> None:
    listed = BookingsAddress(view="list", page="4", q="ada", who=SOMEBODY)
    assert listed.showing(BOOKING) == BookingsAddress(
        view="list", page="4", q="ada", who=SOMEBODY, booking=BOOKING
    )


def test_a_search_looks_at_all_times_and_a_list_from_its_day_on() -> None:
    assert BookingsAddress(view="list").filters(TODAY).first == TODAY
    assert BookingsAddress(view="list", q="ada").filters(TODAY).first < date(2001, 1, 1)
