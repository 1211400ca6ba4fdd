"""The people of the project."""

from typing import Any
from uuid import uuid4

from voxanne_app.sandbox.clock import Clock, iso_microseconds
from voxanne_app.sandbox.store import JsonObject, Shelf
from voxanne_app.sandbox.supabase import passwords

PRIVATE = ("password_hash", "one_time", "factor_secrets", "nonce")


class Users:
    """Users as GoTrue shows them, plus what it never shows (`PRIVATE`)."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock
        self._ids_by_email = {user["email"]: user["id"] for user in shelf.values() if _has_address(user)}

    def get(self, user_id: str) -> JsonObject | None:
        return self._shelf.get(user_id)

    def by_email(self, email: str) -> JsonObject | None:
        return self._shelf.get(self._ids_by_email.get(email.strip().lower(), ""))

    def of_sso(self, provider_id: str) -> list[JsonObject]:
        """Those who come by an organization's own sign-in."""
        named = f"sso:{provider_id}"
        return [user for user in self._shelf.values() if user["app_metadata"].get("provider") == named]

    def all(self) -> list[JsonObject]:
        """Newest first, as GoTrue lists them."""
        return self._shelf.values()[::-1]

    def create(
        self,
        email: str,
        *,
        user_id: str | None = None,
        password: str | None = None,
        confirmed: bool = True,
        app_metadata: dict[str, Any] | None = None,
        user_metadata: dict[str, Any] | None = None,
        provider: str = "email",
    ) -> JsonObject:
        email = email.strip().lower()
        now = self.now()
        user: JsonObject = {
            "id": user_id or str(uuid4()),
            "aud": "authenticated",
            "role": "authenticated",
            "email": email,
            "email_confirmed_at": now if confirmed else None,
            "phone": "",
            "confirmed_at": now if confirmed else None,
            "app_metadata": {"provider": provider, "providers": [provider]} | (app_metadata or {}),
            "user_metadata": {"email_verified": confirmed} | (user_metadata or {}),
            "identities": [],
            "created_at": now,
            "updated_at": now,
            "is_anonymous": False,
            "password_hash": passwords.hashed(password) if password else None,
        }
        user["identities"] = [self.identity(user, provider)]
        self.put(user)
        return user

    def identity(self, user: JsonObject, provider: str) -> JsonObject:
        now = self.now()
        return {
            "identity_id": str(uuid4()),
            "id": user["id"],
            "user_id": user["id"],
            "identity_data": {
                "email": user["email"], "email_verified": user["email_confirmed_at"] is not None,
                "phone_verified": False, "sub": user["id"],
            },
            "provider": provider,
            "last_sign_in_at": now,
            "created_at": now,
            "updated_at": now,
            "email": user["email"],
        }  # fmt: skip

    def put(self, user: JsonObject) -> None:
        """Store a changed user."""
        before = self._shelf.get(user["id"])
        if before and before["email"] != user["email"]:
            self._ids_by_email.pop(before["email"], None)
        user["updated_at"] = self.now()
        if _has_address(user):
            self._ids_by_email[user["email"]] = user["id"]
        self._shelf.put(user["id"], user)

    def remove(self, user_id: str) -> JsonObject | None:
        user = self._shelf.take(user_id)
        if user and _has_address(user):
            self._ids_by_email.pop(user["email"], None)
        return user

    def clear(self) -> None:
        self._shelf.clear()
        self._ids_by_email.clear()

    def now(self) -> str:
        return iso_microseconds(self._clock.now())


def is_sso(user: JsonObject) -> bool:
    return str(user["app_metadata"].get("provider")).startswith("sso:")


def _has_address(user: JsonObject) -> bool:
    """Whether an account is the one of its address: those of organizations' own sign-ins stand beside it."""
    return bool(user["email"]) and not is_sso(user)


def confirm(user: JsonObject, now: str) -> None:
    """The address was shown to be the person's own."""
    user["email_confirmed_at"] = user["confirmed_at"] = user["email_confirmed_at"] or now
    user["user_metadata"]["email_verified"] = True


def is_banned(user: JsonObject, now: str) -> bool:
    return bool(user.get("banned_until")) and str(user["banned_until"]) > now


def merge_metadata(kept: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Key by key; null deletes."""
    merged = kept | given
    return {key: value for key, value in merged.items() if value is not None}


def shown(user: JsonObject) -> JsonObject:
    """What the API tells about a user."""
    return {key: value for key, value in user.items() if key not in PRIVATE and value is not None}
