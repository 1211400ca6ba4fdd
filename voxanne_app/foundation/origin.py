"""From where a transaction is asked for: written into the audit, read by no policy."""

import re
from dataclasses import dataclass
from uuid import UUID

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"))
_SYSTEMS = (
    (("iPhone", "iPad"), "iOS"),
    (("Android",), "Android"),
    (("Windows",), "Windows"),
    (("Mac OS X", "Macintosh"), "macOS"),
    (("CrOS",), "ChromeOS"),
    (("Linux",), "Linux"),
)


@dataclass(frozen=True)
class Origin:
    """Which browser session, from which network address, with what kind of device."""

    session_id: UUID | None = None
    address: str = ""
    device: str = ""


NOWHERE = Origin()


def device_in_words(user_agent: str) -> str:
    """`Firefox on Windows`: what a person recognizes, without what singles out their machine."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    if not browser and "Safari/" in user_agent:
        browser = "Safari"
    system = next((name for marks, name in _SYSTEMS if any(mark in user_agent for mark in marks)), "")
    if browser or system:
        return " on ".join(filter(None, (browser, system)))
    return re.sub(r"[^A-Za-z0-9 ._-]", "", user_agent.partition("/")[0])[:40]
