import pytest
from starlette.requests import Request

from voxanne_app.foundation.browser_requests import client_address, is_from_own_page, local_path


def request(peer: str = "8.8.8.8", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw, "client": (peer, 4711)})


OURS = "https://voxanne.example"


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"origin": OURS}, True),
        ({"origin": OURS, "sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://voxanne.example"}, False),
        ({"origin": "https://voxanne.example.evil.example"}, False),
        ({"origin": "https://voxanne.example:8443"}, False),
        ({"origin": "https://evil.example", "host": "evil.example"}, False),
        ({"origin": OURS, "sec_fetch_site": "cross-site"}, False),
        ({"origin": OURS, "sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "none"}, False),
    ],
)
def test_only_our_own_pages_may_post(headers: dict[str, str], is_ours: bool) -> None:
    assert is_from_own_page(request(**headers), public_url=OURS) is is_ours


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000"])
def test_on_ones_own_machine_any_of_its_names_will_do(host: str) -> None:
    own = request(origin=f"http://{host}", host=host)
    assert is_from_own_page(own, public_url="http://localhost:8000")
    foreign = request(origin="http://localhost:9999", host=host)
    assert not is_from_own_page(foreign, public_url="http://localhost:8000")


@pytest.mark.parametrize("path", ["/", "/calls", "/calls?agent=1&page=2", "/bookings#now", "/a//b"])
def test_a_page_of_ours_is_where_one_goes_next(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        None, "", "calls", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "https://evil.example", "javascript:alert(1)", "/\tevil", "/ evil", "/\r\nset-cookie: a=b", "/\x00",
        "/sign-in", "/sign-in?next=/", "/auth/sign-out",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(elsewhere: str | None) -> None:
    assert local_path(elsewhere) == "/"


def test_a_client_on_the_internet_does_not_choose_its_own_address() -> None:
    assert client_address(request(x_forwarded_for="198.51.100.1")) == "8.8.8.8"


def test_a_proxy_of_ours_says_who_called_it_and_no_more() -> None:
    through = request("10.0.0.2", x_forwarded_for="198.51.100.1, 203.0.113.9")
    assert client_address(through) == "203.0.113.9"
    assert client_address(request("10.0.0.2", x_forwarded_for="made up")) == "10.0.0.2"
    assert client_address(request("10.0.0.2")) == "10.0.0.2"
