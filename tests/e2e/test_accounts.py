"""From a stranger to somebody with a second factor and a new password, by keyboard, as on a phone."""

from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.mailbox import code_of, newest_mail
from tests.running_app import RunningApp

FIRST, SECOND = "seven purple otters juggling", "a quiet lantern under the quince"


def typed(page: Page, **fields: str) -> None:
    """Fill in a form and send it with Enter."""
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.keyboard.press("Enter")


def test_somebody_new_comes_in_and_keeps_their_account_safe(
    app: RunningApp, open_browser: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_browser(viewport={"width": 390, "height": 844}, color_scheme="dark")
    email, box = f"nora-{uuid4().hex[:8]}@example.test", str(app.run["sandbox_url"])

    def heading(words: str) -> None:
        expect(page.get_by_role("heading", name=words, exact=True, level=1)).to_be_visible()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the phone"

    page.goto("/sign-in")
    page.get_by_role("link", name="Create an account").click()
    heading("Create an account")
    typed(page, Your_name="Nora New", **{"E-mail_address": email}, Password=FIRST)
    heading("Look into your mail")
    page.goto(newest_mail(box, email, "signup").link)
    heading("Confirm your address")
    page.get_by_role("button", name="Confirm my address").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your address is confirmed")
    typed(page, **{"E-mail_address": email}, Password=FIRST)
    page.wait_for_url("**/welcome")

    page.goto("/account")
    heading("Your account")
    page.get_by_role("button", name="Set up an app").press("Enter")
    heading("Set up your app")
    secret = page.locator("code").inner_text()
    typed(page, Six_digits=code_of(secret, steps_on=-1))
    heading("Your recovery codes")
    page.get_by_role("link", name="I have kept them safe").press("Enter")
    heading("Your account")
    page.get_by_role("button", name="Sign out everywhere").press("Enter")
    page.wait_for_url("**/sign-in?signed_out")

    typed(page, **{"E-mail_address": email}, Password=FIRST)
    heading("Your code")
    page.goto("/account")
    page.wait_for_url("**/mfa")  # until then, nothing else is theirs
    typed(page, Six_digits=code_of(secret))
    page.wait_for_url("**/welcome")

    page.goto("/account")
    page.get_by_role("button", name="Sign out everywhere").press("Enter")
    page.get_by_role("link", name="Forgot your password?").click()
    heading("Forgot your password?")
    typed(page, **{"E-mail_address": email})
    heading("Look into your mail")
    page.goto(newest_mail(box, email, "recovery").link)
    page.get_by_role("button", name="Go on").press("Enter")
    heading("Your code")
    typed(page, Six_digits=code_of(secret, steps_on=1))
    heading("Choose a new password")
    typed(page, New_password=SECOND, Once_more=SECOND)
    page.wait_for_url("**/welcome")
