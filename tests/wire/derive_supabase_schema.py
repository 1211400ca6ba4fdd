"""Derives from Supabase Auth's own OpenAPI document what the sandbox is checked against.

Needs PyYAML, which nothing else here does, so it is not in the lock: run it in an environment of its own
(`python -m venv /tmp/derive && /tmp/derive/bin/pip install pyyaml`).

    python tests/wire/derive_supabase_schema.py openapi.yaml > tests/wire/sandbox_supabase_spec.json

The document: repository supabase/auth, `openapi.yaml`. Kept are bodies and answers of the addresses we play.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

PLAYED = (
    "/token", "/logout", "/verify", "/signup", "/recover", "/resend", "/magiclink", "/otp", "/user",
    "/reauthenticate", "/invite", "/admin/generate_link", "/admin/users", "/admin/users/{userId}", "/health",
    "/settings", "/sso", "/factors", "/factors/{factorId}/challenge", "/factors/{factorId}/verify",
    "/factors/{factorId}", "/admin/users/{userId}/factors",
)  # fmt: skip
METHODS = ("get", "post", "put", "patch", "delete")
PROSE = ("description", "example", "examples", "deprecated", "title")


def derive(document: dict[str, Any]) -> dict[str, Any]:
    """`{paths: {path: {method: {body, answers: {status: schema}}}}, schemas: {name: schema}}`."""
    components = document["components"]
    paths = {
        path: {
            method: _operation(operation, components)
            for method, operation in document["paths"][path].items()
            if method in METHODS
        }
        for path in PLAYED
    }
    kept: dict[str, Any] = {}
    wanted = _references(paths)
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept[name] = _bare(components["schemas"][name])
            wanted |= _references(kept[name])
    return {"paths": paths, "schemas": kept}


def _operation(operation: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    answers = {}
    for status, answer in operation["responses"].items():
        name = answer.get("$ref", "").rpartition("/")[2]
        answers[str(status)] = _schema_in(components["responses"][name] if name else answer)
    return {"body": _schema_in(operation.get("requestBody", {})), "answers": answers}


def _schema_in(part: dict[str, Any]) -> Any:
    return _bare(part.get("content", {}).get("application/json", {}).get("schema"))


def _bare(schema: Any, *, names_of_fields: bool = False) -> Any:
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].rpartition("/")[2]}
    return {
        key: _bare(value, names_of_fields=key == "properties")
        for key, value in schema.items()
        if names_of_fields or key not in PROSE
    }


def _references(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(_references, schema.values()))
    if isinstance(schema, list):
        return set().union(*map(_references, schema))
    return set()


if __name__ == "__main__":
    print(json.dumps(derive(yaml.safe_load(Path(sys.argv[1]).read_text())), separators=(",", ":")))
