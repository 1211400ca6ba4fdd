"""Removing what identifies a patient or opens a door, before a text is logged, stored as an error or sent."""

import re
import traceback
from collections.abc import Mapping
from typing import Any

REMOVED = "[removed]"

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PATTERNS = [
    (re.compile(r"(://[^\s:/@]*):[^\s/@]+@"), rf"\1:{REMOVED}@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), rf"\1 {REMOVED}"),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:password|secret|token|api[_-]?key|authorization|cookie)[\"']?\s*[=:]\s*)[\"']?[^\s\"'&,]+"
        ),
        rf"\1{REMOVED}",
    ),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"), REMOVED),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), REMOVED),
    # Opaque strings are keys or tokens, unless they are our own ids.
    (re.compile(rf"(?<![\w-])(?!{_UUID}(?![\w-]))(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{{32,}}"), REMOVED),
    (re.compile(r"\+\d[\d\s().-]{6,18}\d"), REMOVED),
    (re.compile(r"(?<![\w.+-])\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?![\w-])"), REMOVED),
    (re.compile(r"(?<![\w.+-])\d{10,15}(?![\w-])"), REMOVED),
]

# Whatever is under these names is removed whole: what people say has no pattern.
PRIVATE_WORDS = {
    "address",
    "answer",
    "argument",
    "authorization",
    "birth",
    "body",
    "caller",
    "cookie",
    "credential",
    "customer",
    "email",
    "key",
    "message",
    "name",
    "note",
    "number",
    "password",
    "patient",
    "payload",
    "phone",
    "prompt",
    "question",
    "recording",
    "result",
    "secret",
    "signature",
    "speech",
    "summary",
    "token",
    "transcript",
}


def redact(text: str) -> str:
    """`text` without phone numbers, e-mail addresses, passwords, keys and tokens."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_fields(value: Any) -> Any:
    """The same for JSON-like data at any depth; what has a private name is removed whatever it holds."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: REMOVED if is_private(str(key)) else redact_fields(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_fields(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redact(str(value))


def is_private(name: str) -> bool:
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return any({word.lower(), word.lower().removesuffix("s")} & PRIVATE_WORDS for word in words)


def describe(error: BaseException) -> str:
    """An error in one line that may be stored: its class, and its sentence if the sentence is ours.

    Other people's messages quote what they were given: a row, an address, a body.
    """
    kind = type(error).__name__
    if is_ours(type(error).__module__):
        return f"{kind}: {redact(str(error))}" if str(error) else kind
    state = sqlstate(error)
    return " ".join([kind, *([state] if state else []), *_place(error)])


def sqlstate(error: BaseException) -> str | None:
    """Postgres' code for an error of the database."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return None if state is None else str(state)


def frames(error: BaseException) -> list[str]:
    """Where an error happened, outermost first: `file:line function`, without any value."""
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]


def _place(error: BaseException) -> list[str]:
    """The innermost place in our own code."""
    ours = [place for place in frames(error) if place.startswith(_PACKAGE + "/")]
    return [f"at {ours[-1]}"] if ours else []


_PACKAGE = __name__.partition(".")[0]


def is_ours(module: str) -> bool:
    """Whether a module, or a logger named after it, is of this package."""
    return module.partition(".")[0] == _PACKAGE


def _short(path: str) -> str:
    for marker in (f"/{_PACKAGE}/", "/site-packages/"):
        head, found, tail = path.rpartition(marker)
        if found:
            return (marker + tail).strip("/").removeprefix("site-packages/") if head else path
    return path.rpartition("/")[2]
