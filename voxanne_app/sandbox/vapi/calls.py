"""`/call`: calls as the API shows them, outbound calls, and the live control of a running one."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import validation
from voxanne_app.sandbox.vapi.dialing import Dialing
from voxanne_app.sandbox.vapi.errors import VapiError, not_found
from voxanne_app.sandbox.vapi.listing import listed
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.resources import read
from voxanne_app.sandbox.vapi.switchboard import Switchboard
from voxanne_app.sandbox.world import Json

CONTROLS = ("say", "end-call", "transfer", "control", "add-message")


class Calls:
    def __init__(self, organization: Organization, switchboard: Switchboard) -> None:
        self._organization, self._switchboard = organization, switchboard
        self._dialing = Dialing(organization, switchboard)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/call", self.list),
            Route("/call", self.create, methods=["POST"]),
            Route("/call/{id}", self.get),
            Route("/call/{id}", self.rename, methods=["PATCH"]),
            Route("/call/{id}", self.delete, methods=["DELETE"]),
            Route("/_live/{id}/control", self.control, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        return Json(
            listed(request, self._organization.calls.values(), ("id", "assistantId", "phoneNumberId"))
        )

    async def get(self, request: Request) -> Response:
        return Json(self._wanted(request))

    async def rename(self, request: Request) -> Response:
        """The name is all that can be changed."""
        body = await read(request)
        if unknown := [f"property {name} should not exist" for name in body if name != "name"]:
            raise VapiError(400, unknown)
        validation.check(body, "CreateCallDTO", partial=True)
        renamed = {**self._wanted(request), **body, "updatedAt": self._organization.now()}
        self._organization.calls.put(renamed["id"], renamed)
        return Json(renamed)

    async def delete(self, request: Request) -> Response:
        ids = (await read(request)).get("ids")
        call = self._wanted(request)
        for call_id in ids if isinstance(ids, list) else [call["id"]]:
            self._organization.calls.take(str(call_id))
        return Json(call)

    async def create(self, request: Request) -> Response:
        """One call, or with `customers` several, of which some may fail although the answer is 201."""
        body = validation.check(await read(request), "CreateCallDTO")
        phone_number, assistant = self._dialing.parties(body)
        if "customers" not in body:
            call = self._dialing.dial(body, body.get("customer"), phone_number, assistant)
            return Json({"subscriptionLimits": self._organization.limits(), **call}, status_code=201)
        results, errors = [], []
        for customer in body["customers"]:
            try:
                results.append(self._dialing.dial(body, customer, phone_number, assistant))
            except VapiError as error:
                errors.append({"customer": customer, "error": str(error.message)})
        limits = self._organization.limits()
        return Json({"results": results, "errors": errors, "subscriptionLimits": limits}, status_code=201)

    async def control(self, request: Request) -> Response:
        """`controlUrl`: whoever knows the address may steer the call, as the vendor has it by default."""
        line = self._switchboard.line(str(request.path_params["id"]))
        order = await read(request)
        if line is None or line.status == "ended":
            raise VapiError(404, "Call not found or already ended")
        if order.get("type") not in CONTROLS:
            raise VapiError(400, [f"type must be one of the following values: {', '.join(CONTROLS)}"])
        line.order(order)
        return Json({"success": True})

    def _wanted(self, request: Request) -> JsonObject:
        call_id = str(request.path_params["id"])
        call = self._organization.calls.get(call_id)
        if call is None:
            raise not_found("call", call_id)
        return call
