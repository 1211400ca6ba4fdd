"""The one cookie: what a browser holds of a session."""

from starlette.responses import Response

from voxanne_app.identity import sessions
from voxanne_app.identity.stored_sessions import ABSOLUTE_LIMIT


def with_cookie(response: Response, value: str | None) -> Response:
    """`Lax`: whoever follows a link in a mail arrives signed in. Forms are checked by origin besides."""
    response.set_cookie(
        sessions.cookie_name(),
        value or "",
        max_age=int(ABSOLUTE_LIMIT.total_seconds()) if value else 0,
        path="/",
        secure=sessions.cookie_name().startswith("__Host-"),
        httponly=True,
        samesite="lax",
    )
    return response
