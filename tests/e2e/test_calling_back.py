"""Somebody who left a message is called back by the assistant, and the desk sees how that goes."""

from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from tests.calling_desk import somebody_awake
from tests.running_app import RunningApp

SOON_MS = 20_000


def test_a_message_is_called_back_from_its_call(
    app: RunningApp, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    caller = {"name": "Greta Baum", "number": somebody_awake("0177")}
    body = {"number": app.run["organizations"][0]["number"], "script": "leaves_message", "speed": 50}
    placed = httpx.post(
        f"{app.run['sandbox_url']}/_sandbox/calls", json=body | {"caller": caller, "wait": True}, timeout=30
    )
    assert placed.status_code == 201, placed.text
    page = signed_in("staff")
    page.goto(f"{app.run['url']}/calls")
    page.get_by_role("link", name="Greta Baum").first.click(timeout=SOON_MS)
    page.get_by_role("button", name="Call back with the assistant").click(timeout=SOON_MS)
    dialog = page.get_by_role("dialog", name="Call Greta Baum back")
    expect(dialog).to_contain_text("Nobody has recorded that they agreed")
    ask = dialog.get_by_role("button", name="Call now")
    expect(ask).to_be_disabled()
    dialog.get_by_role("button", name="Record that they agreed").click()
    expect(ask).to_be_enabled(timeout=SOON_MS)
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(dialog).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog.get_by_label("What it is about").fill("The doctor has the results: please come in this week.")
    ask.click()
    attempt = page.locator(".attempt")
    expect(attempt).to_contain_text("Talking", timeout=SOON_MS)
    assert_accessible(page)
    attempt.get_by_role("link", name="Open the call").click()
    expect(page.locator(".attempt")).to_contain_text("The call before", timeout=SOON_MS)
    page.goto(app.run["url"])
    expect(page.locator(".attempt")).to_contain_text("Greta Baum", timeout=SOON_MS)
