"""One call."""

from voxanne_app.ui.session import Screen, guarded


class CallState(Screen):
    is_loaded: bool = False

    @guarded("calls.read")
    async def load(self) -> None:
        self.is_loaded = True
