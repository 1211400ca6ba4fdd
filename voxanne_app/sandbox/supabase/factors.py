"""`/factors`: a second factor by authenticator app."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies, totp
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.project import Project
from voxanne_app.sandbox.supabase.qr_code import qr_svg
from voxanne_app.sandbox.world import Json

CHALLENGE_SECONDS = 300
MOST_FACTORS = 10
EXPIRED = "MFA challenge {} has expired, verify against another challenge or create a new challenge."
NAME_TAKEN = 'A factor with the friendly name "{}" for this user already exists'


class Factors:
    def __init__(self, project: Project) -> None:
        self._project = project

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/factors", self.enroll, methods=["POST"]),
            Route("/factors/{factor_id}", self.unenroll, methods=["DELETE"]),
            Route("/factors/{factor_id}/challenge", self.challenge, methods=["POST"]),
            Route("/factors/{factor_id}/verify", self.verify, methods=["POST"]),
            Route("/admin/users/{user_id}/factors", self.listed_for_admins),
            Route("/admin/users/{user_id}/factors/{factor_id}", self.removed_by_admins, methods=["DELETE"]),
        ]

    async def enroll(self, request: Request) -> Response:
        user, session = self._project.person(request)
        body = await bodies.read(request)
        name, kind = bodies.text(body, "friendly_name"), bodies.text(body, "factor_type")
        factors = user.get("factors", [])
        _check_enrolment(kind, name, factors, session)
        secret, now = totp.new_secret(), self._project.users.now()
        factor = {
            "id": str(uuid4()), "factor_type": "totp", "friendly_name": name, "status": "unverified",
            "created_at": now, "updated_at": now,
        }  # fmt: skip
        user["factors"] = [*factors, factor]
        user.setdefault("factor_secrets", {})[factor["id"]] = {"secret": secret, "challenges": {}}
        self._project.users.put(user)
        uri = totp.uri(secret, bodies.text(body, "issuer") or "localhost", user["email"])
        return Json({
            "id": factor["id"], "type": "totp", "friendly_name": name,
            "totp": {"qr_code": qr_svg(uri), "secret": secret, "uri": uri},
        })  # fmt: skip

    async def challenge(self, request: Request) -> Response:
        user, _ = self._project.person(request)
        factor = _factor(user, request)
        challenge_id, expires_at = str(uuid4()), int(self._project.world.clock.now()) + CHALLENGE_SECONDS
        user["factor_secrets"][factor["id"]]["challenges"] = {challenge_id: expires_at}
        self._project.users.put(user)
        return Json({"id": challenge_id, "type": "totp", "expires_at": expires_at})

    async def verify(self, request: Request) -> Response:
        """The right code raises this session to aal2 and ends the ones below."""
        user, session = self._project.person(request)
        factor = _factor(user, request)
        body = await bodies.read(request)
        kept, now = user["factor_secrets"][factor["id"]], self._project.world.clock.now()
        challenge_id, code = bodies.text(body, "challenge_id"), bodies.text(body, "code")
        expires_at = kept["challenges"].get(challenge_id)
        if expires_at is None:
            raise AuthError(
                404, "mfa_factor_not_found", "MFA factor with the provided challenge ID not found"
            )
        if expires_at < now:
            raise AuthError(422, "mfa_challenge_expired", EXPIRED.format(challenge_id))
        if not totp.is_right(kept["secret"], code, now):
            raise AuthError(422, "mfa_verification_failed", "Invalid TOTP code entered")
        kept["challenges"] = {}
        factor |= {"status": "verified", "updated_at": self._project.users.now()}
        self._project.users.put(user)
        self._project.sessions.raise_to_aal2(session)
        return Json(self._project.session_answer(request, user, session))

    async def unenroll(self, request: Request) -> Response:
        user, session = self._project.person(request)
        factor = _factor(user, request)
        if factor["status"] == "verified" and session["aal"] != "aal2":
            raise AuthError(422, "insufficient_aal", "AAL2 required to unenroll verified factor")
        return self._remove(user, factor)

    async def listed_for_admins(self, request: Request) -> Response:
        return Json(self._user(request).get("factors", []))

    async def removed_by_admins(self, request: Request) -> Response:
        user = self._user(request)
        return self._remove(user, _factor(user, request))

    def _remove(self, user: JsonObject, factor: JsonObject) -> Response:
        user["factors"] = [other for other in user["factors"] if other["id"] != factor["id"]]
        user["factor_secrets"].pop(factor["id"], None)
        self._project.users.put(user)
        return Json({"id": factor["id"]})

    def _user(self, request: Request) -> JsonObject:
        self._project.require_secret_key(request)
        user = self._project.users.get(str(request.path_params["user_id"]))
        if user is None:
            raise AuthError(404, "user_not_found", "User not found")
        return user


def _check_enrolment(kind: str, name: str, factors: list[JsonObject], session: JsonObject) -> None:
    if kind in ("phone", "webauthn"):
        raise AuthError(
            422, f"mfa_{kind}_enroll_not_enabled", f"MFA enroll is disabled for {kind.capitalize()}"
        )
    if kind != "totp":
        raise validation_failed("factor_type needs to be totp, phone, or webauthn")
    if name and any(factor["friendly_name"] == name for factor in factors):
        raise AuthError(422, "mfa_factor_name_conflict", NAME_TAKEN.format(name))
    if len(factors) >= MOST_FACTORS:
        message = "Maximum number of verified factors reached, unenroll to continue"
        raise AuthError(422, "too_many_enrolled_mfa_factors", message)
    if session["aal"] != "aal2" and any(factor["status"] == "verified" for factor in factors):
        raise AuthError(403, "insufficient_aal", "AAL2 required to enroll a new factor")


def _factor(user: JsonObject, request: Request) -> JsonObject:
    wanted = request.path_params["factor_id"]
    factor: JsonObject | None = next(
        (factor for factor in user.get("factors", []) if factor["id"] == wanted), None
    )
    if factor is None:
        raise AuthError(404, "mfa_factor_not_found", "Factor not found")
    return factor
