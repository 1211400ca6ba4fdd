"""The audit in a browser: an administrator looks up what somebody read, and has the chain verified."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_screens import PHONE, open_screen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_opened_a_conversation_is_found_and_the_chain_is_verified(
    scheme: str, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("admin", clinic=1, color_scheme=scheme)
    open_screen(page, "Audit", "/audit")
    page.get_by_label("Act").select_option(label="Opened a conversation")
    expect(page).to_have_url(re.compile(r"act=calls\.transcript_opened"))
    lines = page.locator("tbody tr:not(.day)")
    expect(lines).to_have_count(5)
    expect(lines.first).to_contain_text("Opened a conversation")
    lines.first.get_by_role("button", name="All about this record").click()
    expect(lines).to_have_count(1)
    page.get_by_role("button", name="Clear", exact=True).click()
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_text("Unbroken ·")).to_contain_text("checked just now", timeout=20_000)
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_front_desk_is_not_led_to_the_audit_and_finds_nothing_there(
    signed_in: Callable[..., Page],
) -> None:
    page = signed_in("staff")
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)
    page.goto("/audit")
    expect(page.locator("tbody tr")).to_have_count(0)
