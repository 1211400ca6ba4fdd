"""Slack plays monitoring's `AlertChannel`: one message through an incoming webhook."""

from collections.abc import Sequence
from typing import Any

import httpx

from voxanne_app.foundation.http_client import http_client
from voxanne_app.monitoring.ports import AlertNews, ChannelRefuses, ChannelUnavailable

TIMEOUT_SECONDS = 5.0
_LONGEST_SECTION = 3000
_LONGEST_TEXT = 300
_MARKS = {"critical": ":red_circle:", "warning": ":large_yellow_circle:"}


class SlackAlerts:
    def __init__(self, webhook_url: str, *, public_url: str) -> None:
        """`webhook_url` is a secret: whoever has it may post. `public_url` names the installation."""
        self._address = webhook_url
        self._installation = public_url

    def tell(self, news: Sequence[AlertNews]) -> None:
        try:
            with http_client(timeout_seconds=TIMEOUT_SECONDS) as client:
                answer = client.post(self._address, json=self._message(news))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChannelUnavailable(f"Slack did not answer ({type(error).__name__}).") from None
        if answer.status_code == 200:
            return
        if answer.status_code == 429 or answer.status_code >= 500:
            raise ChannelUnavailable(f"Slack answered {answer.status_code}.")
        reason = answer.text[:40] if answer.text.replace("_", "").isalpha() else ""
        raise ChannelRefuses(f"Slack refused it: {answer.status_code} {reason}. Check SLACK_WEBHOOK_URL.")

    def _message(self, news: Sequence[AlertNews]) -> dict[str, Any]:
        fallback = "; ".join(f"{_word(one)}: {_escaped(one.title)}" for one in news)
        where = {"type": "mrkdwn", "text": f"Voxanne at {_escaped(self._installation)}"}
        blocks = [*map(_section, news), {"type": "context", "elements": [where]}]
        return {"text": fallback[:_LONGEST_TEXT], "blocks": blocks, "unfurl_links": False}


def _section(one: AlertNews) -> dict[str, Any]:
    mark = ":white_check_mark:" if one.what == "resolved" else _MARKS[one.severity]
    # Slack shows this in each reader's own zone.
    in_words = f"{one.since:%d %b %H:%M} UTC"
    since = f"<!date^{int(one.since.timestamp())}^since {{date_short_pretty}} {{time}}|{in_words}>"
    lines = f"{mark} *{_word(one)}: {_escaped(one.title)}*\n{_escaped(one.body)}\n{since}"
    return {"type": "section", "text": {"type": "mrkdwn", "text": lines[:_LONGEST_SECTION]}}


def _word(one: AlertNews) -> str:
    return "Resolved" if one.what == "resolved" else one.severity.capitalize()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
