"""The front desk listens to a call while it reads it."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, expect

from tests.running_app import RunningApp

# Spoken so fast that the recording takes some seconds.
SPEED = 6
HEARD = "document.querySelector('.player audio').currentTime"
PAUSED = "document.querySelector('.player audio').paused"
SOON_MS = 20_000


def until(page: Page, is_so: str) -> None:
    """Playwright's own waiting evaluates text in the page, which our policy forbids."""
    deadline = time.monotonic() + SOON_MS / 1000
    while not page.evaluate(is_so):
        assert time.monotonic() < deadline, f"{is_so}: {page.evaluate(HEARD)}"
        page.wait_for_timeout(50)


def call_of(app: RunningApp, patient: str) -> dict[str, Any]:
    call = {"number": app.run["organizations"][0]["number"], "script": "books", "speed": SPEED, "wait": True}
    caller = {"name": patient, "number": "+12125550987"}
    answer = httpx.post(
        f"{app.run['sandbox_url']}/_sandbox/calls",
        json=call | {"caller": caller, "patient_name": patient},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_the_front_desk_hears_the_line_it_clicks(app: RunningApp, page: Page, assert_accessible: Any) -> None:
    call_of(app, "Hedda Heard")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/calls?q=Hedda")
    page.get_by_role("link", name="Hedda Heard").first.click()
    play = page.get_by_role("button", name="Play", exact=True)
    expect(play).to_be_visible(timeout=SOON_MS)
    play.click()
    until(page, f"{HEARD} > 0.2")
    expect(page.locator(".turn.on")).to_have_count(1)

    line = page.locator(".script .turn").nth(3)
    begins = float(line.get_attribute("data-begins") or 0)
    assert begins > 2
    line.locator("p").click()
    until(page, f"{HEARD} >= {begins}")
    expect(line).to_have_class(re.compile(r"\bon\b"))
    assert page.evaluate(HEARD) < begins + 3
    page.keyboard.press("k")
    until(page, PAUSED)
    page.keyboard.press("j")
    until(page, f"{HEARD} < {begins}")

    heard = [url for url in asked if "/recordings/" in url]
    assert heard and {urlsplit(url).netloc for url in asked} == {urlsplit(app.url).netloc}
    assert "_storage" not in page.content()

    page.get_by_label("Search in this call").fill("thank you")
    page.locator(".hits button").first.click()
    expect(page.locator("[data-found=yes]")).to_contain_text("hank you")
    page.get_by_placeholder("Write a note").fill("Heard it myself.")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".note")).to_contain_text("Heard it myself.")
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_in_viewport()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
