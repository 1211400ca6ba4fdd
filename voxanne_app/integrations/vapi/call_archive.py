"""Vapi plays the calls' `CallArchive`: what it keeps of calls that are over."""

import time
from typing import Any, BinaryIO

import httpx

from voxanne_app.calls.ports import ArchiveUnavailable, CallNews, NoRecording, UnusableRecording
from voxanne_app.foundation.http_client import http_client
from voxanne_app.foundation.public_addresses import NotPublic, destination_of
from voxanne_app.integrations.vapi.call_object import read_call

_TIMEOUT_SECONDS = 15.0
_LONGEST_DOWNLOAD_SECONDS = 420.0
# The one with a channel for each speaker is the better one.
_TRACKS = ("stereo-recording", "mono-recording")
_REDIRECTS = (301, 302, 303, 307, 308)


class VapiCallArchive:
    def __init__(self, *, base_url: str, private_key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = {"authorization": f"Bearer {private_key}"}

    def call(self, vendor_call_id: str) -> CallNews | None:
        answer = self._ask("GET", vendor_call_id)
        if answer.status_code == 404:
            return None
        try:
            found: Any = answer.json()
        except ValueError:
            raise ArchiveUnavailable("Vapi gave a call that is no JSON.") from None
        if not isinstance(found, dict) or found.get("id") != vendor_call_id:
            raise ArchiveUnavailable("Vapi gave something else than the call.")
        return read_call(found)

    def recording(self, vendor_call_id: str, *, into: BinaryIO, at_most: int) -> None:
        """Vapi answers with an address that is signed for minutes; the key is shown to Vapi only."""
        for track in _TRACKS:
            answer = self._ask("GET", f"{vendor_call_id}/{track}")
            if answer.status_code in _REDIRECTS:
                self._download(answer.headers.get("location", ""), into, at_most)
                return
            if answer.status_code != 404:
                raise ArchiveUnavailable(f"Vapi answered {answer.status_code} for a recording.")
        raise NoRecording

    def delete(self, vendor_call_id: str) -> None:
        """A recording alone cannot be deleted there: the call goes, with its transcript and its logs."""
        self._ask("DELETE", vendor_call_id)

    def _ask(self, method: str, path: str) -> httpx.Response:
        try:
            with http_client(timeout_seconds=_TIMEOUT_SECONDS, headers=self._key) as client:
                answer = client.request(method, f"{self._base_url}/call/{path}")
        except httpx.HTTPError as error:
            raise ArchiveUnavailable(f"Vapi could not be reached: {type(error).__name__}.") from None
        if not (answer.is_success or answer.status_code in (404, *_REDIRECTS)):
            raise ArchiveUnavailable(f"Vapi answered {answer.status_code}.")
        return answer

    def _download(self, url: str, into: BinaryIO, at_most: int) -> None:
        try:
            there = destination_of(url, trusted_base_url=self._base_url)
        except NotPublic:
            raise UnusableRecording("unsafe_address") from None
        deadline = time.monotonic() + _LONGEST_DOWNLOAD_SECONDS
        try:
            with (
                http_client(timeout_seconds=_TIMEOUT_SECONDS) as client,
                client.stream("GET", there.url, headers=there.headers, extensions=there.extensions) as answer,
            ):
                _check(answer)
                _copy(answer, into, at_most, deadline)
        except httpx.HTTPError as error:
            # Not the error itself: its message holds the signed address.
            raise ArchiveUnavailable(f"A recording broke off: {type(error).__name__}.") from None


def _check(answer: httpx.Response) -> None:
    if answer.status_code in (403, 404, 410):
        raise NoRecording
    if answer.status_code != 200:
        raise ArchiveUnavailable(f"A recording was answered {answer.status_code}.")


def _copy(answer: httpx.Response, into: BinaryIO, at_most: int, deadline: float) -> None:
    written = 0
    for chunk in answer.iter_bytes(1 << 16):
        written += len(chunk)
        if written > at_most:
            raise UnusableRecording("too_large")
        if time.monotonic() > deadline:
            raise ArchiveUnavailable("A recording came too slowly.")
        into.write(chunk)
