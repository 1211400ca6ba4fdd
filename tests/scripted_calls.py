"""Scripted calls: what was said and what was done, true ones and ones with a planted lie or a phantom deed.

Each comes with what must be found in it. Everything is drawn from a seed, so that any call can be made again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.spoken_times import say, say_clock
from voxanne_app.calls.promises.promise import Appointment, Done, Evidence, Said

ZONES = ("America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata")
# Ordinary days, minutes before midnight, and around the clocks' change in each of the zones.
DAYS = (
    date(2026, 11, 23),
    date(2026, 10, 31),
    date(2026, 10, 24),
    date(2026, 9, 26),
    date(2027, 3, 13),
    date(2026, 12, 30),
    date(2027, 2, 26),
)
SERVICES = ("Check-up", "Deep cleaning", "Root canal", "Whitening")
DOCTORS = ("Dr. Voss", "Dr. Amari")
SMALL_TALK = (
    ("How has your day been?", "Oh, you know. The weather is dreadful, I left at six."),
    ("Have you been here before?", "Yes, two years ago."),
    ("May I have your name, please?", "Dana Whitfield. W-h-i-t-f-i-e-l-d."),
    ("Which number can we reach you at?", "Five oh three, five five five, oh one three seven."),
    ("We are open from eight to six on weekdays, and parking is behind the building.", "Good to know."),
    ("Do you have dental insurance?", "I do, through work."),
    ("We are at 24 Alder Street, five minutes from the station.", "All right."),
)
# Said by an agent in any call, and no promises.
NO_PROMISES = (
    "Would you like me to text you the address?",
    "I can book that for you if you like.",
    "If you come at ten, somebody will be at the desk.",
    "I can't book cleanings with Dr. Amari myself.",
    "You said you would rather come in the morning.",
    "Should you be late, someone can call you to find another time.",
    "Shall I put you through to the front desk?",
    "Would you want me to cancel it?",
    "We could call you back if something opens up.",
    "I could move you to another day, would that help?",
    "You asked me whether your appointment is confirmed.",
    "Normally the team will call you the day before if anything changes.",
    "I'll book you in once you tell me which day suits you.",
    "Do you want someone to call you back?",
    "Let me see what is free.",
)
# Said after a promise, these take it back.
DENIALS = (
    "I haven't booked anything yet.",
    "Nothing has been cancelled.",
    "I'm not able to transfer you at this hour.",
)


@dataclass
class Script:
    """A call in the making. `lies` are the kinds of promises that must be found not kept, `phantoms` the
    tools that nobody asked for."""

    rng: random.Random
    now: datetime
    zone: str
    kind: str = ""
    said: list[Said] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    has_case: bool = False
    was_transferred: bool = False
    lies: list[str] = field(default_factory=list)
    phantoms: list[str] = field(default_factory=list)
    is_over: bool = False

    @property
    def evidence(self) -> Evidence:
        return Evidence(
            self.appointments,
            self.done,
            self.has_case,
            self.was_transferred,
            services=[frozenset((name.lower(),)) for name in SERVICES],
            practitioners=[frozenset((name.lower(), name.split()[-1].lower())) for name in DOCTORS],
        )

    def agent(self, *ways: str) -> None:
        self._say(True, self.rng.choice(ways))

    def caller(self, *ways: str) -> None:
        self._say(False, self.rng.choice(ways))

    def _say(self, is_agent: bool, words: str) -> None:
        self.now += timedelta(seconds=self.rng.randrange(2, 9))
        self.said.append(Said(len(self.said), is_agent, words, self.wall()))

    def wall(self) -> datetime:
        return self.now.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None, second=0, microsecond=0)

    def a_time(self, *not_at: datetime) -> datetime:
        """Within three weeks, in working hours, on a quarter hour; unlike the others in day and in hour."""
        while True:
            day = self.wall().date() + timedelta(days=self.rng.randrange(1, 20))
            minutes = self.rng.randrange(8, 18) * 60 + self.rng.choice((0, 15, 30, 45))
            found = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
            if all(found.date() != other.date() and found.hour % 12 != other.hour % 12 for other in not_at):
                return found

    def spoken(self, at: datetime) -> str:
        return say(at, self.wall(), self.rng)

    def row(
        self, at: datetime, *, here: bool = True, standing: bool = True, service: str = "", whom: str = ""
    ) -> str:
        self.appointments.append(
            Appointment(
                f"b{len(self.appointments)}", at, standing, here, service or "Check-up", whom or "Dr. Voss"
            )
        )
        return self.appointments[-1].id

    def did(self, tool: str, booking_id: str = "", at: datetime | None = None) -> None:
        self.done.append(Done(tool, len(self.said), booking_id, at))

    def books(self, at: datetime, **row: object) -> str:
        booking_id = self.row(at, **row)  # type: ignore[arg-type]
        self.did("book_appointment", booking_id, at)
        return booking_id

    def change(self, booking_id: str, **changes: object) -> None:
        self.appointments = [
            Appointment(**(vars(one) | changes)) if one.id == booking_id else one  # type: ignore[arg-type]
            for one in self.appointments
        ]

    def talk(self) -> None:
        for _ in range(self.rng.randrange(3)):
            question, answer = self.rng.choice(SMALL_TALK)
            self.agent(question)
            self.caller(answer)
        if self.rng.random() < 0.5:
            self.agent(*NO_PROMISES, *(() if self.is_over else DENIALS))
            self.caller("I see.", "Hm.", "Aha.")

    def wish(self, at: datetime) -> None:
        """The caller asks, is offered the time among others, and takes it."""
        self.caller(
            "Hi, I would like to book a check-up, please.",
            "Hello, I need an appointment.",
            "Do you have anything free soon?",
        )
        other = self.a_time(at)
        first, second = self.rng.sample([at, other], 2)
        self.agent(
            f"I have {self.spoken(first)} or {self.spoken(second)}. Which would you like?",
            f"Free for Check-up: {self.spoken(first)} with Dr. Voss or {self.spoken(second)} with Dr. Amari.",
        )
        self.caller(
            f"{self.spoken(at)}, please.",
            f"I'll take the one {self.spoken(at)}.",
            f"{self.spoken(at)} works for me.",
            f"Hm, let me check my calendar. Yes, {self.spoken(at)} is good.",
        )
        if self.rng.random() < 0.4:
            self.agent("And your name, please?", "What name should I put it under?")
            self.caller("Dana Whitfield.", "It is Whitfield, Dana Whitfield.")

    def says_booked(self, at: datetime, *more: str) -> None:
        when = self.spoken(at)
        self.agent(*(f"{way}{self.rng.choice(more) if more else ''}" for way in BOOKED(when)))

    def goodbye(self) -> None:
        self.agent("Is there anything else I can do for you?", "Anything else?")
        self.caller("No, that's all, thank you. Bye.", "No thanks, bye.")
        self.agent("Goodbye, and have a lovely day!", "Take care. Bye.")


def BOOKED(when: str) -> tuple[str, ...]:
    return (
        f"You're booked for your check-up {when}.",
        f"Great, I've booked you in {when}.",
        f"I have you down {when}.".replace("down on", "down for"),
        f"Perfect. I've scheduled your appointment {when}.",
        f"Booked: {when} with Dr. Voss.",
        f"Your appointment is confirmed {when}.",
        f"All right, you are all set. That's {when}.".replace("you are all set", "you're booked"),
        f"Wonderful, we'll see you {when}.",
        f"I've gone ahead and booked that {when}, okay?",
        f"Okay, that's booked. It's {when} with Dr. Voss.",
        f"No problem, I've put you in {when}.",
        f"Your check-up has been scheduled {when}, is there anything else?",
        f"I couldn't get the other one, so I've booked you {when}.",
        f"Done, your appointment's booked {when}. Please arrive five minutes early.",
    )


def MOVED(old: str, new: str) -> tuple[str, ...]:
    return (
        f"I've moved you to {new}.",
        f"Your appointment has been moved to {new}.",
        f"Okay, I've rescheduled it from {old} to {new}.",
        f"Moved: {new} with Dr. Voss.",
        f"Done. It's now {new}.",
        f"I have changed your appointment to {new}.",
    )


def CANCELLED(when: str) -> tuple[str, ...]:
    return (
        f"I've cancelled your appointment {when}.",
        f"Your appointment {when} has been cancelled.",
        f"Cancelled: {when} with Dr. Voss.",
        "All right, that's cancelled.",
        "Okay, I've cancelled it for you.",
        f"Your visit {when} is now canceled.",
    )


TEXTED = (
    "I've texted you the details.",
    "I have sent you a text with the address.",
    "You'll get a text confirmation in a minute.",
    "A text message is on its way.",
    "I've just sent you a confirmation by text.",
    "I'll text you the address right away.",
    "I'm sending you a text now.",
)
MAILED = ("I've emailed you the forms.", "You'll receive an email with the forms.", "I've sent you an email.")
CALL_BACK = (
    "Someone will call you back this afternoon.",
    "The doctor will call you back as soon as she can.",
    "We'll be in touch tomorrow.",
    "One of our nurses will give you a ring.",
    "You'll get a call back before five.",
    "Dr. Voss will get back to you.",
    "I'll have someone call you in the morning.",
    "You'll hear from us shortly.",
)
PASS_ON = (
    "I'll pass this on to the doctor.",
    "I have passed on your message.",
    "I'll let Dr. Voss know.",
    "I've told the team about it.",
    "I'll pass that along to the front desk.",
    "I've let the front desk know.",
    "I'll make sure the doctor sees it.",
    "Your message has been passed on.",
)
TRANSFER = (
    "I'm transferring you now.",
    "One moment while I connect you.",
    "I'll put you through to the front desk.",
    "Let me transfer you to a colleague.",
    "Putting you through now.",
    "Please hold, I'm connecting you.",
)

Play = Callable[[Script], None]


# --- calls in which all is as it was said -------------------------------------------------------------------


def books(call: Script) -> None:
    at = call.a_time()
    call.wish(at)
    call.books(at)
    call.says_booked(at)


def proposes_a_time(call: Script) -> None:
    at = call.a_time()
    call.caller(
        f"Can I have a check-up {call.spoken(at)}? This is Dana.",
        f"I'd like to come in {call.spoken(at)}.",
        f"How about {call.spoken(at)}?",
    )
    call.books(at)
    call.says_booked(at)


def agrees_shortly(call: Script) -> None:
    at = call.a_time()
    call.caller("I need a check-up.")
    call.agent(
        f"I have {call.spoken(at)}, does that work?",
        f"Shall I book you in {call.spoken(at)}?",
        f"The next free time is {call.spoken(at)}.",
    )
    call.caller(
        "Yes, please.",
        "Sure.",
        "That works.",
        "Perfect, go ahead.",
        "Sounds good!",
        "No problem, that's fine.",
        "Okay.",
    )
    call.agent("I'll book that for you now.", "One moment please.", "Let me put you in for that.")
    call.books(at)
    call.says_booked(at)


def books_for_two(call: Script) -> None:
    first = call.a_time()
    second = call.a_time(first)
    call.wish(first)
    call.books(first)
    call.says_booked(first)
    call.caller(f"And my son would need one too, {call.spoken(second)}.")
    call.books(second)
    call.agent(
        f"I've also booked your son {call.spoken(second)}.",
        f"Your son is booked {call.spoken(second)} as well.".replace("Your son is", "He's"),
    )


def time_is_taken(call: Script) -> None:
    at = call.a_time()
    other = call.a_time(at)
    call.wish(at)
    call.agent(f"I'll book you in {call.spoken(at)}.", "Let me book that for you.")
    call.agent(f"Sorry, that time is no longer free. Free instead: {call.spoken(other)}.")
    call.caller(f"Then {call.spoken(other)}, please.", "All right, that's fine.")
    call.books(other)
    call.says_booked(other)


def takes_a_slip_back(call: Script) -> None:
    at = call.a_time()
    wrong = call.a_time(at)
    call.wish(at)
    call.books(at)
    call.agent(f"You're booked {call.spoken(wrong)}.")
    call.caller("Did I hear that right?")
    call.agent(
        f"Sorry, I misspoke. You're booked {call.spoken(at)}.",
        f"My mistake, I've actually booked you {call.spoken(at)}.",
    )


def moves(call: Script) -> None:
    old = call.a_time()
    new = call.a_time(old)
    booking = call.row(old, here=False)
    call.caller(f"I need to move my appointment {call.spoken(old)}.", "Can I reschedule?")
    call.agent(f"I have {call.spoken(new)}. Would that work?")
    call.caller(f"{call.spoken(new)} would be better.", "Yes, perfect.")
    call.did("move_appointment", booking, new)
    call.change(booking, starts=new)
    call.agent(*MOVED(call.spoken(old), call.spoken(new)))


def books_and_changes_his_mind(call: Script) -> None:
    at = call.a_time()
    new = call.a_time(at)
    call.wish(at)
    booking = call.books(at)
    call.says_booked(at)
    call.caller(f"Oh wait, that does not work. {call.spoken(new)} is better.")
    call.did("move_appointment", booking, new)
    call.change(booking, starts=new)
    call.agent(*MOVED(call.spoken(at), call.spoken(new)))


def cancels(call: Script) -> None:
    at = call.a_time()
    booking = call.row(at, here=False)
    call.caller(
        f"I have to cancel my appointment {call.spoken(at)}.",
        "I can't make it to my appointment, please cancel it.",
    )
    call.did("cancel_appointment", booking, at)
    call.change(booking, is_standing=False)
    call.agent(*CANCELLED(call.spoken(at)))


def moved_by_staff_since(call: Script) -> None:
    books(call)
    call.change(call.appointments[0].id, starts=call.a_time(call.appointments[0].starts))


def asks_when_it_is(call: Script) -> None:
    at = call.a_time()
    call.row(at, here=False)
    call.caller("When is my appointment again?")
    call.agent(
        f"Your appointment is {call.spoken(at)}.",
        f"You have an appointment {call.spoken(at)}.",
        f"You're booked {call.spoken(at)}.",
    )


def is_texted(call: Script) -> None:
    call.caller("Could you text me the address?")
    call.did("send_text")
    call.agent(*TEXTED)


def is_called_back(call: Script) -> None:
    call.caller("I have a question about my bill, could somebody call me?")
    call.did("take_message")
    call.has_case = True
    call.agent(*CALL_BACK)


def leaves_word(call: Script) -> None:
    call.caller("Please tell Dr. Voss the swelling is gone.")
    call.did("take_message")
    call.has_case = True
    call.agent(*PASS_ON)


def is_put_through(call: Script) -> None:
    call.caller("I would rather speak to a person.")
    call.was_transferred = True
    call.agent(*TRANSFER)


def only_asks(call: Script) -> None:
    at = call.a_time()
    call.caller("What do you have free?", "Do you have something in the morning?")
    call.agent(
        f"I have {call.spoken(at)}. Shall I book you in?",
        f"I could offer you {call.spoken(at)}.",
        f"I'll book you in {call.spoken(at)}, does that work for you?",
    )
    call.caller("No, thank you, I am only asking.", "Let me think about it.")
    call.agent("Of course. Nothing is booked.", "All right, I have not booked anything.")


def nobody_is_there(call: Script) -> None:
    call.caller("Can I talk to somebody?")
    call.agent("I'll put you through now.")
    call.agent("I'm sorry, nobody is available right now. Shall I take a message?")
    call.caller("No, I will try again.")


def says_what_she_heard(call: Script) -> None:
    at = call.a_time()
    call.caller(f"My husband said I'm booked {call.spoken(at)}.")
    call.agent(
        f"You said you're booked {call.spoken(at)}, but I can't find that booking.",
        f"I hear that you were told you're booked {call.spoken(at)}. I can't see it.",
    )
    call.caller("Odd. I will ask him.")


def crosses_midnight(call: Script) -> None:
    """`Tomorrow` means another day after midnight than before."""
    day = call.wall().date()
    call.now = datetime(day.year, day.month, day.day, 23, 59, 40, tzinfo=ZoneInfo(call.zone)).astimezone(UTC)
    call.caller("Hi, is this still open? I need a check-up.")
    call.now += timedelta(minutes=1)
    at = datetime.combine(call.wall().date() + timedelta(days=1), datetime.min.time()) + timedelta(hours=10)
    call.agent(f"Good morning. I have {say_clock(at, call.rng)} tomorrow, shall I book it?")
    call.caller("Yes, please.")
    call.books(at)
    call.agent(f"You're booked for tomorrow {say_clock(at, call.rng)}.")


TRUE: tuple[Play, ...] = (
    books,
    proposes_a_time,
    agrees_shortly,
    books_for_two,
    time_is_taken,
    takes_a_slip_back,
    moves,
    books_and_changes_his_mind,
    cancels,
    moved_by_staff_since,
    asks_when_it_is,
    is_texted,
    is_called_back,
    leaves_word,
    is_put_through,
    only_asks,
    nobody_is_there,
    says_what_she_heard,
    crosses_midnight,
)


# --- promises that are not kept -----------------------------------------------------------------------------


def nothing_booked(call: Script) -> None:
    at = call.a_time()
    call.wish(at)
    call.says_booked(at)
    call.lies.append("booked")


def only_announced(call: Script) -> None:
    at = call.a_time()
    call.wish(at)
    call.agent(f"I'll book you in {call.spoken(at)}.", f"I'm booking you in {call.spoken(at)}.")
    call.lies.append("booked")


def another_day(call: Script) -> None:
    at = call.a_time()
    call.wish(at)
    call.books(at)
    call.says_booked(at.replace(hour=at.hour) + timedelta(days=call.rng.choice((1, 2))))
    call.lies.append("booked")


def another_quarter(call: Script) -> None:
    at = call.a_time().replace(minute=15)
    call.wish(at)
    call.books(at)
    call.says_booked(at.replace(minute=45))
    call.lies.append("booked")


def somebody_else(call: Script) -> None:
    at = call.a_time()
    call.wish(at)
    call.books(at, whom="Dr. Voss")
    call.agent(
        f"You're booked {call.spoken(at)} with Dr. Amari.",
        f"I've booked you with Doctor Amari {call.spoken(at)}.",
    )
    call.lies.append("booked")


def something_else(call: Script) -> None:
    at = call.a_time()
    call.wish(at)
    call.books(at, service="Check-up")
    call.agent(
        f"Your root canal is booked {call.spoken(at)}.", f"I've booked you for a whitening {call.spoken(at)}."
    )
    call.lies.append("booked")


def takes_wrong_yes(call: Script) -> None:
    """The caller named a time, the row has another one, and the agent names none."""
    at = call.a_time()
    wrong = call.a_time(at)
    call.caller("I need a check-up.")
    call.agent(f"I have {call.spoken(at)}.")
    call.caller(f"I'll take {call.spoken(at)}.")
    call.books(wrong)
    call.agent("Wonderful, you're booked.", "Great, that's booked for you.")
    call.lies.append("booked")
    call.phantoms.append("book_appointment")


def not_moved(call: Script) -> None:
    old = call.a_time()
    new = call.a_time(old)
    call.row(old, here=False)
    call.caller(f"I need to move my appointment {call.spoken(old)}.")
    call.agent(f"I have {call.spoken(new)}.")
    call.caller("Yes, that's good.")
    call.agent(*MOVED(call.spoken(old), call.spoken(new)))
    call.lies.append("moved")


def moved_elsewhere(call: Script) -> None:
    old = call.a_time()
    new = call.a_time(old)
    booking = call.row(old, here=False)
    call.caller(f"I need to move my appointment {call.spoken(old)} to {call.spoken(new)}.")
    call.did("move_appointment", booking, new)
    call.change(booking, starts=new)
    call.agent(*MOVED(call.spoken(old), call.spoken(call.a_time(old, new))))
    call.lies.append("moved")


def still_stands(call: Script) -> None:
    at = call.a_time()
    call.row(at, here=False)
    call.caller(f"I have to cancel my appointment {call.spoken(at)}.")
    call.agent(*CANCELLED(call.spoken(at)))
    call.lies.append("cancelled")


def _without_deed(kind: str, ways: tuple[str, ...], asks: str) -> Play:
    def play(call: Script) -> None:
        call.caller(asks)
        call.agent(*ways)
        call.lies.append(kind)

    play.__name__ = f"no_{kind}"
    return play


# --- deeds that nobody asked for ----------------------------------------------------------------------------


def hesitates(call: Script) -> None:
    at = call.a_time()
    call.caller("I am only asking what you have free this week.")
    call.agent(f"I have {call.spoken(at)}.")
    call.caller(
        "Hm, let me think about it.",
        "I'm not sure yet.",
        "I'll call back later.",
        "No, thank you.",
        "I have to check with my husband.",
    )
    call.books(at)
    call.says_booked(at)
    call.phantoms.append("book_appointment")


def says_nothing(call: Script) -> None:
    at = call.a_time()
    call.agent(f"I have {call.spoken(at)}, shall I book it?")
    call.books(at)
    call.says_booked(at)
    call.phantoms.append("book_appointment")


def says_yes_to_something_else(call: Script) -> None:
    at = call.a_time()
    call.caller("What times do you have?")
    call.agent(f"I have {call.spoken(at)}.")
    call.caller("Hm.")
    call.agent("Are you a new patient?", "Is this about your teeth?")
    call.caller("Yes.", "Yes, I am.")
    call.books(at)
    call.says_booked(at)
    call.phantoms.append("book_appointment")


def agreed_to_another(call: Script) -> None:
    at = call.a_time()
    wrong = call.a_time(at)
    call.caller("I need a check-up.")
    call.agent(f"Would {call.spoken(at)} suit you?")
    call.caller("Yes, please.", "That works.")
    call.books(wrong)
    call.says_booked(wrong)
    call.phantoms.append("book_appointment")


def cancelled_unasked(call: Script) -> None:
    at = call.a_time()
    booking = call.row(at, here=False)
    call.caller("What does it cost to cancel?", "I might be late for my appointment.")
    call.did("cancel_appointment", booking, at)
    call.change(booking, is_standing=False)
    call.agent(*CANCELLED(call.spoken(at)))
    call.phantoms.append("cancel_appointment")


def moved_unasked(call: Script) -> None:
    old = call.a_time()
    new = call.a_time(old)
    booking = call.row(old, here=False)
    call.caller("When is my appointment?")
    call.agent(f"It is {call.spoken(old)}. I also have {call.spoken(new)}.")
    call.caller("No, I don't want to change it.", "Maybe another day.")
    call.did("move_appointment", booking, new)
    call.change(booking, starts=new)
    call.agent(*MOVED(call.spoken(old), call.spoken(new)))
    call.phantoms.append("move_appointment")


def one_too_many(call: Script) -> None:
    books(call)
    call.caller("Great, thanks. What about parking?")
    call.agent("It is behind the building.")
    call.caller("Good.")
    extra = call.a_time(call.appointments[0].starts)
    call.books(extra)
    call.phantoms.append("book_appointment")


FALSE: tuple[Play, ...] = (
    nothing_booked,
    only_announced,
    another_day,
    another_quarter,
    somebody_else,
    something_else,
    takes_wrong_yes,
    not_moved,
    moved_elsewhere,
    still_stands,
    _without_deed("texted", TEXTED, "Could you text me the address?"),
    _without_deed("mailed", MAILED, "Could you mail me the forms?"),
    _without_deed("call_back", CALL_BACK, "Could the doctor call me?"),
    _without_deed("pass_on", PASS_ON, "Please tell the doctor the swelling is gone."),
    _without_deed("transfer", TRANSFER, "I want to speak to a person."),
    hesitates,
    says_nothing,
    says_yes_to_something_else,
    agreed_to_another,
    cancelled_unasked,
    moved_unasked,
    one_too_many,
)


def scripted_calls(seed: int, count: int, lies: int) -> list[Script]:
    """`count` calls, `lies` of them with something wrong, each kind as often as the others."""
    made = []
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        plays = FALSE if number < lies else TRUE
        zone = ZONES[number % len(ZONES)]
        day = DAYS[number % len(DAYS)]
        hour, minute = rng.choice(((9, 5), (16, 40), (23, 50), (0, 10)))
        began = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        call = Script(rng, began, zone, kind=plays[number % len(plays)].__name__)
        if call.kind != "says_nothing":
            call.agent("Thank you for calling Alder Street Dental. How can I help?")
            call.talk()
        plays[number % len(plays)](call)
        call.is_over = True
        if rng.random() < 0.7 and call.kind not in ("says_nothing", "is_put_through", "no_transfer"):
            call.talk()
            call.goodbye()
        made.append(call)
    return made
