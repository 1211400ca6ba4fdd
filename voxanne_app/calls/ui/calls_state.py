"""The list of calls."""

from voxanne_app.ui.session import Screen, guarded


class CallsState(Screen):
    is_loaded: bool = False

    @guarded("calls.read")
    async def load(self) -> None:
        self.is_loaded = True
