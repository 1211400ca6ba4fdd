"""HTTP to vendors: always with time-outs, never following a redirect to somewhere else."""

import ssl
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx

CONNECT_SECONDS = 2.0
_CHUNK = 1 << 16


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Loading the certificates takes 20 ms: once is enough."""
    return httpx.create_ssl_context()


def http_client(*, timeout_seconds: float, **options: Any) -> httpx.Client:
    """A client to use in a `with` block, or to keep for one vendor; `options` are those of `httpx.Client`.

    `timeout_seconds` holds for each wait for bytes, not for the whole exchange. Raises httpx.HTTPError.
    """
    timeout = httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds))
    return httpx.Client(timeout=timeout, verify=_trusted(), follow_redirects=False, **options)


def first_bytes(client: httpx.Client, answer: httpx.Response, wanted: int) -> Iterator[bytes]:
    """No more than `wanted` bytes of a streamed answer, whatever comes; closes it and its client at the end.

    Raises httpx.HTTPError, also when fewer come than were announced.
    """
    try:
        for chunk in answer.iter_bytes(_CHUNK):
            yield chunk[:wanted]
            wanted -= len(chunk)
            if wanted <= 0:
                return
    finally:
        answer.close()
        client.close()
