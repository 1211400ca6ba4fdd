"""The week of bookings."""

from voxanne_app.ui.session import Screen, guarded


class BookingsState(Screen):
    is_loaded: bool = False

    @guarded("bookings.read")
    async def load(self) -> None:
        self.is_loaded = True
