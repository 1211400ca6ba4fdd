"""Vapi's REST API: JSON in, JSON out, and its errors in our words."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx

from voxanne_app.agents.ports import CopyGone, PlatformRefuses, PlatformUnavailable
from voxanne_app.foundation.http_client import http_client

TIMEOUT_SECONDS = 8.0
MOST_LISTED = 1000
_MOST_PAGES = 50
# How often, and how long, a list waits when it is told to ask more slowly.
_MOST_WAITS, _WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 3, 2.0, 30.0
# Neither our body's fault nor for good: the key, the rate, the time.
_NOT_NOW = frozenset((401, 402, 403, 408, 425, 429))

Json = dict[str, Any]


class VapiApi:
    def __init__(self, *, url: str, private_key: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {private_key}"}
        self._timeout_seconds = timeout_seconds

    def get(self, path: str) -> Json:
        return _object(self._ask("GET", path))

    def create(self, path: str, body: Json) -> Json:
        return _object(self._ask("POST", path, body))

    def change(self, path: str, body: Json) -> Json:
        """Top-level fields are replaced whole: give nested objects as they shall be."""
        return _object(self._ask("PATCH", path, body))

    def delete(self, path: str) -> None:
        self._ask("DELETE", path)

    def listed(self, path: str, *, per_page: int = MOST_LISTED, **filters: str) -> Iterator[Json]:
        """Everything, newest first, one page at a time. There is no cursor: each page ends where the next
        begins. `filters` are the vendor's own, by its names.
        """
        before: dict[str, str] = {}
        seen: set[Any] = set()
        for _ in range(_MOST_PAGES):
            page = self._page(f"{path}?{urlencode({'limit': per_page, **filters, **before})}")
            fresh = [one for one in page if isinstance(one, dict) and one.get("id") not in seen]
            seen |= {one.get("id") for one in fresh}
            yield from fresh
            if len(page) < per_page or not fresh:
                return
            before = {"createdAtLe": fresh[-1]["createdAt"]}
        raise PlatformUnavailable(f"The voice platform lists more than {_MOST_PAGES} pages.")

    def _page(self, path: str) -> list[Any]:
        for _ in range(_MOST_WAITS):
            answer = self._send("GET", path)
            if answer.status_code != 429:
                break
            time.sleep(_seconds_to_wait(answer))
        page = _read(answer)
        if not isinstance(page, list):
            raise PlatformUnavailable("The voice platform gave something else than a list.")
        return page

    def _ask(self, method: str, path: str, body: Json | None = None) -> Any:
        return _read(self._send(method, path, body))

    def _send(self, method: str, path: str, body: Json | None = None) -> httpx.Response:
        try:
            with http_client(timeout_seconds=self._timeout_seconds, headers=self._headers) as client:
                return client.request(method, self._url + path, json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PlatformUnavailable(f"The voice platform did not answer: {type(error).__name__}.") from None


def _seconds_to_wait(answer: httpx.Response) -> float:
    said = answer.headers.get("retry-after", "")
    return min(float(said) if said.isdigit() else _WAIT_SECONDS, _LONGEST_WAIT_SECONDS)


def _read(answer: httpx.Response) -> Any:
    if answer.status_code == 404:
        raise CopyGone("The voice platform does not know it.")
    if answer.status_code in _NOT_NOW or answer.status_code >= 500:
        raise PlatformUnavailable(f"The voice platform answered {answer.status_code}.")
    try:
        said = answer.json()
    except ValueError:
        raise PlatformUnavailable("The voice platform answered with something else than JSON.") from None
    if answer.status_code >= 300:
        raise PlatformRefuses(_message_in(said))
    return said


def _message_in(said: Any) -> str:
    """A text or a list of texts."""
    message = said.get("message") if isinstance(said, dict) else None
    return "; ".join(map(str, message)) if isinstance(message, list) else str(message or "It gave no reason.")


def _object(said: Any) -> Json:
    if not isinstance(said, dict):
        raise PlatformUnavailable("The voice platform gave something else than an object.")
    return said
