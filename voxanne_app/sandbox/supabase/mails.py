"""The mails the project would have sent."""

from collections import deque
from typing import Any

from voxanne_app.sandbox.clock import Clock, iso_milliseconds

KEPT_MAILS = 500


class Outbox:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._mails: deque[dict[str, Any]] = deque(maxlen=KEPT_MAILS)

    def send(self, to: str, kind: str, subject: str, *, link: str | None, code: str, token_hash: str) -> None:
        """`kind` is what the mail is for (signup, recovery …); `code` is the six digits it shows."""
        at = iso_milliseconds(self._clock.now())
        self._mails.append(
            {
                "at": at,
                "to": to,
                "kind": kind,
                "subject": subject,
                "link": link,
                "code": code,
                "token_hash": token_hash,
            }
        )

    def newest_first(self, to: str | None = None) -> list[dict[str, Any]]:
        return [mail for mail in reversed(self._mails) if to is None or mail["to"] == to.lower()]

    def clear(self) -> None:
        self._mails.clear()
