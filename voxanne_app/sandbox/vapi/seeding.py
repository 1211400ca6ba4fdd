"""Vapi's part of a seed."""

from typing import Any

from voxanne_app.sandbox.fields import BadField, Fields
from voxanne_app.sandbox.store import JsonObject, Shelf
from voxanne_app.sandbox.vapi.organization import Organization

CREDENTIAL_TYPES = ("hmac", "bearer")


class Seeding:
    """An object that was seeded before and is described alike is left as the product has changed it since."""

    def __init__(self, organization: Organization) -> None:
        self._organization = organization
        self._seeded = organization.world.store.shelf("vapi.seeded")

    def apply(self, given: dict[str, Any]) -> None:
        fields = Fields(given, "'vapi'")
        organization = self._organization
        organization.private_key = fields.text("private_key") or organization.private_key
        organization.server = fields.mapping("server") or organization.server
        if limit := fields.number("concurrency_limit", low=1, high=10_000):
            organization.concurrency_limit, organization.inbound_is_limited = int(limit), True
        for credential in fields.objects("credentials"):
            if credential.get("type") not in CREDENTIAL_TYPES or not credential.get("secret"):
                raise BadField("a credential needs a 'secret' and the 'type' hmac or bearer")
            self._put(organization.credentials, credential, {})
        for assistant in fields.objects("assistants"):
            if seeded := self._put(organization.assistants, assistant, {}):
                organization.versions.keep(seeded)
        for tool in fields.objects("tools"):
            self._put(organization.tools, tool, {"type": "function"})
        for number in fields.objects("phone_numbers"):
            if not number.get("number"):
                raise BadField("'number' is missing in a phone number of 'vapi'")
            self._put(organization.phone_numbers, number, {"provider": "twilio", "status": "active"})
        fields.finish()

    def forget(self) -> None:
        self._seeded.clear()

    def _put(self, shelf: Shelf, given: JsonObject, defaults: JsonObject) -> JsonObject | None:
        """The new object; None when it is known as it was given."""
        object_id = given.get("id")
        if not isinstance(object_id, str) or not object_id:
            raise BadField("'id' is missing in an object of 'vapi'")
        if self._seeded.get(object_id) == given and object_id in shelf:
            return None
        new = self._organization.new({**defaults, **given}, object_id)
        shelf.put(object_id, new)
        self._seeded.put(object_id, given)
        return new
