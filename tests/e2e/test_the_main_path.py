"""A clinic's phone rings, the receptionist answers, the patient books, and the front desk sees it."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.running_app import RunningApp

# The caller whom "Simulate a call" sends speaks at the speed of people; ours talk faster.
CALL_MS = 60_000
SPEED = 20
_callers = count(1)


def heading(page: Page, words: str) -> Locator:
    return page.get_by_role("heading", name=words, exact=True)


def simulate(page: Page, who: str) -> str:
    """Let somebody ring, and wait until the call shows itself on Today; its address."""
    page.goto("/")
    expect(heading(page, "Today")).to_be_visible()
    known = {card.get_attribute("href") for card in page.locator(".live-call a").all()}
    page.get_by_role("button", name="Simulate a call").click()
    page.get_by_role("button", name=who).click()
    new = page.locator(".live-call a" + "".join(f":not([href='{address}'])" for address in known))
    return str(new.get_attribute("href", timeout=CALL_MS))


@pytest.fixture
def ring(app: RunningApp) -> Callable[..., dict[str, Any]]:
    """`ring("books", patient)` rings at the first clinic and speaks to the end; returns what was said."""

    def ring(script: str, patient: str, **wish: Any) -> dict[str, Any]:
        caller = {"name": patient, "number": f"+1212555{next(_callers):04d}"}
        call = {"number": app.run["organizations"][0]["number"], "speed": SPEED, "wait": True}
        call |= {"script": script, "patient_name": patient, "caller": caller}
        answer = httpx.post(f"{app.run['sandbox_url']}/_sandbox/calls", json=call | wish, timeout=60)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    return ring


def bookings_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Each time that the assistant asked for a booking, with what it was told."""
    return [asked for asked in call["tool_answers"] if asked["tool"] == "book_appointment"]


def somebody(name: str) -> str:
    return f"{name} {uuid4().hex[:6]}"


def find_call(page: Page, patient: str) -> Locator:
    """The newest line in Calls that the search for `patient` finds."""
    page.goto("/calls")
    page.get_by_label("Search calls").fill(patient)
    expect(page).to_have_url(re.compile(r"[?&]q="))
    return page.locator("tbody tr").filter(has_text=patient).first


def test_the_front_desk_watches_a_call_book_an_appointment(page: Page) -> None:
    call = simulate(page, "Somebody books an appointment")
    card = page.locator(".live-call").filter(has=page.locator(f"a[href='{call}']"))
    expect(card.get_by_role("log")).to_contain_text("I would like to book", timeout=CALL_MS)
    expect(card.get_by_role("log")).to_contain_text("Free for", timeout=CALL_MS)
    expect(card).to_have_count(0, timeout=CALL_MS)  # they hung up, and nobody loaded the page anew

    page.goto(call)
    expect(page.locator(".sheet-head")).to_contain_text("Booked")
    script = page.get_by_role("log", name="Transcript")
    for part in ("I would like to book", "find_free_slots", "book_appointment", "Booked:"):
        expect(script).to_contain_text(part)
    expect(page.locator(".waterfall")).to_contain_text(re.compile(r"Total.*\$0\.\d+", re.S), timeout=CALL_MS)

    patient = heading(page, page.locator("h1").inner_text()).inner_text()
    page.get_by_role("link", name="Open", exact=True).click()
    expect(page).to_have_url(re.compile("/bookings"))
    expect(page.locator("main")).to_contain_text(patient)

    line = find_call(page, patient)
    expect(line).to_contain_text("Booked")
    expect(line).to_contain_text(re.compile(r"0:\d\d"))
    expect(line).to_contain_text(re.compile(r"\$0\.\d+"))


def test_a_second_caller_for_the_same_time_hears_others(
    page: Page, ring: Callable[..., dict[str, Any]]
) -> None:
    (first,) = bookings_of(ring("books", somebody("Ada")))
    for _ in range(9):  # until the last practitioner's time is taken too
        patient = somebody("Grace")
        asked, *more = bookings_of(
            ring("wants_same_time", patient, starts_at=first["arguments"]["starts_at"])
        )
        if not asked["result"].startswith("Booked"):
            break
    assert more and more[-1]["result"].startswith("Booked"), asked

    find_call(page, patient).get_by_role("link").first.click()
    expect(page.get_by_role("log", name="Transcript")).to_contain_text(asked["result"])
    expect(page.get_by_role("log", name="Transcript")).to_contain_text(more[-1]["result"])


def test_the_other_clinic_sees_nothing_of_it(
    signed_in: Callable[..., Page], ring: Callable[..., dict[str, Any]]
) -> None:
    patient = somebody("Katherine")
    ring("books", patient)
    ours = signed_in("owner")
    find_call(ours, patient).get_by_role("link").first.click()
    expect(ours).to_have_url(re.compile("/calls/"))

    theirs = signed_in("owner", clinic=1)
    theirs.goto(ours.url)
    expect(theirs.locator("main")).to_contain_text("This call does not exist")
    theirs.goto(f"/calls?q={patient}")
    expect(theirs.locator("main")).to_contain_text("No call is like that")
    for address in ("/", "/calls", "/bookings"):
        theirs.goto(address)
        expect(theirs.locator("h1")).to_be_visible()
        expect(theirs.locator("body")).not_to_contain_text(patient)
