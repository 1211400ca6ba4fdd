"""When something can start, held against a look at every single minute."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.bookings.availability import FreeTimes, few, free_on, part_of, start_windows, starts_in
from voxanne_app.bookings.hours import DayException, Exceptions, stretches_on
from voxanne_app.bookings.schedule import BookablePractitioner, BookableService, Schedule
from voxanne_app.foundation.time_zones import merged, wall_clock

MONDAY = date(2026, 11, 23)
SERVICE = UUID(int=1)

spans = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 200)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=8,
).map(merged)


def service(minutes: int = 30, before: int = 0, after: int = 0) -> BookableService:
    return BookableService(SERVICE, "Check-up", (), minutes, before, after)


def practitioner(name: str = "Dr. Voss", weekly=None) -> BookablePractitioner:
    hours = dict.fromkeys(range(5), ((540, 750), (810, 1020))) if weekly is None else weekly
    return BookablePractitioner(uuid4(), name, frozenset({SERVICE}), hours)


def schedule(*practitioners: BookablePractitioner, exceptions: Exceptions | None = None) -> Schedule:
    return Schedule("UTC", (service(),), practitioners, exceptions or Exceptions())


def free_at(*starts: int, who: tuple[BookablePractitioner, ...]) -> FreeTimes:
    return dict.fromkeys(starts, who)


@given(
    opening=spans,
    busy=spans,
    minutes=st.integers(5, 120),
    before=st.integers(0, 30),
    after=st.integers(0, 30),
)
def test_a_start_is_free_exactly_when_every_minute_of_it_is(opening, busy, minutes, before, after) -> None:
    opened = {minute for span in opening for minute in range(*span)}
    taken = {minute for span in busy for minute in range(*span)}
    expected = {
        start
        for start in opened
        if all(minute in opened for minute in range(start, start + minutes))
        and not any(minute in taken for minute in range(start - before, start + minutes + after))
    }
    windows = start_windows(opening, busy, service(minutes, before, after))
    assert {start for first, last in windows for start in range(first, last + 1)} == expected


@given(first=st.integers(0, 1440), length=st.integers(0, 300))
def test_offered_starts_lie_on_the_grid_within_their_window(first: int, length: int) -> None:
    starts = starts_in((first, first + length))
    assert starts == sorted(set(starts))
    assert all(first <= start <= first + length and start % 5 == 0 for start in starts)
    assert all(start % 15 == 0 for start in starts[1:])
    assert set(range(-(-first // 15) * 15, first + length + 1, 15)) <= set(starts)


def test_a_booking_frees_the_time_right_after_it() -> None:
    assert starts_in((590, 620)) == [590, 600, 615]


def test_nothing_is_offered_across_lunch() -> None:
    found = free_on(MONDAY, schedule(one := practitioner()), service(60), [one], {}, 0)
    walls = {wall_clock(start, "UTC").strftime("%H:%M") for start in found}
    assert {"11:30", "13:30", "16:00"} <= walls
    assert not walls & {"11:45", "12:00", "12:30", "13:00", "16:15"}


def test_nothing_is_offered_before_the_earliest_moment() -> None:
    one = practitioner()
    everything = free_on(MONDAY, schedule(one), service(), [one], {}, 0)
    noon = min(everything) + 180
    assert all(start >= noon for start in free_on(MONDAY, schedule(one), service(), [one], {}, noon))


def test_an_exception_of_the_clinic_replaces_everybodys_hours_but_brings_nobody_in_on_a_day_off() -> None:
    short = Exceptions(of_clinic={MONDAY: DayException(((600, 660),), "Inventory")})
    works, is_off = practitioner(), practitioner(weekly={})
    assert stretches_on(MONDAY, works.weekly, short, works.id) == ((600, 660),)
    assert stretches_on(MONDAY, is_off.weekly, short, is_off.id) == ()


def test_an_exception_of_ones_own_counts_more_than_the_clinics() -> None:
    one = practitioner()
    both = Exceptions(
        of_clinic={MONDAY: DayException((), "Holiday")},
        of_practitioner={(one.id, MONDAY): DayException(((600, 720),))},
    )
    assert stretches_on(MONDAY, one.weekly, both, one.id) == ((600, 720),)
    assert stretches_on(MONDAY, one.weekly, both, uuid4()) == ()


def test_a_few_times_lie_well_apart_and_on_several_days() -> None:
    one = practitioner()
    day = free_at(*range(540, 1020, 15), who=(one,))
    next_day = free_at(*range(540 + 1440, 1020 + 1440, 15), who=(one,))
    chosen = [slot.starts for slot in few([day, next_day], count=3, per_day=2)]
    assert chosen == [540, 780, 540 + 1440]


def test_a_few_times_name_different_practitioners_where_they_can() -> None:
    amari, voss = practitioner("Dr. Amari"), practitioner("Dr. Voss")
    day = free_at(*range(540, 1020, 15), who=(amari, voss))
    chosen = few([day], count=3, per_day=3)
    assert Counter(slot.practitioner.name for slot in chosen) == {"Dr. Amari": 2, "Dr. Voss": 1}


def test_two_times_close_together_are_still_offered_when_there_is_nothing_else() -> None:
    one = practitioner()
    assert [slot.starts for slot in few([free_at(540, 555, who=(one,))], count=3, per_day=3)] == [540, 555]


def test_nothing_to_choose_from_is_nothing() -> None:
    assert few([{}, {}], count=3, per_day=2) == []


def test_the_parts_of_a_day_meet_at_noon_and_five() -> None:
    times = [
        datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=m) for m in (0, 719, 720, 1019, 1020, 1439)
    ]
    assert [part_of(moment) for moment in times] == [
        "morning", "morning", "afternoon", "afternoon", "evening", "evening",
    ]  # fmt: skip
