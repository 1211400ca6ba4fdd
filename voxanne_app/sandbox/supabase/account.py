"""`/user`: what a signed-in person sees and changes of their own."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.supabase import bodies, passwords
from voxanne_app.sandbox.supabase.errors import AuthError
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.users import merge_metadata, shown
from voxanne_app.sandbox.world import Json


class Account:
    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/user", self.show),
            Route("/user", self.change, methods=["PUT"]),
        ]

    async def show(self, request: Request) -> Response:
        user, _ = self._project.person(request)
        return Json(shown(user))

    async def change(self, request: Request) -> Response:
        user, session = self._project.person(request)
        body = await bodies.read(request)
        if body.get("app_metadata"):
            raise AuthError(403, "not_admin", "Updating app_metadata requires admin privileges")
        if password := bodies.text(body, "password"):
            require_strong(password)
            if passwords.matches(password, user["password_hash"]):
                message = "New password should be different from the old password."
                raise AuthError(422, "same_password", message)
            user["password_hash"] = passwords.hashed(password)
            for other in self._project.sessions.of(user["id"]):
                if other["id"] != session["id"]:
                    self._project.sessions.end(other["id"])
        user["user_metadata"] = merge_metadata(user["user_metadata"], bodies.mapping(body, "data") or {})
        self._project.users.put(user)
        return Json(shown(user))


def require_strong(password: str) -> None:
    if len(password) < passwords.SHORTEST:
        message = f"Password should be at least {passwords.SHORTEST} characters."
        raise AuthError(422, "weak_password", message, {"weak_password": {"reasons": ["length"]}})
