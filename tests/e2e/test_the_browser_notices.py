"""Whether these tests would notice: a page with trouble fails them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Trouble


@pytest.mark.parametrize(
    "harm",
    [
        "document.querySelectorAll('label').forEach(label => label.remove())",
        "document.querySelector('h1').style.color = '#eee'",
        "document.documentElement.removeAttribute('lang')",
    ],
)
def test_what_some_people_could_not_use_is_noticed(
    harm: str, open_browser: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_browser(color_scheme="light")
    page.goto("/sign-in")
    assert_accessible(page)
    page.evaluate(harm)
    with pytest.raises(AssertionError):
        assert_accessible(page)


def test_what_the_browser_complains_of_is_noticed(
    open_browser: Callable[..., Page], trouble: Trouble
) -> None:
    page = open_browser()
    page.goto("/sign-in")
    page.evaluate("console.error('one')")
    page.evaluate("setTimeout(() => { throw new Error('two') })")
    page.evaluate("fetch('/nothing', {method: 'POST'}).catch(() => {})")
    page.wait_for_timeout(500)
    complaints, trouble.expected = trouble.unexpected(), [""]
    for part in ("one", "two", "Content Security Policy"):
        assert any(part in line for line in complaints), part
