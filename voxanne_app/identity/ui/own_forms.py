"""Forms of plain pages: what was typed, when it came from a page of ours."""

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus

from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from voxanne_app.foundation.browser_requests import FormTooLarge, is_from_own_page, read_form
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity.refusals import ClinicRefusal
from voxanne_app.identity.ui import sign_in_page

_FOREIGN = "This did not come from a page of ours, so nothing was done. Open the page and try there."
_TOO_LARGE = "That was far too long, so nothing was done."
_AWAY = "Our database does not answer. Nothing was done: try again in a minute."

Endpoint = Callable[[Request], Awaitable[Response]]


def takes_form(answer: Callable[[Request, dict[str, str]], Awaitable[Response]]) -> Endpoint:
    """An endpoint for a form: refuses what no page of ours has sent, and says what was refused."""

    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        if not is_from_own_page(request, public_url=get_settings().public_url):
            return said("That did not come from here", _FOREIGN, HTTPStatus.FORBIDDEN)
        try:
            return await answer(request, await read_form(request))
        except FormTooLarge:
            return said("That was too much", _TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except ClinicRefusal as refusal:
            return said("That is not possible", str(refusal), HTTPStatus.CONFLICT)
        except OperationalError:
            return said("Try again in a minute", _AWAY, HTTPStatus.SERVICE_UNAVAILABLE)

    return endpoint


def said(title: str, sentence: str, status: HTTPStatus, *, may_sign_out: bool = False) -> Response:
    """One sentence on a page of its own."""
    return HTMLResponse(sign_in_page.message(title, sentence, may_sign_out=may_sign_out), status)
