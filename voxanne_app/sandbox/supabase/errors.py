"""Errors as GoTrue and the gateway before it write them."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from voxanne_app.sandbox.world import Json

API_VERSION_HEADER, API_VERSION = "x-supabase-api-version", "2024-01-01"


class AuthError(Exception):
    """An error of GoTrue: HTTP status, error code, sentence, and what some errors carry beside."""

    def __init__(self, status: int, code: str, message: str, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.extra = status, code, message, dict(extra or {})


class GatewayError(Exception):
    """The gateway refuses a request before GoTrue sees it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def auth_error_answer(request: Request, error: Exception) -> Json:
    """Two forms: clients that name an API version get `code` as text, older ones as the HTTP status."""
    assert isinstance(error, AuthError)
    headers = {"x-sb-error-code": error.code}
    if request.headers.get(API_VERSION_HEADER, "") >= API_VERSION:
        headers[API_VERSION_HEADER] = API_VERSION  # by which the SDKs know the form
        body: dict[str, Any] = {"code": error.code, "message": error.message}
    else:
        body = {"code": error.status, "error_code": error.code, "msg": error.message}
    return Json(body | error.extra, status_code=error.status, headers=headers)


def gateway_error_answer(_: Request, error: Exception) -> Json:
    assert isinstance(error, GatewayError)
    return Json({"message": error.message, "hint": error.hint}, status_code=401)


def bad_json() -> AuthError:
    return AuthError(400, "bad_json", "Could not parse request body as JSON")


def validation_failed(message: str) -> AuthError:
    return AuthError(400, "validation_failed", message)
