"""PKCE: who begins in a browser and comes back by a link must show the verifier they began with."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from uuid import uuid4

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.supabase import bodies
from voxanne_app.sandbox.supabase.errors import AuthError, validation_failed
from voxanne_app.sandbox.supabase.project import Project

EXPIRES_SECONDS = 300
METHODS = ("s256", "plain")
SHORTEST, LONGEST = 43, 128


@dataclass(frozen=True)
class Challenge:
    value: str
    method: str

    def start(self, project: Project, user_id: str | None, kind: str) -> str:
        """Remember it for the way back; returns the flow's id."""
        flow_id = str(uuid4())
        project.flows.put(
            flow_id,
            {
                "id": flow_id,
                "user_id": user_id,
                "kind": kind,
                "challenge": self.value,
                "method": self.method,
                "code": None,
                "started_at": project.world.clock.now(),
            },
        )
        return flow_id


def challenge_in(given: JsonObject) -> Challenge | None:
    """From a body or a query; both parts or none."""
    value = bodies.text(given, "code_challenge")
    method = bodies.text(given, "code_challenge_method").lower()
    if not value and not method:
        return None
    if not value or not method:
        message = "PKCE flow requires code_challenge_method and code_challenge"
        raise validation_failed(message)
    if method not in METHODS:
        raise validation_failed("invalid code challenge method")
    if not SHORTEST <= len(value) <= LONGEST:
        raise validation_failed("code challenge has to be between 43 and 128 characters")
    return Challenge(value, method)


def issue_code(project: Project, flow_id: str, user_id: str) -> str:
    """The code that goes back to the browser in the redirect."""
    flow = project.flows.get(flow_id)
    if flow is None:
        raise AuthError(404, "flow_state_not_found", "invalid flow state, no valid flow state found")
    flow |= {"code": str(uuid4()), "user_id": user_id, "started_at": project.world.clock.now()}
    project.flows.put(flow_id, flow)
    return str(flow["code"])


def exchange(project: Project, code: str, verifier: str) -> JsonObject:
    """The flow behind a code; it works once."""
    flow = next((flow for flow in project.flows.values() if code and flow["code"] == code), None)
    if flow is None:
        raise AuthError(404, "flow_state_not_found", "invalid flow state, no valid flow state found")
    if project.world.clock.now() - flow["started_at"] > EXPIRES_SECONDS:
        raise AuthError(403, "flow_state_expired", "invalid flow state, flow state has expired")
    if not _fits(flow, verifier):
        message = "code challenge does not match previously saved code verifier"
        raise AuthError(400, "bad_code_verifier", message)
    project.flows.take(flow["id"])
    return flow


def _fits(flow: JsonObject, verifier: str) -> bool:
    if flow["method"] == "plain":
        return secrets.compare_digest(flow["challenge"], verifier)
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return secrets.compare_digest(flow["challenge"].rstrip("="), digest)
