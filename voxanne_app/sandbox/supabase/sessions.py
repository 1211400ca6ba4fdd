"""Sessions: a family of refresh tokens each, of which one is active."""

import secrets
import string
from typing import Any
from uuid import uuid4

from voxanne_app.sandbox.clock import Clock
from voxanne_app.sandbox.store import JsonObject, Shelf
from voxanne_app.sandbox.supabase.errors import AuthError

REUSE_INTERVAL_SECONDS = 10
KEPT_TOKENS = 50
ALPHABET = string.ascii_lowercase + string.digits


class Sessions:
    """`{id, user_id, created_at, aal, amr, tokens: [{token, revoked_at}]}`; the last token is active."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock
        self._ids_by_token = {
            token["token"]: session["id"] for session in shelf.values() for token in session["tokens"]
        }

    def get(self, session_id: str) -> JsonObject | None:
        return self._shelf.get(session_id)

    def start(self, user_id: str, method: str) -> JsonObject:
        """A new session of somebody who has just shown who they are by `method`."""
        now = int(self._clock.now())
        session: JsonObject = {
            "id": str(uuid4()), "user_id": user_id, "created_at": now, "aal": "aal1",
            "amr": [{"method": method, "timestamp": now}], "tokens": [],
        }  # fmt: skip
        self._add_token(session)
        return session

    def raise_to_aal2(self, session: JsonObject) -> None:
        """A second factor was shown: everything below aal2 of this person ends."""
        session["aal"] = "aal2"
        session["amr"] = [{"method": "totp", "timestamp": int(self._clock.now())}, *session["amr"]]
        self._revoke_active(session)
        self._add_token(session)
        for other in self.of(session["user_id"]):
            if other["aal"] == "aal1":
                self.end(other["id"])

    def refresh(self, token: str) -> JsonObject:
        """The session with a fresh active token.

        A token is good once. Used again within ten seconds, or while its child is the active one, it gets the
        active one (the first answer may have been lost); used again later it was stolen, and the family ends.
        """
        session = self._shelf.get(self._ids_by_token.get(token, ""))
        if session is None:
            raise AuthError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        tokens: list[dict[str, Any]] = session["tokens"]
        if tokens[-1]["token"] == token:
            self._revoke_active(session)
            self._add_token(session)
            return session
        is_parent_of_active = len(tokens) > 1 and tokens[-2]["token"] == token
        used_at = next(entry["revoked_at"] for entry in tokens if entry["token"] == token)
        if not is_parent_of_active and self._clock.now() - used_at > REUSE_INTERVAL_SECONDS:
            self.end(session["id"])
            raise AuthError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        return session

    def of(self, user_id: str) -> list[JsonObject]:
        return [session for session in self._shelf.values() if session["user_id"] == user_id]

    def end(self, session_id: str) -> None:
        """Its refresh tokens are unknown from now on; access tokens run until they expire."""
        session = self._shelf.take(session_id)
        for token in (session or {}).get("tokens", []):
            self._ids_by_token.pop(token["token"], None)

    def clear(self) -> None:
        self._shelf.clear()
        self._ids_by_token.clear()

    def _revoke_active(self, session: JsonObject) -> None:
        session["tokens"][-1]["revoked_at"] = self._clock.now()

    def _add_token(self, session: JsonObject) -> None:
        token = "".join(secrets.choice(ALPHABET) for _ in range(12))
        session["tokens"] = [*session["tokens"], {"token": token, "revoked_at": None}][-KEPT_TOKENS:]
        self._ids_by_token[token] = session["id"]
        self._shelf.put(session["id"], session)
