"""Who gets in, where they land, and how they get out again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Trouble
from tests.running_app import RunningApp

SCREENS = ("/", "/calls", "/bookings")


@pytest.mark.parametrize("address", [*SCREENS, "/calls?outcome=booked", "/nowhere"])
def test_whoever_is_not_signed_in_is_asked_to(address: str, open_browser: Callable[..., Page]) -> None:
    page = open_browser()
    page.goto(address)
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()


def test_after_signing_in_people_are_where_they_wanted_to_go(
    app: RunningApp, open_browser: Callable[..., Page]
) -> None:
    page, person = open_browser(), app.sign_in("owner")
    page.goto("/calls")
    page.get_by_label("E-mail address").fill(person["email"])
    page.get_by_label("Password").fill(person["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Calls", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/calls$"))


def test_a_wrong_password_gets_a_sentence_and_keeps_the_address(
    app: RunningApp, open_browser: Callable[..., Page], trouble: Trouble
) -> None:
    page, person = open_browser(), app.sign_in("owner")
    trouble.expect("/auth/sign-in")
    trouble.expect("Failed to load resource")
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(person["email"])
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("password")
    expect(page.get_by_label("E-mail address")).to_have_value(person["email"])


def test_after_signing_out_no_screen_opens(page: Page) -> None:
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    page.get_by_role("button", name="Your account").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")
    page.goto("/calls")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_an_address_that_leads_nowhere_says_so_and_leads_back(
    page: Page, assert_accessible: Callable[[Page], None], trouble: Trouble
) -> None:
    trouble.expect("404")
    page.goto("/calls")
    page.locator("main a.whole-row").first.click()
    expect(page.get_by_text("What came of it")).to_be_visible()
    page.goto("/calls/00000000-0000-0000-0000-000000000000")
    expect(page.get_by_text("This call does not exist")).to_be_visible()
    expect(page.locator(".sheet-head")).not_to_contain_text("Main line")  # of the call that was open before
    page.goto("/nowhere")
    expect(page.get_by_text("There is nothing at this address")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Go to Today").press("Enter")
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()


def test_signing_in_works_without_a_script(
    app: RunningApp, open_browser: Callable[..., Page], trouble: Trouble
) -> None:
    trouble.expect(" csp")  # how Chromium says that scripts are off, on the screen behind
    page = open_browser(java_script_enabled=False)
    page.goto("/sign-in")
    person = app.sign_in("viewer")
    page.get_by_label("E-mail address").fill(person["email"])
    page.get_by_label("Password").fill(person["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_an_organizations_own_sign_in_is_one_link_away_and_leads_back(
    open_browser: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_browser(viewport={"width": 390, "height": 844})
    page.goto("/sign-in?next=/calls")
    page.get_by_role("link", name="Use your organization's account").press("Enter")
    expect(page.get_by_role("heading", name="Your organization's account")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("E-mail address").fill("anybody@cedarlane.example")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="new.colleague@cedarlane.example").click()  # at the organization's
    page.wait_for_url("**/welcome")
    page.goto("/account")
    expect(page.get_by_text("new.colleague@cedarlane.example")).to_be_visible()
    expect(page.get_by_role("heading", name="Password")).to_have_count(0)


def test_an_operator_sees_no_clinic(app: RunningApp, open_browser: Callable[..., Page]) -> None:
    page, person = open_browser(), app.sign_in("platform")
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(person["email"])
    page.get_by_label("Password").fill(person["password"])
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    for clinic in app.run["organizations"]:
        expect(page.locator("body")).not_to_contain_text(clinic["name"])
