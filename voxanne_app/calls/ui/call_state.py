"""One call: what was said, done, booked and paid; live while it is on."""

from dataclasses import fields
from uuid import UUID

from voxanne_app.calls import conversation
from voxanne_app.calls.queries import CallNotFound
from voxanne_app.calls.ui.call_opening import Place, open_call
from voxanne_app.calls.ui.call_record import CallRecord
from voxanne_app.calls.ui.call_script import Entry, Hit, hits
from voxanne_app.calls.ui.cost_view import Bill
from voxanne_app.calls.ui.recording_view import Player
from voxanne_app.ui.arguments import BadArgument, identifier, text, whole_number
from voxanne_app.ui.session import Screen, guarded

_LONGEST_SEARCH = 80
_LONGEST_CALL_SECONDS = 86_400


class CallState(Screen):
    is_loaded: bool = False
    exists: bool = False
    call: CallRecord = CallRecord()
    player: Player = Player()
    bill: Bill = Bill()
    script: list[Entry] = []
    more: Place = Place()
    words: str = ""
    hits: list[Hit] = []
    _first: int = 0
    _found: int = -1

    @guarded("calls.read")
    async def load(self) -> None:
        self.is_loaded, self.exists, self.call = False, False, CallRecord()
        self.words, self.hits, self._first, self._found = "", [], 0, -1
        await self._look(opened=True)

    @guarded("calls.read", background=True)
    async def follow(self) -> None:
        async for _ in self.changes("calls", "cases", "bookings"):
            async with self:
                await self._look()

    @guarded("calls.read")
    async def show_earlier(self) -> None:
        self._first = max(0, self._first - conversation.STRETCH)
        await self._look()

    @guarded("calls.read")
    async def show_later(self) -> None:
        if self.more.has_later:
            self._first += conversation.STRETCH
            await self._look()

    @guarded("calls.read")
    async def show_at(self, seconds: str) -> None:
        """The player is heard where the lines are not shown: bring them."""
        try:
            moment = whole_number(seconds, low=0, high=_LONGEST_CALL_SECONDS, name="The time")
            call_id = self._call()
        except BadArgument:
            return
        asking = await self.asking()
        position = await self.in_transaction(
            "calls.read",
            lambda session: conversation.position_at(session, moment, org_id=asking.org_id, call_id=call_id),
        )
        await self._bring(position)

    @guarded("calls.read")
    async def search(self, words: str) -> None:
        try:
            self.words = text(words, at_most=_LONGEST_SEARCH, name="What you look for")
            call_id = self._call()
        except BadArgument as problem:
            self.say(str(problem), "bad")
            return
        if len(self.words) < 2:
            self.hits = []
            return
        asking, wanted = await self.asking(), self.words
        found = await self.in_transaction(
            "calls.read",
            lambda session: conversation.find(session, wanted, org_id=asking.org_id, call_id=call_id),
        )
        self.hits = hits(found, wanted)

    @guarded("calls.read")
    async def go_to(self, position: int) -> None:
        try:
            self._found = whole_number(position, low=0, high=100_000, name="The line")
        except BadArgument:
            return
        self.words, self.hits = "", []
        await self._bring(self._found)

    async def _bring(self, position: int) -> None:
        self._first = position // conversation.STRETCH * conversation.STRETCH
        await self._look()

    def _call(self) -> UUID:
        return identifier(getattr(self, "call_id", ""), name="This call")

    async def _look(self, *, opened: bool = False) -> None:
        asking, first, found = await self.asking(), self._first, self._found
        try:
            call_id = self._call()
            shown = await self.in_transaction(
                "calls.read",
                lambda session: open_call(session, call_id, asking, first=first, found=found, opened=opened),
            )
            # A script is long, and any call's news bring it up to date.
            self._renew(**{part.name: getattr(shown, part.name) for part in fields(shown)})
            self.exists = True
        except (BadArgument, CallNotFound):
            self.exists = False
        self.is_loaded = True
