"""What the sandbox's Supabase has mailed, and an authenticator app for its second factors."""

import base64
import hashlib
import hmac
import struct
import time
from dataclasses import dataclass
from typing import Any

import httpx

_ON_ITS_WAY_SECONDS = 5.0


@dataclass(frozen=True)
class Mail:
    kind: str
    token_hash: str
    link: str


def newest_mail(sandbox_url: str, to: str, kind: str) -> Mail:
    mails = httpx.get(f"{sandbox_url}/_sandbox/outbox", params={"to": to}).json()["mails"]
    found: dict[str, Any] = next(mail for mail in mails if mail["kind"] == kind)
    return Mail(found["kind"], found["token_hash"], found["link"])


def mails_to(sandbox_url: str, to: str) -> int:
    return len(httpx.get(f"{sandbox_url}/_sandbox/outbox", params={"to": to}).json()["mails"])


def code_of(secret: str, *, steps_on: int = 0) -> str:
    """RFC 6238, as an app on a phone computes it; `steps_on` half minutes later.

    One half minute off is the most that is accepted: an older code must not grow older on its way.
    """
    if steps_on < 0 and (left := 30 - time.time() % 30) < _ON_ITS_WAY_SECONDS:
        time.sleep(left)
    counter = struct.pack(">Q", int(time.time()) // 30 + steps_on)
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.digest(key, counter, hashlib.sha1)
    at = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFF_FFFF) % 10**6:06}"
