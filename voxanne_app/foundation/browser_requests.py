"""What may be believed of a browser's request: its origin, its form, its address, where it wants to go."""

import ipaddress
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import HTTPConnection, Request

from voxanne_app.foundation.origin import Origin, device_in_words
from voxanne_app.foundation.settings import get_settings, networks_in

MAX_BODY_BYTES = 16_384


_networks = lru_cache(maxsize=4)(networks_in)


class FormTooLarge(Exception):
    pass


def is_from_own_page(request: Request, *, public_url: str) -> bool:
    """Browsers name the origin of every form they post. Who names none, or another, is no page of ours."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site is not None
    return is_own_origin(origin, host=request.headers.get("host"), public_url=public_url)


def is_own_origin(origin: str, *, host: str | None, public_url: str) -> bool:
    """Whether a page with this origin is ours."""
    own = urlsplit(public_url)
    if origin == f"{own.scheme}://{own.netloc}":
        return True
    # Without https this is somebody's own machine, reachable by several names; but not by those that
    # somebody else's name server lets point here.
    return own.scheme == "http" and origin == f"http://{host}" and _is_local_name(urlsplit(origin).hostname)


def _is_local_name(name: str | None) -> bool:
    return name == "localhost" or _address(name or "") is not None


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a url-encoded form, one per name. Raises FormTooLarge; nonsense has no fields."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise FormTooLarge
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def client_address(request: HTTPConnection) -> str:
    """Where a request comes from. Only TRUSTED_PROXIES are believed, each about who called it."""
    address = request.client.host if request.client else ""
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while hops and _is_trusted(address):
        caller = _address(hops.pop().strip())
        if caller is None:
            break
        address = str(caller)
    return address


def _is_trusted(address: str) -> bool:
    found = _address(address)
    return found is not None and any(
        found in network for network in _networks(get_settings().trusted_proxies)
    )


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def origin_of(request: HTTPConnection) -> Origin:
    """Where a request comes from, for the audit; which session it has, whoever knows it adds."""
    return Origin(
        address=client_address(request), device=device_in_words(request.headers.get("user-agent", ""))
    )


def local_path(wanted: str | None) -> str:
    """`wanted` if it is a page of ours, else the first: no link leads through sign-in to somewhere else."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/sign-in", "/auth/")):
        return "/"
    if "\\" in wanted or any(ord(character) < 33 or ord(character) == 127 for character in wanted):
        return "/"
    return wanted
