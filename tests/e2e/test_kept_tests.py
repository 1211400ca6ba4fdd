"""A call becomes a test with one click, runs, and is in the way of a draft that would answer worse."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.running_app import RunningApp

PHONE = {"width": 390, "height": 844}


def test_a_call_becomes_a_test_and_a_worse_draft_is_published_only_on_purpose(
    app: RunningApp, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("owner")
    page.goto("/calls")
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Make a test of this call").click()
    page.get_by_role("link", name="Its test").click()
    expect(page.get_by_text("It holds what that caller said")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text(re.compile(r"^(Passes|Fails)$")).first).to_be_visible(timeout=30_000)
    assert_accessible(page)
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove the test").click()
    expect(page.get_by_role("heading", name="Tests")).to_be_visible()

    page.goto("/agents")
    page.get_by_role("button", name="New agent").click()
    page.get_by_label("Name, for your team").fill("Evenings")
    page.get_by_role("button", name="Make the agent").click()
    expect(page.get_by_role("heading", name="Evenings")).to_be_visible()
    page.get_by_role("link", name="Tests", exact=True).click()
    page.get_by_role("button", name="New test").click()
    page.get_by_label("Name").fill("Takes a message")
    page.get_by_label("What the caller says, one line for each time").fill("Could you take a message?")
    page.get_by_label(re.compile("^Expectation 1")).select_option("takes_message")
    assert_accessible(page)
    page.get_by_role("button", name="Keep the test").click()
    page.get_by_role("switch", name="Take a message").click()
    page.get_by_role("button", name="Review and publish").click()
    review = page.get_by_role("dialog", name=re.compile("Review version"))
    expect(review.get_by_text("0 of 1 test passes")).to_be_visible(timeout=30_000)
    expect(review).to_contain_text("It should have taken a message. It never tried to.")
    publish = review.get_by_role("button", name=re.compile("Publish version"))
    expect(publish).to_be_disabled()
    assert_accessible(page)
    review.get_by_label("Publish although 1 test fails").click()  # the server checks it
    expect(publish).to_be_enabled()
    review.get_by_role("link", name="Takes a message").click()
    expect(page.get_by_role("log", name="The conversation")).to_contain_text("Could you take a message?")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(page)
