"""What the frame gives each vendor, and what a vendor is to the frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from starlette.responses import Response
from starlette.routing import BaseRoute

from voxanne_app.sandbox.clock import Clock
from voxanne_app.sandbox.faults import Faults
from voxanne_app.sandbox.journal import Journal
from voxanne_app.sandbox.store import Store


@dataclass
class World:
    """`url` is where the sandbox is reached, without a slash at the end."""

    url: str
    store: Store
    clock: Clock = field(default_factory=Clock)
    journal: Journal = field(init=False)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.journal = Journal(self.clock)
        self.faults = Faults(self.clock)


@dataclass(frozen=True)
class Preset:
    """A named bad day: faults as the control API takes them."""

    name: str
    title: str
    faults: tuple[dict[str, Any], ...]


class Vendor(Protocol):
    """A vendor: `name` is its prefix (`/vapi`), its name in seeds, faults and the journal."""

    name: str
    presets: tuple[Preset, ...]

    def routes(self) -> Sequence[BaseRoute]:
        """Its own addresses, below its prefix."""
        ...

    def control_routes(self) -> Sequence[BaseRoute]:
        """What only the sandbox has for it, below `/_sandbox`."""
        ...

    def seed(self, given: dict[str, Any]) -> None:
        """Take a seed; BadField when it cannot be used. Seeding the same twice changes nothing."""
        ...

    def reset(self) -> None:
        """Forget everything but keys."""
        ...


class Json(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)
