"""Going where somebody else's answer leads, and not into our own network.

What a vendor's redirect names is looked at before it is followed: https, and a host whose every address is
public. The address that was looked at is the one that is connected to, whatever the name leads to by then.
"""

import ipaddress
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_PORT = 443


class NotPublic(Exception):
    """The address leads to our own network, or is none that we go to."""


@dataclass(frozen=True)
class Destination:
    """What `httpx` asks: `url` with the host as a number, and what says which host is meant."""

    url: str = field(repr=False)
    headers: dict[str, str]
    extensions: dict[str, Any]


def destination_of(url: str, *, trusted_base_url: str) -> Destination:
    """Where `url` leads. `trusted_base_url` is a vendor's own, from the settings: it may be anywhere.

    Raises NotPublic.
    """
    if _origin(url) == _origin(trusted_base_url):
        return Destination(url, {}, {})
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or _port(url) != _PORT:
        raise NotPublic
    address = _public_address_of(parts.hostname)
    host = f"[{address}]" if address.version == 6 else str(address)
    return Destination(
        url=parts._replace(netloc=host).geturl(),
        headers={"host": parts.hostname},
        extensions={"sni_hostname": parts.hostname},
    )


def _public_address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        addresses = [ipaddress.ip_address(host)]
    except ValueError:
        try:
            found = socket.getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NotPublic from None
        addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if not addresses or not all(address.is_global and not address.is_multicast for address in addresses):
        raise NotPublic
    return addresses[0]


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, _port(url)


def _port(url: str) -> int | None:
    try:
        parts = urlsplit(url)
        return parts.port or {"http": 80, "https": _PORT}.get(parts.scheme)
    except ValueError:
        return None
