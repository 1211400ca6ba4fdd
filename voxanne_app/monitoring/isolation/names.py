"""In whose name attacks are tried: everybody who is not the victim, and every way to say it wrongly."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from voxanne_app.foundation.database import Claims
from voxanne_app.monitoring.isolation.attacks import Clinic


@dataclass(frozen=True)
class Context:
    """In whose name: `claims` makes the setting from (attacker, victim); None leaves it alone."""

    name: str
    claims: Callable[[Clinic, Clinic], str] | None
    has_clinic: bool = False


def _claims(**claims: Any) -> str:
    return json.dumps({"role": "authenticated", **claims}, default=str)


CONTEXTS = [
    Context("another clinic's person", lambda attacker, _: attacker.claims, has_clinic=True),
    Context(
        "another clinic's own work",
        lambda attacker, _: Claims.organization(attacker.org_id).as_json(),
        has_clinic=True,
    ),
    Context("nobody", lambda *_: Claims.nobody().as_json()),
    Context("unset", None),
    Context("a connection that the victim used before", None),
    Context("empty", lambda *_: ""),
    Context("not JSON", lambda _, victim: str(victim.org_id)),
    Context("not an object", lambda _, victim: json.dumps([str(victim.org_id)])),
    Context("not an id", lambda *_: _claims(app_metadata={"org_id": "' or true --"})),
    Context("an id of nothing", lambda *_: _claims(app_metadata={"org_id": uuid4()})),
    Context(
        "what people edit themselves", lambda _, victim: _claims(user_metadata={"org_id": victim.org_id})
    ),
    Context("in the wrong place", lambda _, victim: _claims(org_id=victim.org_id, app_role="voxanne_system")),
]
REUSED = CONTEXTS[4]
