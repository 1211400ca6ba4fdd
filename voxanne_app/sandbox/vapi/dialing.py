"""Outbound calls: who is called by whom, now or when the time has come."""

import re
from typing import Any

from voxanne_app.sandbox.clock import read_iso
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi.errors import VapiError
from voxanne_app.sandbox.vapi.identifiers import new_call_sid
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.outbound import how_they_answer
from voxanne_app.sandbox.vapi.switchboard import Manner, Switchboard

E164 = re.compile(r"\+[1-9]\d{6,14}")
KEPT_FIELDS = ("assistantId", "assistantVersion", "assistantOverrides", "name", "schedulePlan")


class Dialing:
    def __init__(self, organization: Organization, switchboard: Switchboard) -> None:
        self._organization, self._switchboard = organization, switchboard

    def parties(self, body: JsonObject) -> tuple[JsonObject, JsonObject]:
        """The number to call from and the assistant who speaks."""
        phone_number_id = body.get("phoneNumberId")
        if not body.get("assistantId") and not body.get("assistant"):
            raise VapiError(400, ["Need either `assistant` or `assistantId`."])
        if not phone_number_id:
            raise VapiError(400, ["Need either `phoneNumber` or `phoneNumberId`."])
        phone_number = self._organization.phone_numbers.get(phone_number_id)
        if phone_number is None:
            raise VapiError(400, f"Phone number with id '{phone_number_id}' does not exist.")
        return phone_number, self._assistant(body) | _overrides(body)

    def dial(
        self, body: JsonObject, customer: JsonObject | None, phone_number: JsonObject, assistant: JsonObject
    ) -> JsonObject:
        """The new call. With a `schedulePlan` it rings at `earliestAt`, unless it was deleted before."""
        number = str((customer or {}).get("number", ""))
        if not number:
            raise VapiError(400, ["customer.number should not be empty"])
        if (customer or {}).get("numberE164CheckEnabled", True) and not E164.fullmatch(number):
            raise VapiError(400, ["customer.number must be a valid phone number in the E.164 format."])
        plan = body.get("schedulePlan")
        starts_at = _moment(plan["earliestAt"]) if plan else 0.0
        if not plan and self._organization.limits()["concurrencyBlocked"]:
            raise VapiError(400, "Over Concurrency Limit", "Over Concurrency Limit")
        call = self._organization.new({
            **{name: body[name] for name in KEPT_FIELDS if name in body},
            "type": "outboundPhoneCall", "status": "scheduled" if plan else "queued",
            "phoneCallProvider": "twilio", "phoneCallProviderId": new_call_sid(),
            "phoneCallTransport": "pstn",
            "phoneNumberId": phone_number["id"], "customer": customer, "cost": 0,
            "transport": {"provider": "twilio", "accountSid": phone_number.get("twilioAccountSid", "")},
        })  # fmt: skip
        if not plan:
            return self._place(call, phone_number, assistant)
        self._organization.calls.put(call["id"], call)
        self._switchboard.in_background(self._place_when_due(starts_at, call, phone_number, assistant))
        return call

    async def _place_when_due(
        self, starts_at: float, call: JsonObject, phone_number: JsonObject, assistant: JsonObject
    ) -> None:
        clock = self._organization.world.clock
        await clock.sleep(starts_at - clock.now())
        if call["id"] in self._organization.calls:
            self._place(call, phone_number, assistant)

    def _place(self, call: JsonObject, phone_number: JsonObject, assistant: JsonObject) -> JsonObject:
        talk = how_they_answer(str(call["customer"]["number"]))
        return self._switchboard.outbound(call, phone_number, assistant, talk, Manner()).call

    def _assistant(self, body: JsonObject) -> JsonObject:
        assistant_id, version = body.get("assistantId"), body.get("assistantVersion")
        if not assistant_id:
            return dict(body["assistant"])
        assistant = self._organization.assistants.get(assistant_id)
        if assistant is None:
            raise VapiError(400, f"Assistant with id '{assistant_id}' does not exist.")
        if version is None:
            return assistant
        pinned = self._organization.versions.get(assistant_id, version)
        if pinned is None:
            raise VapiError(400, f"Assistant version '{version}' does not exist.")
        return pinned


def _moment(earliest_at: str) -> float:
    try:
        return read_iso(earliest_at)
    except ValueError:
        raise VapiError(400, ["schedulePlan.earliestAt must be a valid ISO 8601 date string"]) from None


def _overrides(body: JsonObject) -> dict[str, Any]:
    given = body.get("assistantOverrides") or {}
    return {name: value for name, value in given.items() if name != "variableValues"}
