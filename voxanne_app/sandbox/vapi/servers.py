"""Where an object wants its webhooks, and how they are signed."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from voxanne_app.sandbox.store import JsonObject, Shelf

DEFAULT_TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """`backoff` as the API takes it: `{type, maxRetries, baseDelaySeconds, excludedStatusCodes?}`."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    secret: str | None = None
    credential: JsonObject | None = None
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    backoff: JsonObject | None = None

    def signed_headers(self, body: bytes, epoch_seconds: float) -> dict[str, str]:
        """What makes the webhook genuine; `headers` come last, as they override a credential."""
        signed = {"content-type": "application/json", "user-agent": "Vapi/1.0"}
        if self.secret:
            signed["x-vapi-secret"] = self.secret
        if self.credential:
            signed |= _by_credential(self.credential, body, epoch_seconds)
        return signed | {name.lower(): str(value) for name, value in self.headers.items()}

    def delays(self) -> Iterable[float]:
        """Seconds to wait before each repetition; none without a plan."""
        plan = self.backoff or {}
        first = float(plan.get("baseDelaySeconds", 1))
        for attempt in range(int(plan.get("maxRetries", 0))):
            yield first * 2**attempt if plan.get("type") == "exponential" else first

    def wants_again(self, status: int | None) -> bool:
        if status is None:
            return True
        excluded = (self.backoff or {}).get("excludedStatusCodes") or []
        return not 200 <= status < 300 and status not in excluded


def server_of(owners: Iterable[JsonObject | None], credentials: Shelf) -> Server | None:
    """Of tool, assistant, phone number, organization the first that names a server; no fall-through."""
    for owner in owners:
        given = (owner or {}).get("server") or _legacy(owner or {})
        if given and given.get("url"):
            return _read(given, credentials)
    return None


def _legacy(owner: JsonObject) -> JsonObject | None:
    if not owner.get("serverUrl"):
        return None
    return {"url": owner["serverUrl"], "secret": owner.get("serverUrlSecret")}


def _read(given: JsonObject, credentials: Shelf) -> Server:
    credential_id = given.get("credentialId")
    return Server(
        url=given["url"],
        headers=given.get("headers") or {},
        secret=given.get("secret"),
        credential=credentials.get(credential_id) if credential_id else None,
        timeout_seconds=float(given.get("timeoutSeconds") or DEFAULT_TIMEOUT_SECONDS),
        backoff=given.get("backoffPlan"),
    )


def _by_credential(credential: JsonObject, body: bytes, epoch_seconds: float) -> dict[str, str]:
    if credential["type"] == "bearer":
        prefix = "Bearer " if credential.get("bearerPrefixEnabled", True) else ""
        return {credential.get("headerName", "Authorization").lower(): prefix + credential["secret"]}
    timestamp = str(int(epoch_seconds))
    payload = credential.get("payloadFormat", "{timestamp}.{body}")
    signed = payload.encode().replace(b"{timestamp}", timestamp.encode()).replace(b"{body}", body)
    key = credential["secret"].encode()
    digest = hmac.digest(
        base64.b64decode(key) if credential.get("secretIsBase64") else key,
        signed,
        getattr(hashlib, credential.get("algorithm", "sha256")),
    )
    encoded = (
        base64.b64encode(digest).decode() if credential.get("signatureEncoding") == "base64" else digest.hex()
    )
    return {
        credential.get("signatureHeader", "x-signature").lower(): credential.get("signaturePrefix", "")
        + encoded,
        credential.get("timestampHeader", "x-timestamp").lower(): timestamp,
    }


def shown(owner: JsonObject) -> dict[str, Any]:
    """An object as webhooks carry it; an inline secret goes along in clear, as the vendor's does."""
    return {key: value for key, value in owner.items() if key != "serverUrlSecret"}
