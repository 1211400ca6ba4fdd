"""An agent is changed without fear: edited, reviewed, published, heard at the vendor, and put back."""

import json
import re
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.running_app import RunningApp

PHONE = {"width": 390, "height": 844}


def at_the_vendor(app: RunningApp) -> dict[str, Any]:
    """The first clinic's assistant, as the sandbox has it."""
    settings = json.loads((app.data_dir / "secrets.json").read_text())
    wanted = app.run["organizations"][0]["assistant_id"]
    request = urllib.request.Request(
        f"{app.run['sandbox_url']}/vapi/assistant/{wanted}",
        headers={"authorization": f"Bearer {settings['vapi_private_key']}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.loads(answer.read()))


def is_heard(app: RunningApp, greeting: str) -> bool:
    """Within the five seconds that a change may take."""
    deadline = time.monotonic() + 5
    while greeting not in at_the_vendor(app)["firstMessage"]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_an_agent_is_edited_reviewed_published_and_put_back(
    app: RunningApp, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("owner")
    page.goto("/agents")
    page.get_by_role("link", name="Main line").click()
    greeting = page.get_by_label("What callers hear first")
    before = greeting.input_value()
    hello = f"Good day {uuid4().hex[:6]}."
    assert_accessible(page)

    greeting.fill(hello)
    expect(page.get_by_text("Not saved")).to_be_visible()
    page.once("dialog", lambda question: question.dismiss())
    page.get_by_role("link", name="Calls", exact=True).first.click()
    expect(greeting).to_have_value(hello)  # asked, and stayed

    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Not saved")).to_have_count(0)
    page.get_by_role("button", name="Review and publish").click()
    review = page.get_by_role("dialog", name=re.compile("Review version"))
    expect(review).to_contain_text(hello)
    expect(review).to_contain_text('{{"now" | date:')
    expect(review.get_by_text("2 of 2 tests pass")).to_be_visible(timeout=20_000)
    assert_accessible(page)
    review.get_by_role("button", name=re.compile("Publish version")).click()
    assert is_heard(app, hello)
    expect(page.get_by_text(re.compile(r"^Version \d+ is published$"))).to_be_visible()

    page.get_by_role("link", name="Versions").click()
    page.get_by_role("button", name="Restore").first.click()
    expect(page.get_by_text(re.compile("The draft is version"))).to_be_visible()
    page.get_by_role("link", name="Prompt").click()
    expect(page.get_by_label("What callers hear first")).to_have_value(before)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
