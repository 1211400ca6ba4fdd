"""What holds for every screen: it opens without complaint, for everybody, in every light, on every device."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

SCREENS = {"Today": "/", "Calls": "/calls", "Bookings": "/bookings"}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_screen_is_for_everybody(
    size: dict[str, int],
    scheme: str,
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
) -> None:
    page = signed_in("staff", viewport=size, color_scheme=scheme)
    for title, address in SCREENS.items():
        open_screen(page, title, address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{title} is too wide"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_one_call_is_for_everybody(
    size: dict[str, int], signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("staff", viewport=size)
    open_screen(page, "Calls", "/calls")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", name="Cost")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_sign_in_page_is_for_everybody(
    open_browser: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    for scheme in ("light", "dark"):
        page = open_browser(viewport=PHONE, color_scheme=scheme)
        page.goto("/sign-in")
        assert_accessible(page)


@pytest.mark.parametrize("role", ["owner", "admin", "staff", "viewer"])
def test_every_role_opens_every_screen(role: str, signed_in: Callable[..., Page]) -> None:
    page = signed_in(role)
    for title, address in SCREENS.items():
        open_screen(page, title, address)


def test_screens_are_reached_by_keyboard_alone(page: Page) -> None:
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("Calls")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Calls", exact=True)).to_be_visible()


def open_screen(page: Page, title: str, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.locator("[class*=skeleton]")).to_have_count(0)
