"""Recordings: presigned addresses that expire, and a small real WAV in which two voices hum in turn."""

import hashlib
import hmac
import io
import math
import secrets
import wave
from functools import cache
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.clock import iso_milliseconds
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi.errors import VapiError, not_found
from voxanne_app.sandbox.vapi.organization import Organization

EXPIRES_SECONDS = 1800
RATE = 8_000
LONGEST_SECONDS = 60
TRACKS = ("mono", "stereo", "assistant", "customer")
PITCH = {"bot": 220.0, "user": 147.0}
CHANNEL = {"bot": 0, "user": 1}


class Recordings:
    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._key = secrets.token_bytes(16)

    def routes(self) -> list[BaseRoute]:
        redirects = [Route(f"/call/{{id}}/{track}-recording", self.redirect, name=track) for track in TRACKS]
        return [*redirects, Route("/_storage/{file}", self.download)]

    def addresses(self, call_id: str) -> dict[str, object]:
        """What an artifact says about recordings: private addresses, and presigned ones for half an hour."""
        private = {track: self._url(call_id, track) for track in TRACKS}
        expires_at = self._organization.world.clock.now() + EXPIRES_SECONDS
        presigned = {f"presigned{track.capitalize()}Url": self._presigned(call_id, track) for track in TRACKS}
        return {
            "recordingUrl": private["mono"],
            "stereoRecordingUrl": private["stereo"],
            "recording": {
                "stereoUrl": private["stereo"],
                "mono": {
                    "combinedUrl": private["mono"],
                    "assistantUrl": private["assistant"],
                    "customerUrl": private["customer"],
                },
            },
            **presigned,
            "presignedUrlsExpiresAt": iso_milliseconds(expires_at),
        }

    async def redirect(self, request: Request) -> Response:
        """`GET /call/{id}/mono-recording` with the key; the storage behind must be asked without it."""
        self._organization.require_key(request)
        call_id = str(request.path_params["id"])
        call = self._organization.calls.get(call_id)
        if call is None:
            raise not_found("call", call_id)
        if not (call.get("artifact") or {}).get("recordingUrl"):
            raise VapiError(404, "Recording not found")
        track = request.url.path.rpartition("/")[2].removesuffix("-recording")
        return RedirectResponse(self._presigned(call_id, track), status_code=302)

    async def download(self, request: Request) -> Response:
        """The storage, which speaks XML when it refuses."""
        if "authorization" in request.headers:
            return _refused(400, "InvalidArgument", "Authorization")
        name = str(request.path_params["file"])
        expires, signature = (
            request.query_params.get("X-Amz-Expires-At"),
            request.query_params.get("X-Amz-Signature"),
        )
        if not expires or not signature or not hmac.compare_digest(signature, self._signature(name, expires)):
            return _refused(403, "AccessDenied", "Access Denied")
        if float(expires) < self._organization.world.clock.now():
            return _refused(403, "AccessDenied", "Request has expired")
        call_id, _, track = name.removesuffix(".wav").rpartition("-")
        call = self._organization.calls.get(call_id)
        if call is None:
            return _refused(404, "NoSuchKey", "The specified key does not exist.")
        return _ranged(request, wav_of((call.get("artifact") or {}).get("messages", []), track))

    def _url(self, call_id: str, track: str) -> str:
        return f"{self._organization.world.url}/vapi/_storage/{call_id}-{track}.wav"

    def _presigned(self, call_id: str, track: str) -> str:
        expires = str(self._organization.world.clock.now() + EXPIRES_SECONDS)
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Expires": EXPIRES_SECONDS,
            "X-Amz-Expires-At": expires,
            "X-Amz-Signature": self._signature(f"{call_id}-{track}.wav", expires),
        }
        return f"{self._url(call_id, track)}?{urlencode(query)}"

    def _signature(self, name: str, expires: str) -> str:
        return hmac.digest(self._key, f"{name}:{expires}".encode(), hashlib.sha256).hex()


def wav_of(messages: list[JsonObject], track: str) -> bytes:
    """8 kHz, 8 bits; the assistant left and the caller right in stereo."""
    spoken = [message for message in messages if message["role"] in PITCH]
    last = max((message["secondsFromStart"] + message["duration"] / 1000 for message in spoken), default=0)
    length = int(min(last + 0.5, LONGEST_SECONDS) * RATE)
    channels = [bytearray(b"\x80" * length), bytearray(b"\x80" * length)]
    for message in spoken:
        begin = int(message["secondsFromStart"] * RATE)
        end = min(length, begin + int(message["duration"] / 1000 * RATE))
        if end > begin:
            hum = _hum(PITCH[message["role"]])
            channels[CHANNEL[message["role"]]][begin:end] = (hum * ((end - begin) // RATE + 1))[: end - begin]
    return _wav(_chosen(channels, track), channels=2 if track == "stereo" else 1)


def _chosen(channels: list[bytearray], track: str) -> bytes:
    assistant, caller = channels
    if track in ("assistant", "customer"):
        return bytes(assistant if track == "assistant" else caller)
    if track == "mono":  # they never speak at once, so the louder one of each sample is the mix
        return bytes(a if a != 0x80 else c for a, c in zip(assistant, caller, strict=True))
    both = bytearray(2 * len(assistant))
    both[0::2], both[1::2] = assistant, caller
    return bytes(both)


@cache
def _hum(pitch: float) -> bytes:
    """One second of a voice-like hum: a few harmonics, four syllables."""
    samples = bytearray()
    for number in range(RATE):
        at = number / RATE
        syllable = 0.5 - 0.5 * math.cos(2 * math.pi * 4 * at)
        tone = sum(math.sin(2 * math.pi * pitch * harmonic * at) / harmonic for harmonic in (1, 2, 3))
        samples.append(128 + round(40 * syllable * tone))
    return bytes(samples)


def _wav(samples: bytes, *, channels: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(1)
        writer.setframerate(RATE)
        writer.writeframes(samples)
    return file.getvalue()


def _ranged(request: Request, content: bytes) -> Response:
    """Audio players ask for parts."""
    headers = {"accept-ranges": "bytes"}
    unit, _, span = request.headers.get("range", "").partition("=")
    first, _, last = span.partition("-")
    if unit != "bytes" or not first.isdigit() or (last and not last.isdigit()):
        return Response(content, media_type="audio/wav", headers=headers)
    begin, end = int(first), min(int(last or len(content)), len(content) - 1)
    if begin > end:
        return Response(status_code=416, headers={"content-range": f"bytes */{len(content)}"})
    headers["content-range"] = f"bytes {begin}-{end}/{len(content)}"
    return Response(content[begin : end + 1], 206, headers, "audio/wav")


def _refused(status: int, code: str, message: str) -> Response:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>{error}'
    return Response(body, status, media_type="application/xml")
