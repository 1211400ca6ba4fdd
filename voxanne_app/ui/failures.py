"""What a person sees when a handler raises: what happened, and what to do. Never a trace, never a patient's
name.
"""

import logging
import secrets

from reflex_base.event import EventSpec

from voxanne_app.ui.arguments import BadArgument
from voxanne_app.ui.session import NotAllowed, Screen, SignedOut

logger = logging.getLogger(__name__)


def tell(exception: Exception) -> EventSpec | None:
    """Reflex's backend exception handler."""
    if isinstance(exception, SignedOut):
        return None  # the connection is ending, and the browser shows the way to sign in
    if isinstance(exception, BadArgument | NotAllowed):
        return Screen.show_problem(str(exception))
    code = secrets.token_hex(3)
    logger.error("A handler failed [%s]", code, exc_info=exception)
    sentence = "That did not work, and nothing was changed. Try again; if it stays so, tell support the code"
    return Screen.show_problem(f"{sentence} {code}.")


def note_browser_error(exception: Exception) -> None:
    """Reflex's frontend exception handler. The first line says what broke; more may quote the page."""
    logger.error("A page failed in the browser: %s", (str(exception).splitlines() or [""])[0][:300])
