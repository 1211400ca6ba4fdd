"""Two tests that each demo clinic keeps with its receptionist."""

from sqlmodel import Session

from voxanne_app.demo_data.agenda import EPOCH
from voxanne_app.demo_data.clinics import DemoClinic, demo_id
from voxanne_app.demo_data.writing import Row, put
from voxanne_app.trials.expectations import Expectation
from voxanne_app.trials.kept_models import KeptTest

_MONDAY, _WEDNESDAY = 0, 2


def write_tests(session: Session, clinic: DemoClinic) -> None:
    service = clinic.services[0].name
    books = (
        Expectation("looks_up"),
        Expectation("books", arguments={"service": service}),
        Expectation("never_says", "diagnosis"),
    )
    lines = [
        f"Hello, my name is Ada Sorel. I would like to book a {service.lower()}, please.",
        "The first one, please.",
        "No, that is all. Thank you.",
    ]
    put(
        session,
        KeptTest,
        [
            _test(clinic, "Books the first time it offers", _MONDAY, 8 * 60 + 5, lines, books),
            _test(
                clinic,
                "Takes a message and promises nothing",
                _WEDNESDAY,
                19 * 60,
                ["Could the doctor call me back? I have a question about my bill."],
                (Expectation("takes_message"), Expectation("never_says", "refund")),
            ),
        ],
    )


def _test(
    clinic: DemoClinic,
    name: str,
    weekday: int,
    minute: int,
    lines: list[str],
    expected: tuple[Expectation, ...],
) -> Row:
    return {
        "id": demo_id(clinic.slug, "kept test", name),
        "org_id": clinic.id,
        "agent_id": clinic.agent_id,
        "name": name,
        "lines": lines,
        "expectations": [one.as_json() for one in expected],
        "weekday": weekday,
        "minute": minute,
        "author": clinic.people[0].full_name,
        "created_at": EPOCH,
        "updated_at": EPOCH,
    }
