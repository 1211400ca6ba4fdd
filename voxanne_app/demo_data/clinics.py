"""The two clinics of the demo, as plain facts: who works there, what is offered, who calls and why."""

from dataclasses import dataclass
from uuid import UUID, uuid5

# The demo's ids are the same on every machine, so that seeding twice makes nothing twice.
NAMESPACE = UUID("6f0a52c4-93ab-4a0e-8f9d-3c1f6a6f2b51")


def demo_id(*parts: object) -> UUID:
    return uuid5(NAMESPACE, " ".join(str(part) for part in parts))


@dataclass(frozen=True)
class DemoService:
    name: str
    minutes: int
    other_names: tuple[str, ...] = ()
    after: int = 0
    weight: int = 1  # how often it is booked, beside the others


@dataclass(frozen=True)
class DemoPractitioner:
    """`hours` are wall times per weekday (0 is Monday), with lunch between two stretches."""

    name: str
    specialty: str
    services: tuple[str, ...]
    hours: dict[int, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class DemoPerson:
    full_name: str
    email: str
    password: str
    role: str


@dataclass(frozen=True)
class DemoClinic:
    slug: str
    name: str
    time_zone: str
    number: str
    area_code: str
    agent: str
    services: tuple[DemoService, ...]
    practitioners: tuple[DemoPractitioner, ...]
    people: tuple[DemoPerson, ...]
    patients: tuple[str, ...]
    worry: str  # what an urgent caller says
    question: str  # what a caller wants an answer to, later
    calls_per_weekday: int
    closed_reason: str

    @property
    def id(self) -> UUID:
        return demo_id(self.slug)

    @property
    def agent_id(self) -> UUID:
        return demo_id(self.slug, "agent")

    @property
    def assistant_id(self) -> UUID:
        """What the voice platform calls the receptionist."""
        return demo_id(self.slug, "assistant")

    @property
    def phone_number_id(self) -> UUID:
        """What the voice platform calls the line."""
        return demo_id(self.slug, "line")

    @property
    def own_line(self) -> str:
        """Where the clinic's people answer themselves."""
        return f"{self.number[:-2]}90"

    @property
    def greeting(self) -> str:
        return (
            f"Hello, this is {self.name}. I am the clinic's automated receptionist, "
            "and this call is recorded. How can I help?"
        )

    def person_id(self, person: DemoPerson) -> UUID:
        return demo_id("person", person.email)

    def service(self, name: str) -> DemoService:
        return next(service for service in self.services if service.name == name)

    def phone_of(self, patient: str) -> str:
        """From the hundred numbers of an area that are set aside for stories."""
        return f"+1{self.area_code}55501{self.patients.index(patient) % 100:02d}"


def _team(
    slug: str, domain: str, owner: str, admin: str, front_desk: str, viewer: str
) -> tuple[DemoPerson, ...]:
    return (
        DemoPerson(front_desk, f"front-desk@{domain}", f"{slug}-front-desk-demo", "staff"),
        DemoPerson(owner, f"owner@{domain}", f"{slug}-owner-demo", "owner"),
        DemoPerson(admin, f"admin@{domain}", f"{slug}-admin-demo", "admin"),
        DemoPerson(viewer, f"viewer@{domain}", f"{slug}-viewer-demo", "viewer"),
    )


def _names(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in listed.split(","))


def _days(days: range, *stretches: tuple[str, str]) -> dict[int, tuple[tuple[str, str], ...]]:
    return dict.fromkeys(days, stretches)


_DENTIST = ("Check-up", "New patient exam", "Filling", "Crown fitting", "Emergency exam")

CEDAR_LANE = DemoClinic(
    slug="cedar-lane",
    name="Cedar Lane Dental",
    time_zone="America/Los_Angeles",
    number="+15035550199",
    area_code="503",
    agent="Main line",
    services=(
        DemoService("Check-up", 30, ("checkup", "dental exam", "exam", "regular visit"), weight=8),
        DemoService("Cleaning", 45, ("clean", "teeth cleaning", "hygiene visit", "polish"), weight=6),
        DemoService("New patient exam", 45, ("first visit", "first appointment"), weight=3),
        DemoService("Filling", 45, ("cavity", "fill a tooth"), after=5, weight=4),
        DemoService("Crown fitting", 90, ("crown",), after=10, weight=1),
        DemoService("Root canal", 60, (), after=10, weight=1),
        DemoService("Whitening", 60, ("teeth whitening", "bleaching"), weight=1),
        DemoService(
            "Emergency exam", 30, ("emergency", "toothache", "tooth pain", "chipped tooth"), weight=2
        ),
    ),
    practitioners=(
        DemoPractitioner(
            "Dr. Amari",
            "dentist",
            (*_DENTIST, "Root canal"),
            {
                **_days(range(4), ("08:30", "12:30"), ("13:30", "17:00")),
                4: (("09:00", "12:30"), ("13:30", "16:00")),
            },
        ),
        DemoPractitioner(
            "Dr. Voss",
            "dentist",
            (*_DENTIST, "Whitening"),
            _days(range(5), ("09:00", "12:30"), ("13:30", "17:30")),
        ),
        DemoPractitioner(
            "Jo Park",
            "hygiene",
            ("Cleaning", "Whitening"),
            _days(range(5), ("08:30", "12:30"), ("13:15", "16:30")),
        ),
        DemoPractitioner(
            "Dr. Kessler",
            "root canals",
            ("Root canal", "Crown fitting", "Emergency exam"),
            _days(range(1, 4), ("10:00", "13:00"), ("14:00", "18:30")),
        ),
    ),
    people=_team(
        "cedar-lane", "cedarlane.example", "Rosa Amari", "Dana Whitfield", "Maya Torres", "Ines Porter"
    ),
    patients=_names("""
        Nadia Okafor, Tomas Lindqvist, Hannah Brandt, Grant Ellery, Leila Farouk, Owen Sandoval,
        Beatriz Nunes, Priya Raman, Samuel Adeyemi, Joan Whitcombe, Wen Zhao, Ivy Castellan,
        Daniel Osei, Marcus Bell, Hugh Pemberton, Ines Carvalho, Robert Haines, Ada Sorel, Felix
        Okoro, Mina Sato, Ravi Menon, Eva Lindholm, Nora Bishop, Luca Ferri, Grace Abara, Olga
        Renner, Sam Ito, Carla Mendes, Theo Brandt, Amal Haddad, Bruno Keller, Greta Holm, Pablo
        Reyes, June Calloway, Victor Osei, Maeve Doyle, Anton Petrov, Sofia Marino, Caleb
        Wright, Yuki Tanaka, Rosalind Hart, Diego Fuentes, Helen Sorensen, Imran Qureshi, Paula
        Jensen, Kofi Mensah, Alice Thornton, Ben Castillo, Marta Kowalska, Noah Fletcher
    """),
    worry="My cheek has been swollen since the extraction on Friday, and it is hot to touch.",
    question="what my plan pays toward a night guard",
    calls_per_weekday=30,
    closed_reason="Staff training",
)

_SKIN = ("Skin check", "New patient consultation", "Mole check", "Follow-up")

HARBOR_SKIN = DemoClinic(
    slug="harbor-skin",
    name="Harbor Skin Clinic",
    time_zone="America/New_York",
    number="+16175550199",
    area_code="617",
    agent="Reception",
    services=(
        DemoService("Skin check", 30, ("full body check", "annual skin exam"), after=5, weight=6),
        DemoService("Mole check", 20, ("mole", "spot check"), weight=5),
        DemoService("New patient consultation", 45, ("first visit", "first appointment"), weight=3),
        DemoService("Acne consultation", 30, ("acne", "breakouts"), weight=3),
        DemoService("Follow-up", 20, ("follow up visit", "results"), weight=5),
        DemoService("Mole removal", 45, ("remove a mole", "excision"), after=15, weight=1),
        DemoService("Light therapy", 15, ("phototherapy", "psoriasis treatment"), weight=3),
    ),
    practitioners=(
        DemoPractitioner(
            "Dr. Lindqvist",
            "dermatologist",
            (*_SKIN, "Mole removal"),
            _days(range(5), ("08:00", "12:00"), ("13:00", "16:30")),
        ),
        DemoPractitioner(
            "Dr. Okonkwo",
            "dermatologist",
            (*_SKIN, "Acne consultation"),
            {**_days(range(3), ("09:00", "12:30"), ("13:30", "18:00")), 3: (("12:00", "19:30"),)},
        ),
        DemoPractitioner(
            "Amy Tran",
            "nurse",
            ("Light therapy", "Follow-up"),
            _days(range(5), ("08:00", "12:00"), ("12:30", "16:00")),
        ),
    ),
    people=_team(
        "harbor-skin", "harborskin.example", "Ngozi Okonkwo", "Philip Marsh", "Ruth Delgado", "Sean Gallo"
    ),
    patients=_names("""
        Walter Brandt, Lena Forsberg, Omar Siddiqui, Claire Dumont, Peter Novak, Anita Desai,
        Jack Brennan, Teresa Amato, Gordon Pike, Mei Chen, Oscar Lund, Fatima Zahra, Nina Rossi,
        Aaron Blum, Katya Orlova, Desmond Clarke, Elif Yilmaz, Ronan Byrne, Sylvie Lambert,
        Hector Vega, Ingrid Moe, Tariq Aziz, Bella Conti, Simon Achterberg, Wendy Liu, Marco
        Silva, Judith Kramer, Patrick O'Shea, Zara Haddad, Elliot Graves
    """),
    worry="The spot on my back started to bleed this morning and I cannot get it to stop.",
    question="whether the cream you prescribed can be used in pregnancy",
    calls_per_weekday=15,
    closed_reason="Clinic closed for renovation",
)

CLINICS = (CEDAR_LANE, HARBOR_SKIN)
OPERATOR = DemoPerson("Ola Nordmann", "operator@voxanne.example", "operator-demo", "platform")
