"""The front desk at its calendar: books, moves, cancels, thinks better of it; and finds it all again."""

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Download, Locator, Page, expect

PHONE = {"width": 390, "height": 844}


def somebody() -> str:
    return f"Ada {uuid4().hex[:6]}"


def beside(page: Page) -> Locator:
    """What is known of the selected booking."""
    return page.get_by_role("complementary", name="Selected booking")


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def open_form(page: Page) -> Locator:
    press(page, "New booking")
    form = page.get_by_role("dialog", name="New booking")
    expect(form.get_by_role("radio").first).to_be_attached()
    return form


def book(page: Page, patient: str) -> None:
    """At the first time that the form offers."""
    form = open_form(page)
    form.locator(".free-times label").first.click()
    form.get_by_label("Patient’s name").fill(patient)
    press(form, "Book")
    expect(beside(page).get_by_role("heading", name=patient)).to_be_visible()


def test_the_front_desk_books_moves_and_cancels_and_takes_it_back(page: Page) -> None:
    patient = somebody()
    page.goto("/bookings")
    book(page, patient)
    placed = page.locator(".booking").filter(has_text=patient)
    expect(placed).to_have_attribute("aria-pressed", "true")
    before = beside(page).locator("dd").first.inner_text()

    press(beside(page), "Move")
    form = page.get_by_role("dialog", name=f"Move {patient}")
    form.locator(".free-times label").last.click()
    press(form, "Move the booking")
    expect(beside(page)).to_contain_text("Moved from")
    expect(beside(page).locator("dd").first).not_to_have_text(before)
    press(beside(page), "Undo")
    expect(beside(page).locator("dd").first).to_have_text(before, use_inner_text=True)

    press(beside(page), "Cancel it")
    asked = page.get_by_role("dialog", name="Cancel this booking?")
    expect(asked).to_contain_text(patient)
    expect(asked).to_contain_text("The patient is not told")
    press(asked, "Cancel the booking")
    expect(beside(page)).to_contain_text("Cancelled")
    expect(placed).to_have_count(0)
    press(beside(page), "Undo the cancellation")
    expect(placed).to_have_count(1)
    expect(beside(page)).to_contain_text("Confirmed")


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(
    page: Page, signed_in: Callable[..., Page]
) -> None:
    patient = somebody()
    page.goto("/bookings?new=1")
    form = page.get_by_role("dialog", name="New booking")
    expect(form.get_by_role("radio").first).to_be_attached()
    form.get_by_label("Phone, if known").fill("12")
    press(form, "Book")
    expect(form).to_contain_text("Choose a time.")
    expect(form).to_contain_text("Enter the patient’s name.")
    expect(form).to_contain_text("Enter the number with its area code")
    form.get_by_label("Patient’s name").fill(patient)

    colleague = signed_in("owner")
    colleague.goto("/bookings")
    book(colleague, somebody())  # news for the calendar behind the form

    expect(form.get_by_label("Patient’s name")).to_have_value(patient)
    form.get_by_label("Phone, if known").fill("")
    form.locator(".free-times label").last.click()
    form.get_by_role("button", name="Book", exact=True).dblclick()
    expect(beside(page)).to_contain_text(patient)
    expect(page).not_to_have_url(re.compile("new=1"))
    expect(page.locator(".booking").filter(has_text=patient)).to_have_count(1)


def test_a_colleagues_booking_appears_by_itself_and_the_taken_time_is_said(
    page: Page, signed_in: Callable[..., Page]
) -> None:
    colleague = signed_in("owner")
    forms = []
    for each in (page, colleague):
        each.goto("/bookings")
        form = open_form(each)
        form.get_by_label("With").select_option(index=1)  # not whoever is free: the same person
        expect(form.get_by_label("With")).not_to_have_value("")
        each.wait_for_timeout(500)
        form.locator(".free-times label").first.click()
        forms.append(form)
    first, second = somebody(), somebody()
    forms[0].get_by_label("Patient’s name").fill(first)
    forms[1].get_by_label("Patient’s name").fill(second)
    press(forms[0], "Book")
    expect(beside(page)).to_contain_text(first)
    expect(colleague.locator(".booking").filter(has_text=first)).to_have_count(1)
    press(forms[1], "Book")
    expect(forms[1]).to_contain_text("That time is no longer free. These are still free.")
    expect(forms[1].get_by_label("Patient’s name")).to_have_value(second)


def test_a_search_finds_a_booking_on_any_day_and_the_file_holds_it(page: Page) -> None:
    patient = somebody()
    page.goto("/bookings")
    book(page, patient)
    press(page, "List")
    rows = page.locator("tbody tr")
    expect(rows.nth(1)).to_be_visible()
    page.get_by_label("Search bookings").fill(patient)
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile("view=list.*q=Ada"))
    rows.get_by_role("button").click()
    expect(beside(page).get_by_role("heading", name=patient)).to_be_visible()
    with page.expect_download() as waiting:
        press(page, "Export CSV")
    download: Download = waiting.value
    assert patient in download.path().read_text()

    page.get_by_label("Search bookings").fill("nobody is called this")
    expect(page.locator("main")).to_contain_text("No booking is like that")
    press(page, "Clear the filters")
    expect(rows.nth(5)).to_be_visible()


def test_the_days_are_walked_through_and_the_address_says_which(page: Page) -> None:
    page.goto("/bookings?on=2026-03-04")
    heading = page.locator(".sheet-head .aside")
    expect(heading).to_contain_text("2 to 6 March")
    press(page, "Next week")
    expect(heading).to_contain_text("9 to 13 March")
    press(page, "Previous week")
    expect(heading).to_contain_text("2 to 6 March")
    press(page, "Day")
    expect(page).to_have_url(re.compile("view=day"))
    expect(heading).to_contain_text("Wednesday 4 March")
    expect(page.locator(".day-column")).to_have_count(4)
    press(page, "Today")
    expect(heading).to_contain_text("Today")
    page.get_by_label("Go to a day").fill("2026-03-05")
    expect(heading).to_contain_text("Thursday 5 March")


def test_a_viewer_looks_and_can_do_nothing(signed_in: Callable[..., Page]) -> None:
    page = signed_in("viewer")
    page.goto("/bookings?view=list&q=a")
    page.locator("tbody button").first.click()
    expect(beside(page)).to_contain_text("Booked by")
    for act in ("New booking", "Move", "Cancel it", "Approve", "Seen"):
        expect(page.get_by_role("button", name=act, exact=True)).to_have_count(0)


def test_an_approval_leaves_the_list_of_what_waits_and_today_is_told(page: Page) -> None:
    page.goto("/bookings")
    waiting = page.get_by_role("region", name=re.compile("To approve")).or_(
        page.locator(".detail section").filter(has_text="To approve")
    )
    row = waiting.get_by_role("button").first
    patient = row.locator(".medium").inner_text()
    title = re.compile(f"Approve .* for {patient}")
    page.goto("/")
    cases = page.locator(".cases").get_by_text(title)
    expect(cases.first).to_be_visible()
    before = cases.count()
    page.goto("/bookings")
    row.click()
    expect(beside(page).get_by_role("heading", name=patient)).to_be_visible()
    press(beside(page), "Approve")
    expect(beside(page)).to_contain_text("Confirmed")
    page.goto("/")
    expect(page.locator(".cases")).to_be_visible()
    expect(cases).to_have_count(before - 1)


def test_a_phone_shows_one_day_and_the_booking_over_it(
    signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in("staff", viewport=PHONE)
    page.goto("/bookings")
    expect(page.locator(".day-column:visible")).to_have_count(1)
    wednesday = page.get_by_role("group", name="What is shown").get_by_role("button").nth(2)
    wednesday.click()
    expect(wednesday).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile("on="))
    page.locator(".day-column:visible .booking").first.click()
    selected = page.locator(".detail .selected")
    expect(selected).to_be_in_viewport()
    assert_accessible(page)
    press(selected, "Close")
    expect(selected).to_have_count(0)
    expect(page.locator(".day-column:visible")).to_have_count(1)
    open_form(page)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_booking_is_reached_and_moved_by_keyboard_alone(page: Page) -> None:
    patient = somebody()
    page.goto("/bookings")
    page.get_by_role("button", name="New booking").focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="New booking")
    expect(form.get_by_role("radio").first).to_be_attached()
    form.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    form.get_by_label("Patient’s name").focus()
    page.keyboard.type(patient)
    page.keyboard.press("Enter")
    expect(beside(page).get_by_role("heading", name=patient)).to_be_visible()
    page.locator(".booking").filter(has_text=patient).focus()
    page.keyboard.press("Enter")
    beside(page).get_by_role("button", name="Move", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=f"Move {patient}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name=f"Move {patient}")).to_have_count(0)


def test_the_form_and_the_question_are_for_everybody(
    signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    for scheme in ("light", "dark"):
        page = signed_in("staff", color_scheme=scheme)
        page.goto("/bookings")
        form = open_form(page)
        press(form, "Book")
        expect(form).to_contain_text("Choose a time.")
        assert_accessible(page)
        press(form, "Close")
        book(page, somebody())
        assert_accessible(page)
        press(beside(page), "Cancel it")
        assert_accessible(page)
        page.goto("/bookings?view=list")
        expect(page.locator("tbody tr").first).to_be_visible()
        assert_accessible(page)


def test_an_unknown_booking_is_said_to_be_gone(page: Page) -> None:
    page.goto(f"/bookings?booking={uuid4()}")
    expect(beside(page)).to_contain_text("This booking does not exist any more")
