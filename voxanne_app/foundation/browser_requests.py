"""What may be believed of a browser's request: its origin, its form, its address, where it wants to go."""

import ipaddress
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import HTTPConnection, Request

from voxanne_app.foundation.origin import Origin, device_in_words

MAX_BODY_BYTES = 16_384


class FormTooLarge(Exception):
    pass


def is_from_own_page(request: Request, *, public_url: str) -> bool:
    """Browsers name the origin of every form they post. Who names none, or another, is no page of ours."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site is not None
    own = urlsplit(public_url)
    if own.scheme == "https":
        return origin == f"https://{own.netloc}"
    # Without https this is somebody's own machine, reachable by several names.
    return origin == f"http://{request.headers.get('host')}"


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
    """Where a request comes from. Only a proxy in our network is believed, and only what it added itself."""
    peer = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    try:
        if ipaddress.ip_address(peer).is_private and forwarded:
            return str(ipaddress.ip_address(forwarded))
    except ValueError:
        pass
    return peer


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
