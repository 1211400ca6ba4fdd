"""Errors as Vapi's API writes them: `message` is a text, or a list of texts when a body was checked."""

from starlette.requests import Request

from voxanne_app.sandbox.world import Json

REASONS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
    429: "Too Many Requests", 500: "Internal Server Error",
}  # fmt: skip


class VapiError(Exception):
    """`reason` is the `error` field where it is not the name of the status."""

    def __init__(self, status: int, message: str | list[str], reason: str | None = None) -> None:
        super().__init__(str(message))
        self.status, self.message, self.reason = status, message, reason or REASONS[status]


def error_answer(_: Request, error: Exception) -> Json:
    assert isinstance(error, VapiError)
    body = {"message": error.message, "error": error.reason, "statusCode": error.status}
    return Json(body, status_code=error.status)


def not_found(kind: str, object_id: str) -> VapiError:
    return VapiError(404, f"Couldn't find {kind} with id '{object_id}'")
