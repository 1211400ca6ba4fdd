"""Operators see whether tenancy holds, have it probed, and look after alerts; nobody else gets there."""

from collections.abc import Callable

import psycopg
from playwright.sync_api import Page, expect

from tests.running_app import RunningApp
from voxanne_app.foundation.database import Claims

ALERT = (
    "insert into alerts (key, severity, title, body, told_at) "
    "values ('tests.page', 'warning', 'Something to look after', 'It waits.', now()) on conflict do nothing"
)


def raise_alert(app: RunningApp) -> None:
    with psycopg.connect(app.run["database_url"]) as connection:
        connection.execute("select set_config('request.jwt.claims', %s, true)", [Claims.system().as_json()])
        connection.execute(ALERT)


def test_an_operator_probes_and_looks_after_an_alert(
    app: RunningApp, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    raise_alert(app)
    page = signed_in("platform")
    page.goto("/platform/isolation")
    probe = page.get_by_role("button", name="Probe now")
    expect(probe).to_be_enabled(timeout=30_000)  # the clock's own first probe may run
    probe.press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(probe).to_be_enabled(timeout=30_000)
    expect(page.get_by_role("heading", name="The walls hold", exact=True)).to_be_visible()
    expect(
        page.get_by_role("row", name="call_logs").get_by_title("read a row: refused 10 times")
    ).to_be_visible()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("looks after it")).to_be_visible()
    assert_accessible(page)
    phone = signed_in("platform", viewport={"width": 390, "height": 844}, color_scheme="dark")
    phone.goto("/platform/isolation")
    expect(phone.get_by_role("heading", name="The walls hold", exact=True)).to_be_visible()
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_owner_of_a_clinic_is_led_elsewhere(signed_in: Callable[..., Page]) -> None:
    page = signed_in("owner")
    page.goto("/platform/isolation")
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
