"""Requests made from a vendor's schemas, right and wrong ones, and a referee to tell which is which."""

import copy
import json
import random
import string
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]
DEEPEST = 6
SAMPLES = {
    "email": "dana@sunrise.example",
    "uri": "http://localhost:8000/x",
    "date-time": "2026-11-24T10:15:00.000Z",
    "uuid": "5b6f1f0e-8a8b-4b6e-9f19-5b1a2c3d4e5f",
    "phone": "+14155550123",
}


class Generator:
    """Bodies that fit a schema, from one seed."""

    def __init__(self, schemas: dict[str, Schema], seed: int) -> None:
        self._schemas, self.random = schemas, random.Random(seed)

    def fitting(self, schema: Schema, depth: int = 0) -> Any:
        schema = self._resolved(schema)
        if "enum" in schema and schema.get("type") != "array":
            return self.random.choice(schema["enum"])
        if "oneOf" in schema:
            return self.fitting(self.random.choice(schema["oneOf"]), depth)
        kind = schema.get("type")
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            items = schema.get("items", {})
            if items == {"type": "object"} or depth > DEEPEST:
                return []
            return [self.fitting(items, depth + 1) for _ in range(self.random.randint(0, 2))]
        return self._plain(schema, kind)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        fields, required = schema.get("properties", {}), schema.get("required", [])
        chance = 0.5 if depth == 0 else 0.25 if depth < DEEPEST else 0
        chosen = [
            name
            for name, field in fields.items()
            if (name in required or self.random.random() < chance) and '"pattern"' not in json.dumps(field)
        ]
        return {name: self.fitting(fields[name], depth + 1) for name in chosen}

    def _plain(self, schema: Schema, kind: str | None) -> Any:
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in ("number", "integer"):
            low = schema.get("minimum", 0)
            return self.random.randint(
                int(low + 0.999), max(int(low + 0.999), int(schema.get("maximum", low + 9)))
            )
        if sample := SAMPLES.get(schema.get("format", "")):
            return sample
        length = self.random.randint(max(1, schema.get("minLength", 1)), min(40, schema.get("maxLength", 40)))
        return "".join(self.random.choices(string.ascii_letters + " é漢", k=length))

    def broken(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body with one thing changed; the referee knows whether that made it wrong."""
        body = copy.deepcopy(body)
        place = body
        while nested := [value for value in place.values() if isinstance(value, dict) and value]:
            if self.random.random() < 0.5:
                break
            place = self.random.choice(nested)
        name = self.random.choice(list(place)) if place else "nothing"
        change = self.random.choice(("unknown", "gone", "number", "text", "long", "list"))
        if change == "gone":
            place.pop(name, None)
        else:
            value = {"number": -1, "text": "?", "long": "x" * 1_001, "list": ["?"], "unknown": 1}[change]
            place["aFieldNobodyKnows" if change == "unknown" else name] = value
        return body

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema or len(schema.get("allOf", [])) == 1:
            schema = self._schemas[schema["$ref"]] if "$ref" in schema else schema["allOf"][0]
        return schema


def referee(schemas: dict[str, Schema], root: Schema, *, closed: bool) -> Draft202012Validator:
    """An independent judge. `closed`: unknown fields are wrong, as for request bodies."""
    definitions = {name: _judged(schema, closed) for name, schema in schemas.items()}
    return Draft202012Validator({**_judged(root, closed), "$defs": definitions})


def complaints(judge: Draft202012Validator, value: Any) -> list[str]:
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in judge.iter_errors(value)
    ]


def _judged(  # noqa: PLR0911 (one line for each peculiarity)
    schema: Any, closed: bool, *, names_of_fields: bool = False
) -> Any:
    """The vendors' documents in JSON Schema: they write `object` where anything goes, and enums on arrays."""
    if isinstance(schema, list):
        return [_judged(item, closed) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if names_of_fields:
        return {name: _judged(field, closed) for name, field in schema.items()}
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return {"type": "array", "items": {} if items == {"type": "object"} else _judged(items, closed)}
    if "enum" in schema:
        return {"enum": [*schema["enum"], None] if schema.get("nullable") else schema["enum"]}
    if "oneOf" in schema:
        return {"anyOf": _judged(schema["oneOf"], closed)}
    judged = {
        key: _judged(value, closed, names_of_fields=key == "properties")
        for key, value in schema.items()
        if key not in ("open", "nullable", "format", "pattern", "additionalProperties", "default")
    }
    if closed and "properties" in schema and not schema.get("open") and "additionalProperties" not in schema:
        judged["additionalProperties"] = False
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        judged["type"] = [schema["type"], "null"]
    return judged
