"""`/call`: calls as the API shows them, outbound calls, and the live control of a running one."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import validation
from voxanne_app.sandbox.vapi.errors import VapiError, not_found
from voxanne_app.sandbox.vapi.identifiers import new_call_sid
from voxanne_app.sandbox.vapi.listing import listed
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.outbound import how_they_answer
from voxanne_app.sandbox.vapi.resources import read
from voxanne_app.sandbox.vapi.switchboard import Manner, Switchboard
from voxanne_app.sandbox.world import Json

E164 = re.compile(r"\+[1-9]\d{6,14}")
KEPT_FIELDS = ("assistantId", "assistantOverrides", "name", "schedulePlan")
CONTROLS = ("say", "end-call", "transfer", "control", "add-message")


class Calls:
    def __init__(self, organization: Organization, switchboard: Switchboard) -> None:
        self._organization, self._switchboard = organization, switchboard

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
        phone_number, assistant = self._parties(body)
        if "customers" not in body:
            call = self._dial(body, body.get("customer"), phone_number, assistant)
            return Json({"subscriptionLimits": self._organization.limits(), **call}, status_code=201)
        results, errors = [], []
        for customer in body["customers"]:
            try:
                results.append(self._dial(body, customer, phone_number, assistant))
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

    def _parties(self, body: JsonObject) -> tuple[JsonObject, JsonObject]:
        phone_number_id, assistant_id = body.get("phoneNumberId"), body.get("assistantId")
        if not assistant_id and not body.get("assistant"):
            raise VapiError(400, ["Need either `assistant` or `assistantId`."])
        if not phone_number_id:
            raise VapiError(400, ["Need either `phoneNumber` or `phoneNumberId`."])
        phone_number = self._organization.phone_numbers.get(phone_number_id)
        if phone_number is None:
            raise VapiError(400, f"Phone number with id '{phone_number_id}' does not exist.")
        assistant = self._organization.assistants.get(assistant_id) if assistant_id else body["assistant"]
        if assistant is None:
            raise VapiError(400, f"Assistant with id '{assistant_id}' does not exist.")
        return phone_number, assistant | _overrides(body)

    def _dial(
        self, body: JsonObject, customer: JsonObject | None, phone_number: JsonObject, assistant: JsonObject
    ) -> JsonObject:
        number = str((customer or {}).get("number", ""))
        if not number:
            raise VapiError(400, ["customer.number should not be empty"])
        if (customer or {}).get("numberE164CheckEnabled", True) and not E164.fullmatch(number):
            raise VapiError(400, ["customer.number must be a valid phone number in the E.164 format."])
        if self._organization.limits()["concurrencyBlocked"]:
            raise VapiError(400, "Over Concurrency Limit", "Over Concurrency Limit")
        call = self._organization.new({
            **{name: body[name] for name in KEPT_FIELDS if name in body},
            "type": "outboundPhoneCall", "status": "scheduled" if "schedulePlan" in body else "queued",
            "phoneCallProvider": "twilio", "phoneCallProviderId": new_call_sid(),
            "phoneCallTransport": "pstn",
            "phoneNumberId": phone_number["id"], "customer": customer, "cost": 0,
            "transport": {"provider": "twilio", "accountSid": phone_number.get("twilioAccountSid", "")},
        })  # fmt: skip
        if "schedulePlan" in body:
            self._organization.calls.put(call["id"], call)
            return call
        return self._switchboard.outbound(
            call, phone_number, assistant, how_they_answer(number), Manner()
        ).call

    def _wanted(self, request: Request) -> JsonObject:
        call_id = str(request.path_params["id"])
        call = self._organization.calls.get(call_id)
        if call is None:
            raise not_found("call", call_id)
        return call


def _overrides(body: JsonObject) -> dict[str, Any]:
    given = body.get("assistantOverrides") or {}
    return {name: value for name, value in given.items() if name != "variableValues"}
