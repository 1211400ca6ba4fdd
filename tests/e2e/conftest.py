"""A real browser on the running app. What goes wrong in the browser fails the test, asserted or not."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from tests.running_app import RunningApp, running_app

_HERE = Path(__file__).parent
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_SERIOUS = ("serious", "critical")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(600))  # the first one waits for the front end's build


@dataclass
class Trouble:
    """What the browser complained of; a test that provokes something says so with `expect`."""

    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        self.expected.append(part)

    def unexpected(self) -> list[str]:
        return [line for line in self.seen if not any(part in line for part in self.expected)]

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.seen.append(f"console {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        # What a page no longer waits for when it is left has not failed.
        if request.failure != "net::ERR_ABORTED":
            self.seen.append(f"request failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.seen.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running_app(tmp_path_factory.mktemp("e2e")) as app:
        yield app


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def trouble() -> Iterator[Trouble]:
    trouble = Trouble()
    yield trouble
    assert not trouble.unexpected(), "The browser complained:\n" + "\n".join(trouble.unexpected())


@pytest.fixture
def open_browser(app: RunningApp, browser: Browser, trouble: Trouble) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own for somebody who is not signed in: `open_browser(color_scheme="dark")`."""
    contexts: list[BrowserContext] = []

    def open_browser(**options: object) -> Page:
        defaults = {
            "viewport": {"width": 1440, "height": 900},
            "base_url": app.url,
            "reduced_motion": "reduce",
        }
        context = browser.new_context(**defaults | options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        trouble.watch(page)
        return page

    yield open_browser
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(app: RunningApp, open_browser: Callable[..., Page]) -> Callable[..., Page]:
    """`signed_in("owner", clinic=1)`: a browser in which that person of the demo has just signed in."""

    def signed_in(role: str, *, clinic: int = 0, **options: object) -> Page:
        person = app.sign_in(role, clinic=clinic)
        page = open_browser(**options)
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(person["email"])
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    return signed_in


@pytest.fixture
def page(signed_in: Callable[..., Page]) -> Page:
    """The front desk of the first demo clinic."""
    return signed_in("staff")


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """No rule of axe is broken in a serious way on the page as it stands."""

    def assert_accessible(page: Page) -> None:
        violations = Axe().run(page).response["violations"]
        serious = [
            f"{found['id']}: {found['help']} {[node['target'] for node in found['nodes']][:3]}"
            for found in violations
            if found["impact"] in _SERIOUS
        ]
        assert not serious, "\n".join(serious)

    return assert_accessible
