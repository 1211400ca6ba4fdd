"""The control API of the frame itself: journal, faults, clock, seed, reset. Vendors add their own."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.control.page import PAGE_ROUTES
from voxanne_app.sandbox.fields import BadField, Fields, read_fields
from voxanne_app.sandbox.journal import RECEIVED, SENT
from voxanne_app.sandbox.world import Json, Preset, Vendor, World

DIRECTIONS = (RECEIVED, SENT, "all")


class Control:
    def __init__(self, world: World, vendors: Sequence[Vendor], seed: dict[str, Any]) -> None:
        self._world, self._vendors, self._seed = world, vendors, seed
        self._names = tuple(vendor.name for vendor in vendors)
        self._presets: dict[str, Preset] = {
            preset.name: preset for vendor in vendors for preset in vendor.presets
        } | {"all_slow": Preset("all_slow", "All vendors are slow", ({"mode": "slow", "seconds": 4},))}

    def routes(self) -> list[BaseRoute]:
        own = [
            Route("/health", self.health),
            Route("/vendors", self.vendors),
            Route("/journal", self.journal),
            Route("/faults", self.faults),
            Route("/faults", self.add_fault, methods=["POST"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/faults/{fault_id:int}", self.clear_faults, methods=["DELETE"]),
            Route("/clock", self.clock),
            Route("/clock", self.set_clock, methods=["POST"]),
            Route("/seed", self.seed, methods=["POST"]),
            Route("/reset", self.reset, methods=["POST"]),
        ]
        return [*own, *PAGE_ROUTES, *(route for vendor in self._vendors for route in vendor.control_routes())]

    def apply_seed(self, seed: dict[str, Any]) -> None:
        fields = Fields(seed, "the seed")
        for vendor in self._vendors:
            vendor.seed(fields.mapping(vendor.name))
        fields.finish()

    async def health(self, _: Request) -> Response:
        return Json({"status": "ok", "vendors": self._names})

    async def vendors(self, _: Request) -> Response:
        presets = [{"name": preset.name, "title": preset.title} for preset in self._presets.values()]
        return Json({"vendors": self._names, "presets": presets})

    async def journal(self, request: Request) -> Response:
        query = Fields(dict(request.query_params), "the query")
        vendor = query.text("vendor") or None
        since, limit = _whole(query, "since", 0), _whole(query, "limit", 1_000)
        direction = query.choice("direction", DIRECTIONS, RECEIVED)
        query.finish()
        journal = self._world.journal
        entries = journal.since(
            since, vendor=vendor, direction=None if direction == "all" else direction, limit=limit
        )
        return Json({
            "entries": [entry.as_json() for entry in entries],
            "next": entries[-1].number if len(entries) == limit else journal.last,
        })  # fmt: skip

    async def faults(self, _: Request) -> Response:
        return Json({"faults": self._world.faults.listed()})

    async def add_fault(self, request: Request) -> Response:
        body = await read_fields(request)
        preset = body.text("preset")
        if preset is None:
            wanted = [body]
        elif preset in self._presets:
            body.finish()
            wanted = [Fields(fault, "the preset") for fault in self._presets[preset].faults]
        else:
            raise BadField(f"'preset' must be one of: {', '.join(self._presets)}")
        for fault in wanted:
            self._world.faults.add(fault, self._names)
        return Json({"faults": self._world.faults.listed()}, status_code=201)

    async def clear_faults(self, request: Request) -> Response:
        self._world.faults.clear(request.path_params.get("fault_id"))
        return Json({"faults": self._world.faults.listed()})

    async def clock(self, _: Request) -> Response:
        clock = self._world.clock
        return Json({"now": iso_milliseconds(clock.now()), "speed": clock.speed})

    async def set_clock(self, request: Request) -> Response:
        body = await read_fields(request)
        speed = body.number("speed", low=0.01, high=1_000)
        advance = body.number("advance_seconds", low=0, high=366 * 86_400, default=0)
        body.finish()
        self._world.clock.set(speed=speed, advance_seconds=advance or 0)
        return await self.clock(request)

    async def seed(self, request: Request) -> Response:
        body = await read_fields(request)
        self.apply_seed({name: body.mapping(name) for name in self._names})
        body.finish()
        return Json({"status": "seeded"}, status_code=201)

    async def reset(self, _: Request) -> Response:
        self._world.faults.clear()
        self._world.journal.clear()
        self._world.clock.reset()
        for vendor in self._vendors:
            vendor.reset()
        self.apply_seed(self._seed)
        return Json({"status": "reset"})


def _whole(query: Fields, name: str, default: int) -> int:
    text = query.text(name)
    if not text:
        return default
    if not text.isdigit():
        raise BadField(f"'{name}' must be a whole number; for 'since' it is the `next` of the last answer")
    return int(text)
