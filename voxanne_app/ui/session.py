"""Who is at the screen, and the one door from screens to the database.

Every screen's state is a `Screen`. Each of its handlers is marked with what it needs,
`@guarded("calls.read")`; an unmarked one is refused when called (voxanne_app/ui/event_guard.py) and fails
the inventory test. Data comes through `await self.in_transaction("calls.read", lambda session: …)` and no
other way. Operators' screens are `PlatformScreen`s and ask by `in_platform_transaction`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.origin import NOWHERE, Origin
from voxanne_app.identity.admission import Operator, SignedIn
from voxanne_app.identity.people import display_name, role_in_words
from voxanne_app.identity.permissions import PERMISSIONS, may
from voxanne_app.identity.sessions import who_for_cookie
from voxanne_app.ui import connections, formatting
from voxanne_app.ui.arguments import text
from voxanne_app.ui.live import hub
from voxanne_app.ui.visitors import VisitView, visit_view, written_down

T = TypeVar("T")

# For handlers that show or move something on the person's own screen and reach no data.
ANYBODY_SIGNED_IN = "anybody signed in"
_MARK = "__voxanne_permission__"
# As long as the stylesheet shows it; another page must not show it again.
_GOOD_NEWS_SECONDS = 7.0


class SignedOut(Exception):
    """Nobody is asking any more: the session has ended, or the connection."""


class NotAllowed(Exception):
    """The person is known and may not; the message is shown."""


def guarded(permission: str, *, background: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Make a method an event handler that only people with `permission` can call."""

    def mark(method: Callable[..., Any]) -> Any:
        setattr(method, _MARK, permission)
        return rx.event(method, background=background)

    return mark


def permission_needed(method: Callable[..., Any]) -> str | None:
    """What `guarded` said about a handler; None when nobody said anything."""
    return getattr(method, _MARK, None)


def is_allowed(who: SignedIn | Operator, permission: str) -> bool:
    """An operator on a visit is both: what operators may at theirs, what visitors may at the clinic's."""
    roles = [who.role]
    if isinstance(who, Operator) and who.visit:
        roles.append(who.visit.role)
    return permission == ANYBODY_SIGNED_IN or any(may(role, permission) for role in roles)


@dataclass(frozen=True)
class PersonView:
    """The signed-in person as the frame shows them."""

    name: str = ""
    initials: str = ""
    role: str = ""
    clinic: str = ""
    zone_name: str = ""


@dataclass(frozen=True)
class NoticeView:
    """One line about what was just done. `number` tells two equal ones apart; `said_at`: epoch seconds."""

    text: str = ""
    tone: str = "good"
    number: int = 0
    said_at: float = 0.0

    @property
    def is_old_news(self) -> bool:
        return self.tone == "good" and time.time() - self.said_at > _GOOD_NEWS_SECONDS


class _Door:
    """What screens call. Not a State: there, every method would be callable from outside."""

    router: Any
    notice: Any

    async def asking(self) -> SignedIn:
        """Who is at this clinic's screen now, as a visitor too; SignedOut when nobody is."""
        who = await self._whoever_asks()
        here = who.visit if isinstance(who, Operator) else who
        if here is None or (here.visit and here.visit.ends_at <= clock.now()):
            raise SignedOut
        return here

    async def _whoever_asks(self) -> SignedIn | Operator | None:
        connection = connections.find(self.router.headers.raw_headers.get(connections.HEADER))
        # Not activity: a live view asks on, long after its person has left the room.
        who = await who_for_cookie(connection.cookie, is_activity=False) if connection else None
        return who if connection and connection.end_unless_for(who) else None

    def _claims_of(self, who: SignedIn | Operator) -> Claims:
        connection = connections.find(self.router.headers.raw_headers.get(connections.HEADER))
        return claims_of(who, connection.origin if connection else NOWHERE)

    async def in_transaction(self, permission: str, work: Callable[[Session], T]) -> T:
        """Run `work` in a thread, in one transaction with the claims of whoever is at the screen."""
        person = await self.asking()
        if not is_allowed(person, permission):
            raise NotAllowed("Your role does not allow this. The owner of the clinic can change that.")
        if person.visit:
            work = written_down(person.visit, permission, self.router.url.path, work)
        return await asyncio.to_thread(_in_one_transaction, self._claims_of(person), work)

    async def asking_operator(self) -> Operator:
        """Which operator is at this screen now; SignedOut when none is."""
        who = await self._whoever_asks()
        if not isinstance(who, Operator):
            raise SignedOut
        return who

    async def in_platform_transaction(self, permission: str, work: Callable[[Session], T]) -> T:
        """Run `work` in a thread, in one transaction of the platform's own, in no clinic: see
        `Claims.system`. The operator is its person, for the audit.
        """
        operator = await self.asking_operator()
        if not is_allowed(operator, permission):
            raise NotAllowed("Operators may not do this.")
        return await asyncio.to_thread(_in_one_transaction, self._claims_of(operator), work)

    async def changes(self, *topics: str) -> AsyncIterator[None]:
        """For a background handler in a page's `on_load`: one turn whenever there is news about `topics`.

        Reflex cancels the handler when the page is left or the socket closes; here it ends with the session.
        """
        person = await self.asking()
        async for _ in hub.changes(person.org_id, topics):
            await self.asking()
            yield

    def _renew(self, **values: Any) -> None:
        """Set what is not as it was: what is set is sent to the browser, equal or not."""
        for name, value in values.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def say(self, sentence: str, tone: str = "good") -> None:
        """Show one line in the corner: `good` leaves by itself, `bad` stays until it is dismissed."""
        self.notice = NoticeView(sentence, tone, self.notice.number + 1, time.time())


def claims_of(who: SignedIn | Operator, origin: Origin) -> Claims:
    """Of somebody's own transaction, who asks from `origin` in their session."""
    origin = replace(origin, session_id=who.session_id)
    if isinstance(who, Operator):
        return Claims.system(person_id=who.person_id, origin=origin)
    return Claims.person(org_id=who.org_id, person_id=who.person_id, origin=origin)


def _in_one_transaction(claims: Claims, work: Callable[[Session], T]) -> T:
    with transaction(claims) as session:
        return work(session)


class Screen(_Door, rx.State):
    """What the frame around every screen shows. Screens inherit from it."""

    person: PersonView = PersonView()
    permissions: list[str] = []
    clinics: list[tuple[str, str]] = []
    visit: VisitView = VisitView()
    notice: NoticeView = NoticeView()

    def _show(self, person: SignedIn) -> None:
        """Bring the frame up to date with who is asking."""
        view = PersonView(
            name=display_name(person.full_name, person.email),
            initials=formatting.initials(display_name(person.full_name, person.email)),
            role=role_in_words(person.role),
            clinic=person.org_name,
            zone_name=formatting.zone_name(ZoneInfo(person.time_zone)),
        )
        if view != self.person:
            self.person = view
        granted = sorted(PERMISSIONS.get(person.role, ()))
        if granted != self.permissions:
            self.permissions = granted
        others = [(str(clinic.id), clinic.name) for clinic in person.others]
        if others != self.clinics:
            self.clinics = others
        if (visit := visit_view(person.visit)) != self.visit:
            self.visit = visit
        self._let_old_news_go()

    def _let_old_news_go(self) -> None:
        if self.notice.text and self.notice.is_old_news:
            self.notice = NoticeView(number=self.notice.number)

    @guarded(ANYBODY_SIGNED_IN)
    def dismiss_notice(self) -> None:
        self.notice = NoticeView(number=self.notice.number)

    @guarded(ANYBODY_SIGNED_IN)
    def show_problem(self, sentence: str) -> None:
        self.say(text(sentence, at_most=300), "bad")


class PlatformScreen(Screen):
    """What the operators' frame shows. Operators' screens inherit from it; no clinic's person calls them."""

    operator: PersonView = PersonView()

    def _show_operator(self, operator: Operator) -> None:
        name = display_name(operator.full_name, operator.email)
        view = PersonView(name, formatting.initials(name), role_in_words(operator.role))
        if view != self.operator:
            self.operator = view
        self._let_old_news_go()
