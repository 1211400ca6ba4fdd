"""Checks request bodies against Vapi's schemas; complains in its API's words (NestJS class-validator)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from voxanne_app.sandbox.vapi.errors import VapiError

Schema = dict[str, Any]
DISCRIMINATORS = ("provider", "type", "role")


@cache
def _schemas() -> dict[str, Schema]:
    """Derived from the vendor's OpenAPI document by tests/wire/derive_vapi_schema.py."""
    schemas: dict[str, Schema] = orjson.loads((Path(__file__).parent / "schema.json").read_bytes())
    return schemas


def check(body: object, schema_name: str, *, partial: bool = False) -> dict[str, Any]:
    """The body, if it fits; VapiError 400 with all complaints otherwise. `partial`: nothing is required."""
    if not isinstance(body, dict):
        raise VapiError(400, ["Body must be an object"])
    schema = _schemas()[schema_name]
    complaints = list(_object(body, schema | ({"required": []} if partial else {}), ""))
    if complaints:
        raise VapiError(400, complaints)
    return body


def _check(value: Any, schema: Schema, path: str) -> Iterator[str]:
    schema = _resolved(schema)
    if value is None:
        return
    if "enum" in schema and schema.get("type") != "array":
        if value not in schema["enum"]:
            yield f"{path} must be one of the following values: {', '.join(map(str, schema['enum']))}"
    elif "oneOf" in schema:
        yield from _one_of(value, [_resolved(option) for option in schema["oneOf"]], path)
    elif schema.get("type") == "object":
        yield from (
            _object(value, schema, path + ".") if isinstance(value, dict) else [f"{path} must be an object"]
        )
    elif schema.get("type") == "array":
        yield from _array(value, schema, path)
    else:
        yield from _plain(value, schema, path)


def _object(value: dict[str, Any], schema: Schema, prefix: str) -> Iterator[str]:
    fields = schema.get("properties")
    if fields is None:
        return
    for name in schema.get("required", []):
        if value.get(name) is None:
            yield f"{prefix}{name} should not be empty"
    for name, item in value.items():
        if name in fields:
            yield from _check(item, fields[name], prefix + name)
        elif not schema.get("open") and schema.get("additionalProperties") is None:
            yield f"{prefix}property {name} should not exist"


def _array(value: Any, schema: Schema, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} must be an array"
        return
    items = schema.get("items", {})
    if items == {"type": "object"}:  # the document says object where anything is taken
        return
    for number, item in enumerate(value):
        yield from _check(item, items, f"{path}.{number}")


def _plain(value: Any, schema: Schema, path: str) -> Iterator[str]:
    kind = schema.get("type")
    if kind == "string":
        if not isinstance(value, str):
            yield f"{path} must be a string"
        else:
            yield from _string(value, schema, path)
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{path} must be a boolean value"
    elif kind in ("number", "integer"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{path} must be a number conforming to the specified constraints"
        elif value > schema.get("maximum", value):
            yield f"{path} must not be greater than {schema['maximum']}"
        elif value < schema.get("minimum", value):
            yield f"{path} must not be less than {schema['minimum']}"


def _string(value: str, schema: Schema, path: str) -> Iterator[str]:
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{path} must be shorter than or equal to {schema['maxLength']} characters"
    if len(value) < schema.get("minLength", 0):
        yield f"{path} must be longer than or equal to {schema['minLength']} characters"
    if "pattern" in schema and not re.search(_python_pattern(schema["pattern"]), value):
        yield f"{path} must match {schema['pattern']} regular expression"


def _python_pattern(pattern: str) -> str:
    """JavaScript's notation in Python's: no slashes, and letters of all scripts by another name."""
    bare = pattern[1 : pattern.rindex("/")] if pattern.startswith("/") else pattern
    return bare.replace(r"[\p{L}\d]", r"[^\W_]").replace(r"\p{L}", r"[^\W\d_]")


def _one_of(value: Any, options: list[Schema], path: str) -> Iterator[str]:
    """Told apart by `provider` or `type` where there is one, else any that fits will do."""
    if isinstance(value, dict):
        for name in DISCRIMINATORS:
            words = [_words(option, name) for option in options]
            if all(words):
                chosen = [
                    option
                    for option, own in zip(options, words, strict=True)
                    if value.get(name) in (*own, None)
                ]
                if not chosen:
                    everything = ", ".join(sorted({str(word) for own in words for word in own}))
                    yield f"{path}.{name} must be one of the following values: {everything}"
                    return
                options = chosen
                break
    complaints = [list(_check(value, option, path)) for option in options]
    if all(complaints):
        yield from min(complaints, key=len)


def _words(schema: Schema, name: str) -> list[Any]:
    words: list[Any] = schema.get("properties", {}).get(name, {}).get("enum", [])
    return words


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema or len(schema.get("allOf", [])) == 1:
        schema = _schemas()[schema["$ref"]] if "$ref" in schema else schema["allOf"][0]
    return schema


def tool_types() -> list[str]:
    """All kinds of tools Vapi has; we look into functions only."""
    tools = _schemas()["OpenAIModel"]["properties"]["tools"]["items"]["oneOf"]
    return [str(word) for tool in tools for word in _words(_resolved(tool), "type")]
