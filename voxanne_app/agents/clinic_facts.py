"""What an agent knows of its clinic, as prompts are given it. Who gathers it: `bookings/clinic_facts.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceFact:
    name: str
    minutes: int
    practitioners: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClinicFacts:
    """`hours`: per weekday (0 is Monday) the stretches of the clinic's day, in minutes since midnight on its
    wall; a day that is not there is closed. `phone` is the clinic's own line, where people answer;
    `recording_announcement` the sentence of its settings, empty when calls are not recorded."""

    name: str
    time_zone: str
    phone: str | None = None
    address: str = ""
    recording_announcement: str = ""
    hours: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = ()
    services: tuple[ServiceFact, ...] = ()
    practitioners: tuple[tuple[str, str], ...] = ()  # name, specialty
