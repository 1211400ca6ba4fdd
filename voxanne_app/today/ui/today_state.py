"""Today: what waits, who is on the phone, what is booked."""

from voxanne_app.ui.session import Screen, guarded


class TodayState(Screen):
    is_loaded: bool = False

    @guarded("today.read")
    async def load(self) -> None:
        self.is_loaded = True
