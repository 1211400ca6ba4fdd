"""The sandbox as one ASGI application: vendors below their prefixes, control below `/_sandbox`."""

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from voxanne_app.sandbox.bad_days import BadDays
from voxanne_app.sandbox.control.routes import Control
from voxanne_app.sandbox.fields import BadField
from voxanne_app.sandbox.vendors import vendors_of
from voxanne_app.sandbox.world import Json, World


def build(world: World, seed: dict[str, Any]) -> Starlette:
    """All vendors, seeded. BadField when the seed cannot be used."""
    vendors = vendors_of(world)
    control = Control(world, vendors, seed)
    control.apply_seed(seed)
    return Starlette(
        routes=[
            Route("/", _to_the_page),
            Mount("/_sandbox", routes=control.routes()),
            *(Mount(f"/{vendor.name}", routes=vendor.routes()) for vendor in vendors),
        ],
        middleware=[
            Middleware(BadDays, world=world, vendor_names=frozenset(vendor.name for vendor in vendors)),
        ],
        exception_handlers={BadField: _bad_field},
    )


async def _to_the_page(_: Request) -> Response:
    return RedirectResponse("/_sandbox/")


async def _bad_field(_: Request, error: Exception) -> Response:
    return Json({"error": str(error)}, status_code=400)
