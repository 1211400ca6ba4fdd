"""People come, change and go; an operator looks in for a reason, and the clinic sees it: in real browsers."""

import re
import time
from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Trouble
from tests.running_app import RunningApp

NEW = "nora.new@cedarlane.example"
PASSWORD = "four calm words here"
REASON = "A caller was not understood, ticket 4711."


def mailed_link(app: RunningApp, email: str) -> str:
    """The newest mail's link, once it is there: ours, as the demo's mail templates have it."""
    for _ in range(60):
        mails = httpx.get(f"{app.run['sandbox_url']}/_sandbox/outbox", params={"to": email}).json()["mails"]
        if mails:
            return str(mails[0]["link"])
        time.sleep(0.25)
    raise AssertionError("No mail came.")


def test_an_invited_person_joins_is_cut_and_is_out(
    app: RunningApp,
    open_browser: Callable[..., Page],
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    trouble: Trouble,
) -> None:
    trouble.expect("WebSocket")  # of whoever is cut off
    owner = signed_in("owner")
    owner.goto("/team")
    owner.get_by_role("button", name="Invite somebody").click()
    owner.get_by_label("E-mail address").fill(NEW)
    owner.get_by_role("radio", name=re.compile("^Front desk")).check()
    owner.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_role("row", name=re.compile(f"{NEW}.*Sent"))).to_be_visible()
    assert_accessible(owner)

    nora = open_browser()
    nora.goto(mailed_link(app, NEW))
    expect(nora.get_by_role("heading", name=re.compile("^Join "))).to_be_visible()
    assert_accessible(nora)
    nora.get_by_label("Your name").fill("Nora New")
    nora.get_by_label("Choose a password").fill(PASSWORD)
    nora.get_by_role("button", name=re.compile("^Join ")).click()
    nora.wait_for_url("/")
    nora.goto("/team")
    expect(nora.get_by_role("row", name=re.compile("Nora New.*Front desk"))).to_be_visible()

    # A role that is cut is cut on her open page; what it no longer allows is not there.
    owner.get_by_role("combobox", name=re.compile("Role of Nora New")).select_option(label="Read only")
    expect(owner.get_by_text("The role is Read only from now on.")).to_be_visible()
    expect(nora.get_by_role("link", name="Team")).to_have_count(0, timeout=10_000)

    owner.get_by_role("row", name=re.compile("Nora New")).get_by_role("button", name="Remove").click()
    owner.get_by_role("button", name="Remove from the team").click()
    expect(owner.get_by_text("Nora New is out of the team.")).to_be_visible()
    nora.wait_for_url(re.compile("/sign-in|/welcome"), timeout=10_000)


def test_an_operator_visits_for_a_reason_and_the_clinic_sees_it(
    signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None], trouble: Trouble
) -> None:
    trouble.expect("WebSocket")  # at the end of the visit
    operator = signed_in("platform")
    expect(operator).to_have_url(re.compile("/platform/organizations"))
    assert_accessible(operator)
    operator.goto("/calls")
    expect(operator).to_have_url(re.compile("/platform/organizations"))
    operator.get_by_role("link", name="Harbor Skin Clinic").click()
    operator.get_by_label("Reason, for the clinic").fill(REASON)
    operator.get_by_role("button", name="Begin the visit").click()
    operator.wait_for_url("/")
    banner = operator.get_by_role("complementary", name="Visit")
    expect(banner).to_contain_text(re.compile("You visit Harbor Skin Clinic.*15 min left"))
    operator.goto("/settings")
    expect(operator.get_by_label("Name", exact=True)).to_be_disabled()
    assert_accessible(operator)

    owner = signed_in("owner", clinic=1)
    owner.goto("/settings")
    expect(owner.get_by_role("row", name=re.compile(REASON))).to_contain_text("Now")
    operator.get_by_role("button", name="End the visit").click()
    operator.wait_for_url("/platform/organizations/*")
    expect(owner.get_by_role("row", name=re.compile(REASON))).not_to_contain_text("Now")
    owner.goto("/audit")
    expect(owner.get_by_text("Ended a visit").locator("visible=true").first).to_be_visible()
    operator.goto("/settings")
    expect(operator).to_have_url(re.compile("/platform/organizations"))
