"""A draft is tried out in the browser: it books for nobody, a turn is changed, all of it starts over."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.running_app import RunningApp

PHONE = {"width": 390, "height": 844}


def test_a_draft_is_talked_to_and_nothing_of_it_is_real(
    app: RunningApp, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("owner")
    page.goto("/agents")
    page.get_by_role("link", name="Main line").click()
    page.get_by_role("link", name="Try it").click()
    talk = page.get_by_role("log", name="Conversation")
    says = page.get_by_label("What the caller says")

    says.fill("Hello, my name is Zelda Quist. I would like to book an appointment.")
    says.press("Enter")
    expect(talk.get_by_text("find_free_slots")).to_be_visible(timeout=15_000)
    expect(says).to_have_value("")
    says.fill("The first one, please.")
    page.get_by_role("button", name="Say it").click()
    expect(talk.get_by_text("book_appointment")).to_be_visible(timeout=15_000)
    expect(talk.get_by_text("Booked:").last).to_be_visible()
    expect(page.get_by_text(re.compile(r"Asked 2 times: .*as the voice platform bills it"))).to_be_visible()
    assert_accessible(page)

    page.reload()
    expect(talk.get_by_text("book_appointment")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert_accessible(page)
    talk.get_by_role("button", name="Say something else here").last.click()
    page.get_by_label("Caller").last.fill("Could you take a message for the doctor?")
    page.get_by_role("button", name="Say this instead").click()
    expect(talk.get_by_text("take_message")).to_be_visible(timeout=15_000)
    expect(talk.get_by_text("book_appointment")).to_have_count(0)

    page.get_by_label("Calling from").fill("+1 503 555 0177")
    page.get_by_role("button", name="Start over").click()
    expect(talk.get_by_text("(503) 555-0177")).to_be_visible()
    expect(talk.get_by_text("take_message")).to_have_count(0)
    page.goto("/bookings?view=list&q=Zelda+Quist")
    expect(page.locator("main")).to_contain_text("No booking is like that")
