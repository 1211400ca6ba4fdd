"""Hearing a recording: `POST /recordings/plays` gives an address for minutes, `GET /recordings/audio` is it.

Both look at the browser's session themselves: they are asked by the player, not by a page.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from voxanne_app import vendors
from voxanne_app.calls import line_figures, listening
from voxanne_app.calls.listening import KeptRecording
from voxanne_app.calls.ports import NotStored, StorageUnavailable
from voxanne_app.calls.signed_addresses import (
    AUDIO,
    RENEWED_WITHIN,
    AddressRefused,
    Listener,
    address_of,
    check,
)
from voxanne_app.foundation import clock, metrics
from voxanne_app.foundation.browser_requests import is_from_own_page, origin_of
from voxanne_app.foundation.byte_ranges import NotSatisfiable, Span, span_of
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.admission import SignedIn
from voxanne_app.identity.permissions import may
from voxanne_app.identity.sessions import cookie_name, person_for_cookie

PLAYS = "/recordings/plays"


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.answer = PlainTextResponse(sentence, status)


async def plays(request: Request) -> Response:
    """An address to listen at. With a former one that was this session's own, it is the same play."""
    if request.method != "POST":
        raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Ask with POST.")
    if not is_from_own_page(request, public_url=get_settings().public_url):
        raise _Refused(HTTPStatus.FORBIDDEN, "This address answers its own pages only.")
    person, call_id = await _listening(request), _call_of(request)
    goes_on = "signature" in request.query_params
    if goes_on:
        _check(request, person, call_id, late_by=RENEWED_WITHIN)
    await asyncio.to_thread(_begin, request, person, call_id, is_new=not goes_on)
    secret = get_settings().require("session_secret")
    address, ends_at = address_of(call_id, _listener(person), secret=secret, now=clock.now())
    return JSONResponse({"address": address, "expires_at": ends_at.timestamp()}, HTTPStatus.CREATED)


async def audio(request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Ask with GET.")
    person, call_id = await _listening(request), _call_of(request)
    _check(request, person, call_id)
    recording = await asyncio.to_thread(_read, person, call_id)
    headers = {
        "accept-ranges": "bytes",
        "etag": f'"{recording.sha256}"',
        "cache-control": "private, no-store",
    }
    try:
        wanted = span_of(_range_header(request, recording), recording.size_bytes)
    except NotSatisfiable:
        headers["content-range"] = f"bytes */{recording.size_bytes}"
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    span = wanted or Span(0, recording.size_bytes - 1)
    if wanted:
        headers["content-range"] = f"bytes {span.first}-{span.last}/{recording.size_bytes}"
    headers["content-length"] = str(span.size)
    status = HTTPStatus.PARTIAL_CONTENT if wanted else HTTPStatus.OK
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=recording.content_type)
    storage = vendors.recording_storage()
    chunks = await asyncio.to_thread(storage.read, recording.storage_key, first=span.first, last=span.last)
    return StreamingResponse(chunks, status, headers, recording.content_type)


async def _listening(request: Request) -> SignedIn:
    person = await person_for_cookie(request.cookies.get(cookie_name()))
    if person is None:
        raise _Refused(HTTPStatus.UNAUTHORIZED, "Sign in first.")
    if not may(person.role, "calls.listen"):
        raise _Refused(HTTPStatus.FORBIDDEN, "Your role may not listen to recordings.")
    return person


def _call_of(request: Request) -> UUID:
    try:
        return UUID(request.query_params.get("call", ""))
    except ValueError:
        raise _Refused(HTTPStatus.NOT_FOUND, "There is no such recording.") from None


def _check(request: Request, person: SignedIn, call_id: UUID, late_by: timedelta = timedelta()) -> None:
    given: Mapping[str, str] = request.query_params
    try:
        check(
            call_id,
            _listener(person),
            expires=given.get("expires", ""),
            signature=given.get("signature", ""),
            secret=get_settings().require("session_secret"),
            now=clock.now(),
            late_by=late_by,
        )
    except AddressRefused:
        sentence = "This address is not valid any more. Press play again."
        raise _Refused(HTTPStatus.FORBIDDEN, sentence) from None


def _listener(person: SignedIn) -> Listener:
    return Listener(person.org_id, person.session_id, person.person_id)


def _begin(request: Request, person: SignedIn, call_id: UUID, *, is_new: bool) -> None:
    origin = replace(origin_of(request), session_id=person.session_id)
    with transaction(
        Claims.person(org_id=person.org_id, person_id=person.person_id, origin=origin)
    ) as session:
        listening.begin(session, org_id=person.org_id, call_id=call_id, is_new=is_new)


def _read(person: SignedIn, call_id: UUID) -> KeptRecording:
    with transaction(Claims.person(org_id=person.org_id, person_id=person.person_id)) as session:
        return listening.kept_recording(session, org_id=person.org_id, call_id=call_id)


def _range_header(request: Request, recording: KeptRecording) -> str | None:
    """A part of another file than the one that was begun is no use: then the whole is sent."""
    if request.headers.get("if-range", f'"{recording.sha256}"') != f'"{recording.sha256}"':
        return None
    return request.headers.get("range")


class _Answering:
    """The ASGI app of one address: what goes wrong in a known way is said in a sentence."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except _Refused as refused:
            response = refused.answer
        except (listening.RecordingNotFound, NotStored):
            response = PlainTextResponse("There is no such recording.", HTTPStatus.NOT_FOUND)
        except StorageUnavailable:
            sentence = "The recording cannot be reached at the moment. It is not lost; try again in a minute."
            response = PlainTextResponse(sentence, HTTPStatus.SERVICE_UNAVAILABLE, {"retry-after": "30"})
        await response(scope, receive, send)


ROUTES: dict[str, ASGIApp] = {PLAYS: _Answering(plays), AUDIO: _Answering(audio)}
metrics.also_say(line_figures.figures)
