"""Lists as Vapi gives them: newest first, filtered by time, no cursor."""

from collections.abc import Callable
from operator import ge, gt, le, lt

from starlette.requests import Request

from voxanne_app.sandbox.clock import read_iso
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi.errors import VapiError

DEFAULT_LIMIT, HIGHEST_LIMIT = 100, 1_000
COMPARISONS: dict[str, Callable[[float, float], bool]] = {"Gt": gt, "Lt": lt, "Ge": ge, "Le": le}


def listed(request: Request, objects: list[JsonObject], equal: tuple[str, ...] = ()) -> list[JsonObject]:
    """The objects the query asks for. `equal` names fields that may be asked for by value."""
    query = request.query_params
    allowed = {f"{field}{sign}" for field in ("createdAt", "updatedAt") for sign in COMPARISONS}
    if unknown := [name for name in query if name not in {*allowed, *equal, "limit"}]:
        raise VapiError(400, [f"property {name} should not exist" for name in unknown])
    for name in allowed & set(query):
        objects = _by_time(objects, name, query[name])
    for name in equal:
        if name in query:
            objects = [item for item in objects if item.get(name) == query[name]]
    newest_first = sorted(objects, key=lambda item: str(item["createdAt"]), reverse=True)
    return newest_first[: _limit(query.get("limit"))]


def _by_time(objects: list[JsonObject], name: str, text: str) -> list[JsonObject]:
    field, holds = name[:-2], COMPARISONS[name[-2:]]
    try:
        border = read_iso(text.replace(" ", "+"))
    except ValueError:
        raise VapiError(400, [f"{name} must be a valid ISO 8601 date string"]) from None
    return [item for item in objects if holds(read_iso(item[field]), border)]


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.lstrip("-").isdigit():
        raise VapiError(400, ["limit must be a number conforming to the specified constraints"])
    limit = int(text)
    if limit > HIGHEST_LIMIT:
        raise VapiError(400, [f"limit must not be greater than {HIGHEST_LIMIT}"])
    if limit < 0:
        raise VapiError(400, ["limit must not be less than 0"])
    return limit
