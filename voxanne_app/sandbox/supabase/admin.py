"""`/admin/users`: what the project's own servers do with people, by the secret key."""

from math import ceil
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.clock import iso_microseconds
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies, passwords
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.passwords import require_strong
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.users import confirm, merge_metadata, shown
from voxanne_app.sandbox.world import Json

PAGE_SIZE = 50
UNIT_SECONDS = {"h": 3600, "m": 60, "s": 1}


class Admin:
    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/admin/users", self.list),
            Route("/admin/users", self.create, methods=["POST"]),
            Route("/admin/users/{user_id}", self.get),
            Route("/admin/users/{user_id}", self.change, methods=["PUT"]),
            Route("/admin/users/{user_id}", self.delete, methods=["DELETE"]),
        ]

    async def list(self, request: Request) -> Response:
        self._project.require_secret_key(request)
        page, size = _whole(request, "page", 1), _whole(request, "per_page", PAGE_SIZE)
        users = self._project.users.all()
        pages = max(1, ceil(len(users) / size))
        links = [
            f'<{request.url.path}?page={n}&per_page={size}>; rel="{rel}"' for n, rel in _pages(page, pages)
        ]
        shown_users = [shown(user) for user in users[(page - 1) * size : page * size]]
        headers = {"x-total-count": str(len(users)), "link": ", ".join(links)}
        return Json({"users": shown_users, "aud": "authenticated"}, headers=headers)

    async def create(self, request: Request) -> Response:
        self._project.require_secret_key(request)
        body = await bodies.read(request)
        address = bodies.email(body)
        if self._project.users.by_email(address):
            message = "A user with this email address has already been registered"
            raise AuthError(422, "email_exists", message)
        password = bodies.text(body, "password")
        if password:
            require_strong(password)
        user = self._project.users.create(
            address,
            user_id=bodies.text(body, "id") or None,
            password=password or None,
            confirmed=body.get("email_confirm") is True,
            app_metadata=bodies.mapping(body, "app_metadata"),
            user_metadata=bodies.mapping(body, "user_metadata"),
        )
        return Json(shown(user))

    async def get(self, request: Request) -> Response:
        return Json(shown(self._user(request)))

    async def change(self, request: Request) -> Response:
        user = self._user(request)
        body = await bodies.read(request)
        if bodies.text(body, "email"):
            self._change_email(user, bodies.email(body))
        if password := bodies.text(body, "password"):
            require_strong(password)
            user["password_hash"] = passwords.hashed(password)
        for name in ("app_metadata", "user_metadata"):
            user[name] = merge_metadata(user[name], bodies.mapping(body, name) or {})
        if body.get("email_confirm") is True:
            confirm(user, self._project.users.now())
        if duration := bodies.text(body, "ban_duration"):
            seconds = _seconds(duration)
            until = iso_microseconds(self._project.world.clock.now() + seconds) if seconds else None
            user["banned_until"] = until
        self._project.users.put(user)
        return Json(shown(user))

    async def delete(self, request: Request) -> Response:
        user = self._user(request)
        for session in self._project.sessions.of(user["id"]):
            self._project.sessions.end(session["id"])
        self._project.users.remove(user["id"])
        return Json({})

    def _user(self, request: Request) -> JsonObject:
        self._project.require_secret_key(request)
        user_id = str(request.path_params["user_id"])
        try:
            UUID(user_id)
        except ValueError:
            raise AuthError(404, "validation_failed", "user_id must be an UUID") from None
        user = self._project.users.get(user_id)
        if user is None:
            raise AuthError(404, "user_not_found", "User not found")
        return user

    def _change_email(self, user: JsonObject, address: str) -> None:
        holder = self._project.users.by_email(address)
        if holder and holder["id"] != user["id"]:
            message = "A user with this email address has already been registered"
            raise AuthError(422, "email_exists", message)
        user["email"] = address
        for identity in user["identities"]:
            identity["email"] = identity["identity_data"]["email"] = address


def _pages(page: int, pages: int) -> list[tuple[int, str]]:
    links = [(page + 1, "next")] if page < pages else []
    return [*links, (pages, "last")]


def _whole(request: Request, name: str, default: int) -> int:
    value = request.query_params.get(name) or str(default)
    if not value.isdigit() or not 1 <= int(value) <= 1_000:
        raise validation_failed("Bad Pagination Parameters: strconv.ParseUint: invalid syntax")
    return int(value)


def _seconds(duration: str) -> float:
    """Go's `24h30m`; `none` lifts a ban."""
    if duration == "none":
        return 0
    total, digits = 0.0, ""
    for character in duration:
        if character in UNIT_SECONDS and digits:
            total, digits = total + float(digits) * UNIT_SECONDS[character], ""
        elif character.isdigit() or character == ".":
            digits += character
        else:
            raise validation_failed(f'invalid format for ban duration: time: invalid duration "{duration}"')
    if digits:
        raise validation_failed(
            f'invalid format for ban duration: time: missing unit in duration "{duration}"'
        )
    return total
