"""`voxanne replay FILE…`: recorded webhook bodies, signed like the vendor's and sent to the running app.

A recording names assistants and numbers that lead nowhere here, or names none: unless it is sent as it is, it
is given those of the demo's first clinic, so that its call shows up there.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from voxanne_app.embedded import announcement
from voxanne_app.foundation.settings import get_settings
from voxanne_app.integrations.vapi.reading import mapping
from voxanne_app.integrations.vapi.signatures import sign
from voxanne_app.integrations.vapi.webhooks import Unreadable, read_event


def main(files: Sequence[Path], *, as_is: bool = False) -> int:
    """Send each file, one after the other, and print a line about it; 1 when one was not taken."""
    running = announcement.running(get_settings().voxanne_data_dir)
    with httpx.Client(base_url=running["url"], timeout=30) as client:
        taken = [_replay(client, running, file, as_is=as_is) for file in files]
    return 0 if all(taken) else 1


def _replay(client: httpx.Client, running: dict[str, Any], file: Path, *, as_is: bool) -> bool:
    try:
        body = file.read_bytes()
        read_event(body)
    except OSError as error:
        print(f"{file}: cannot be read: {error.strerror}")
        return False
    except Unreadable as why:
        print(f"{file}: not sent, since it is none of Vapi's messages. {why}")
        return True
    if not as_is:
        body = _at_home(body, running["organizations"])
    try:
        answered = client.post("/webhooks/vapi", content=body, headers=_signed(body, running))
    except httpx.HTTPError as error:
        print(f"{file}: the app does not answer ({type(error).__name__})")
        return False
    print(f"{file}: {read_event(body).type} → {answered.status_code} {answered.text[:160]}")
    return answered.status_code == 200


def _signed(body: bytes, running: dict[str, Any]) -> dict[str, str]:
    timestamp = str(int(time.time() * 1000))
    signature = sign(body, secret=running["vapi_webhook_secret"].encode(), timestamp=timestamp)
    return {"content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature}


def _at_home(body: bytes, organizations: Sequence[dict[str, Any]]) -> bytes:
    """The same body with the addresses of the first clinic, if it has none of any clinic's."""
    ours = {
        clinic[name] for clinic in organizations for name in ("assistant_id", "phone_number_id", "number")
    }
    if not organizations or any(value in ours for _, value in read_event(body).addresses):
        return body
    clinic, recorded = organizations[0], json.loads(body)
    message = recorded["message"]
    call = message.setdefault("call", {})
    call.setdefault("id", f"replay-{hashlib.sha256(body).hexdigest()[:24]}")
    call["assistantId"] = clinic["assistant_id"]
    call["phoneNumberId"] = clinic["phone_number_id"]
    for place, name, ours_is in (
        ("assistant", "id", "assistant_id"),
        ("phoneNumber", "id", "phone_number_id"),
        ("phoneNumber", "number", "number"),
    ):
        if mapping(message.get(place)).get(name):
            message[place][name] = clinic[ours_is]
    return json.dumps(recorded).encode()
