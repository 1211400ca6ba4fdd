import pytest
from starlette.requests import Request

from voxanne_app.foundation.browser_requests import client_address, is_from_own_page, local_path
from voxanne_app.foundation.settings import get_settings


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


@pytest.fixture
def behind_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::/32")
    get_settings.cache_clear()


@pytest.mark.parametrize("peer", ["8.8.8.8", "10.0.0.2", "127.0.0.1", "::1"])
def test_nobody_chooses_their_own_address_unless_a_proxy_is_trusted(peer: str) -> None:
    assert client_address(request(peer, x_forwarded_for="198.51.100.1")) == peer


@pytest.mark.usefixtures("behind_proxies")
@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.2", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "203.0.113.9, 10.9.9.9", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1, 203.0.113.9, 10.9.9.9,2001:db8::7", "203.0.113.9"),
        ("10.0.0.2", "made up", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.9, made up", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.9:4711", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("::ffff:10.0.0.2", "203.0.113.9", "203.0.113.9"),
        ("8.8.8.8", "203.0.113.9", "8.8.8.8"),
        ("192.168.0.9", "203.0.113.9", "192.168.0.9"),
    ],
)
def test_proxies_of_ours_say_who_called_them_and_no_more(peer: str, forwarded: str, address: str) -> None:
    assert client_address(request(peer, x_forwarded_for=forwarded)) == address


@pytest.mark.usefixtures("behind_proxies")
def test_a_header_that_comes_twice_is_read_in_order() -> None:
    raw = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"203.0.113.9")]
    through = Request({"type": "http", "method": "GET", "headers": raw, "client": ("10.0.0.2", 1)})
    assert client_address(through) == "203.0.113.9"


def test_a_name_that_somebody_else_points_here_is_not_ours() -> None:
    rebound = request(origin="http://evil.example:8000", host="evil.example:8000")
    assert not is_from_own_page(rebound, public_url="http://localhost:8000")
