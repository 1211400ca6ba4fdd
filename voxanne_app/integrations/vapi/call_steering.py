"""Vapi plays the calls' `LineControl`: it says something in a running call, or ends it.

Whoever knows a call's `controlUrl` can steer it, so it is kept nowhere: it is asked for when it is needed.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx

from voxanne_app.agents.ports import CopyGone, PlatformRefuses, PlatformUnavailable
from voxanne_app.calls.ports import CannotSteer
from voxanne_app.foundation.http_client import http_client
from voxanne_app.foundation.public_addresses import Destination, NotPublic, destination_of
from voxanne_app.integrations.vapi.api import VapiApi
from voxanne_app.integrations.vapi.reading import mapping, text

_TIMEOUT_SECONDS = 5.0
_THEIRS = ".vapi.ai"
_OVER = "This call is over."
_NOT_REACHED = "The voice platform could not be reached. Nothing was changed in the call; try again."
_UNKNOWN = "The voice platform did not answer in time. Watch the call before you try again."


class VapiCallSteering:
    def __init__(self, *, base_url: str, private_key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._api = VapiApi(url=base_url, private_key=private_key, timeout_seconds=_TIMEOUT_SECONDS)

    def say(self, vendor_call_id: str, words: str) -> None:
        self._order(vendor_call_id, {"type": "say", "content": words, "endCallAfterSpoken": False})

    def end(self, vendor_call_id: str) -> None:
        self._order(vendor_call_id, {"type": "end-call"})

    def _order(self, vendor_call_id: str, order: dict[str, Any]) -> None:
        """Sent once: a sentence must not be said twice because an answer was late."""
        there = self._control_of(vendor_call_id)
        try:
            with http_client(timeout_seconds=_TIMEOUT_SECONDS) as client:
                answer = client.post(
                    there.url, json=order, headers=there.headers, extensions=there.extensions
                )
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise CannotSteer(_NOT_REACHED) from None
        except httpx.HTTPError:
            raise CannotSteer(_UNKNOWN) from None
        if answer.status_code == 404:
            raise CannotSteer(_OVER)
        if not answer.is_success:
            raise CannotSteer("The voice platform refused it. Nothing was changed in the call.")

    def _control_of(self, vendor_call_id: str) -> Destination:
        try:
            call = self._api.get(f"/call/{vendor_call_id}")
        except CopyGone:
            raise CannotSteer(_OVER) from None
        except (PlatformUnavailable, PlatformRefuses):
            raise CannotSteer(_NOT_REACHED) from None
        url = text(mapping(call.get("monitor")).get("controlUrl"))
        if call.get("status") == "ended":
            raise CannotSteer(_OVER)
        if url is None:
            raise CannotSteer("The voice platform does not let this call be steered.")
        try:
            there = destination_of(url, trusted_base_url=self._base_url)
        except NotPublic:
            raise CannotSteer("The voice platform named an address that we do not go to.") from None
        if there.headers and not (urlsplit(url).hostname or "").endswith(_THEIRS):
            raise CannotSteer("The voice platform named an address that we do not go to.")
        return there
