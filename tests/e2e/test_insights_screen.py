"""Insights in a browser: another period, the exact values, the file; for everybody, and on a phone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_screens import PHONE, open_screen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_administrator_sees_what_the_receptionist_is_worth(
    scheme: str, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("admin", color_scheme=scheme)
    open_screen(page, "Insights", "/insights")
    expect(page.locator(".figure dt")).to_have_count(6)
    expect(page.locator(".bars > span")).to_have_count(30)
    expect(page.get_by_role("img", name=re.compile("calls, .* booked"))).to_be_visible()
    page.get_by_role("button", name="7 days").click()
    expect(page).to_have_url(re.compile(r"time=7"))
    expect(page.locator(".bars > span")).to_have_count(7)
    calls = int(page.locator(".figure .value").first.inner_text().replace(",", ""))
    page.get_by_text("All days as a table").click()
    days = page.get_by_role("region", name="Days, newest first").locator("tbody tr td:nth-child(2)")
    assert sum(int(count.replace(",", "")) for count in days.all_inner_texts()) == calls > 0
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 8
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_who_may_not_read_costs_is_told_none(signed_in: Callable[..., Page]) -> None:
    page = signed_in("viewer")
    open_screen(page, "Insights", "/insights")
    expect(page.locator(".figure dt")).to_have_count(4)
    expect(page.get_by_text("Cost per")).to_have_count(0)
    expect(page.get_by_role("heading", name="Clinic", exact=True)).to_have_count(0)  # nothing of it is theirs
    page.goto("/calls?tab=disputed&sort=cost")
    page.get_by_role("button", name="All").click()
    expect(page.locator(".list tbody tr").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="Cost")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text("$")
    page.get_by_role("button", name="Said, not done").click()
    page.set_viewport_size(PHONE)
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
