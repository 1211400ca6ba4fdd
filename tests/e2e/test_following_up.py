"""The front desk steers a call that is on, settles what is open, and hands over an empty desk."""

import re
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.running_app import RunningApp

SOON_MS = 20_000


def caller_waits(app: RunningApp, name: str) -> str:
    """A pretended caller of the second clinic, who says nothing until told to."""
    call = {"number": app.run["organizations"][1]["number"], "script": "steered", "speed": 10}
    caller = {"name": name, "number": "+12125550741"}
    answer = httpx.post(
        f"{app.run['sandbox_url']}/_sandbox/calls", json=call | {"caller": caller}, timeout=30
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def how_it_ended(app: RunningApp, call_id: str) -> Any:
    return httpx.get(f"{app.run['sandbox_url']}/_sandbox/calls/{call_id}").json()["ended_reason"]


def test_a_call_is_steered_and_the_handover_empties(
    app: RunningApp, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("staff", clinic=1)
    call_id = caller_waits(app, "Lena Live")
    card = page.locator(".live-call").filter(has_text="Lena Live")
    expect(card).to_be_visible(timeout=SOON_MS)
    expect(card.get_by_role("log")).to_contain_text("How can I help", timeout=SOON_MS)
    card.get_by_placeholder("Say to the caller").fill("The doctor is on her way.")
    card.get_by_role("button", name="Say", exact=True).click()
    expect(card.get_by_role("log")).to_contain_text("The doctor is on her way.", timeout=SOON_MS)
    expect(card.get_by_placeholder("Say to the caller")).to_have_value("")
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    card.get_by_role("button", name="End call").click()
    dialog = page.get_by_role("dialog", name="End this call?")
    expect(dialog).to_contain_text("Lena Live")
    expect(dialog).to_be_in_viewport(ratio=1)  # wherever the page behind it is scrolled to
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_role("button", name="End the call").click()
    expect(card).to_have_count(0, timeout=SOON_MS)
    assert how_it_ended(app, call_id) == "assistant-ended-call"

    mine = page.locator(".case.open").get_by_label("Looked after by")
    mine.select_option(index=1)
    expect(page.locator(".case.open")).to_contain_text("looks after it", timeout=SOON_MS)
    page.get_by_role("link", name="Hand-over sheet").click()
    lines = page.locator(".handover > .plain-list:not(.done) > li, .handover ol > li")
    expect(lines.first).to_contain_text(re.compile("Clinical risk|Urgent"))
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1440, "height": 900})
    settled = page.locator(".handover .done > li")
    before = settled.count()
    first = lines.first.locator("b:not(.bad)").first.inner_text()
    lines.first.get_by_placeholder("What was done").fill("She comes at nine.")
    lines.first.get_by_role("button", name="Done").click()
    expect(settled.filter(has_text="She comes at nine.")).to_contain_text(first, timeout=SOON_MS)
    assert settled.count() == before + 1
    page.get_by_role("button", name=f"Open again: {first}").first.click()
    expect(lines.first).to_contain_text(first, timeout=SOON_MS)
    for waiting in range(lines.count(), 0, -1):
        if lines.first.get_by_role("button", name="Done").count() == 0:
            break  # what is left are bookings, which are approved where their week is seen
        lines.first.get_by_role("button", name="Done").click()
        expect(lines).to_have_count(waiting - 1, timeout=SOON_MS)
    assert lines.get_by_role("button", name="Done").count() == 0
