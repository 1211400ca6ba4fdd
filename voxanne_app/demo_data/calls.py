"""The demo's calls of the last weeks: those that made a booking, and the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from voxanne_app.demo_data.agenda import WEEKS_BACK, DemoBooking
from voxanne_app.demo_data.clinics import DemoClinic, demo_id
from voxanne_app.demo_data.conversations import BOOKED, Scene
from voxanne_app.demo_data.other_conversations import OTHERS, WORRIED
from voxanne_app.foundation.time_zones import dates_between, instant_of, instants_of_wall, zone_of

_SHARE_WITHOUT_BOOKING = 0.65
_ELSEWHERE = {"503": "971", "617": "857"}


@dataclass(frozen=True)
class Said:
    speaker: str
    words: str
    offset: float
    seconds: float


@dataclass(frozen=True)
class DemoTool:
    name: str
    arguments: dict[str, str]
    result: str
    verdict: str
    offset: float
    took_ms: int


@dataclass(frozen=True)
class DemoCall:
    id: UUID
    at: datetime
    scene: Scene
    patient: str | None
    number: str
    reason: str
    turns: tuple[Said, ...]
    tools: tuple[DemoTool, ...]
    seconds: float
    is_after_hours: bool
    case_title: str


def calls(clinic: DemoClinic, bookings: Sequence[DemoBooking], now: datetime) -> Iterator[DemoCall]:
    """In no order. A later `now` only adds to what an earlier one gave."""
    today = now.astimezone(zone_of(clinic.time_zone)).date()
    first = today - timedelta(weeks=WEEKS_BACK)
    since = _at(first, 0, clinic.time_zone)
    for booking in bookings:
        if booking.by_phone and since <= booking.made_at < now:
            scene = BOOKED[booking.id.int % len(BOOKED)]
            yield _call(clinic, call_id_of(booking), scene, booking.made_at, booking.patient, booking)
    for on_date in dates_between(first, WEEKS_BACK * 7 + 1):
        yield from _without_booking(clinic, on_date, now)
    worried = demo_id(clinic.slug, "worried", today)
    yield _call(clinic, worried, WORRIED, now - timedelta(minutes=12), clinic.patients[0], None)


def call_id_of(booking: DemoBooking) -> UUID:
    return demo_id("call", booking.id)


def _without_booking(clinic: DemoClinic, on_date: date, now: datetime) -> Iterator[DemoCall]:
    random = Random(f"{clinic.slug} calls {on_date}")  # noqa: S311 - a story, not a secret
    busy = clinic.calls_per_weekday * _SHARE_WITHOUT_BOOKING * (1 if on_date.weekday() < 5 else 0.2)
    for number in range(round(busy * random.uniform(0.8, 1.2))):
        in_the_evening = random.random() < 0.15
        minute = random.randint(18 * 60, 21 * 60 + 30) if in_the_evening else random.randint(8 * 60, 17 * 60)
        scene = random.choices(OTHERS, [scene.weight for scene in OTHERS])[0]
        patient = random.choice(clinic.patients)
        at = _at(on_date, minute, clinic.time_zone) + timedelta(seconds=random.randint(0, 59))
        if at < now - timedelta(minutes=10):
            yield _call(clinic, demo_id(clinic.slug, "call", on_date, number), scene, at, patient, None)


def _call(
    clinic: DemoClinic, call_id: UUID, scene: Scene, at: datetime, patient: str, booking: DemoBooking | None
) -> DemoCall:
    words = _words(clinic, patient, booking, call_id)
    turns, tools, seconds = _conversation(clinic, scene, words, call_id)
    stranger = f"+1{_ELSEWHERE[clinic.area_code]}55501{call_id.int % 100:02d}"
    wall = at.astimezone(zone_of(clinic.time_zone))
    return DemoCall(
        id=call_id,
        at=at,
        scene=scene,
        patient=patient if scene.is_known else None,
        number=clinic.phone_of(patient) if scene.is_known else stranger,
        reason=scene.reason.format(**words),
        turns=tuple(turns),
        tools=tuple(tools),
        seconds=seconds,
        is_after_hours=wall.weekday() > 4 or not 8 <= wall.hour < 18,
        case_title=scene.case[1].format(**words) if scene.case else "",
    )


def _words(clinic: DemoClinic, patient: str, booking: DemoBooking | None, call_id: UUID) -> dict[str, str]:
    service = booking.service if booking else clinic.services[call_id.int % len(clinic.services)].name
    able = [one.name for one in clinic.practitioners if service in one.services]
    wall = booking.starts_at.astimezone(zone_of(clinic.time_zone)) if booking else None
    return {
        "clinic": clinic.name,
        "patient": patient,
        "service": service,
        "service_lower": service.lower(),
        "practitioner": booking.practitioner if booking else able[call_id.int % len(able)],
        "when": f"{wall:%A, %B} {wall.day} at {wall:%I:%M %p}".replace(" 0", " ") if wall else "",
        "starts_at": f"{wall:%Y-%m-%dT%H:%M}" if wall else "",
        "worry": clinic.worry,
        "question": clinic.question,
    }


def _conversation(
    clinic: DemoClinic, scene: Scene, words: dict[str, str], call_id: UUID
) -> tuple[list[Said], list[DemoTool], float]:
    """Who said what when: twelve letters a second, and a moment before each answer."""
    turns = [Said("agent", clinic.greeting, 0.6, len(clinic.greeting) / 15)]
    tools = []
    clock = turns[0].offset + turns[0].seconds + 0.7
    for number, line in enumerate(scene.turns, start=1):
        for tool in scene.tools:
            if tool.before == number:
                arguments = {name: value.format(**words) for name, value in tool.arguments.items()}
                tools.append(
                    DemoTool(
                        tool.name,
                        arguments,
                        tool.result.format(**words),
                        tool.verdict,
                        clock,
                        tool.took_ms + call_id.int % 60,
                    )
                )
                clock += tool.took_ms / 1000 + 0.6
        said = line.format(**words)
        seconds = max(1.4, len(said) / 12)
        turns.append(Said("caller" if number % 2 else "agent", said, round(clock, 2), round(seconds, 2)))
        clock += seconds + 1.6 + call_id.int % 11 / 4
    return turns, tools, round(clock + call_id.int % 9 / 2, 1)


def _at(on_date: date, minute: int, zone: str) -> datetime:
    wall = datetime.combine(on_date, time()) + timedelta(minutes=minute)
    return instant_of((instants_of_wall(wall, zone) or instants_of_wall(wall + timedelta(hours=1), zone))[0])
