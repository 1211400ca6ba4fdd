"""`/_sandbox/calls`: a simulated phone call on demand."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from voxanne_app.sandbox.fields import BadField, Fields, read_fields
from voxanne_app.sandbox.store import JsonObject
from voxanne_app.sandbox.vapi import callers
from voxanne_app.sandbox.vapi.eras import DEFAULT_ERA, ERAS
from voxanne_app.sandbox.vapi.organization import Organization
from voxanne_app.sandbox.vapi.receptionist import Wish
from voxanne_app.sandbox.vapi.scripts import SCRIPTS
from voxanne_app.sandbox.vapi.simulated_call import Line
from voxanne_app.sandbox.vapi.switchboard import Conversation, Manner, Switchboard
from voxanne_app.sandbox.world import Json

WISHES = (
    "service",
    "starts_at",
    "new_starts_at",
    "on_date",
    "part_of_day",
    "practitioner",
    "message",
    "question",
)


class CallControl:
    def __init__(self, organization: Organization, switchboard: Switchboard) -> None:
        self._organization, self._switchboard = organization, switchboard

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/calls", self.place, methods=["POST"]),
            Route("/calls/scripts", self.scripts),
            Route("/calls/{id}", self.progress),
            Route("/calls/{id}/turns", self.say, methods=["POST"]),
        ]

    async def place(self, request: Request) -> Response:
        body = await read_fields(request)
        phone_number, assistant = self._called(body)
        customer = _customer(Fields(body.mapping("caller"), "'caller'"))
        wish = _wish(body, customer)
        talk = _talk(body.anything("script"), wish)
        manner = Manner(
            speed=float(body.number("speed", low=0.1, high=1_000, default=1.0) or 1.0),
            era=body.choice("era", ERAS, DEFAULT_ERA),
            repeat_tool_calls=int(body.number("repeat_tool_calls", low=0, high=10, default=0) or 0),
            late_cost=float(body.number("late_cost", low=0, high=10, default=0) or 0),
        )
        waits = body.flag("wait", False)
        body.finish()
        line = self._switchboard.inbound(phone_number, assistant, customer, talk, manner)
        if waits:
            await self._switchboard.finished(line.call["id"])
        return Json(self._switchboard.progress(line), status_code=201)

    async def progress(self, request: Request) -> Response:
        line = self._switchboard.line(str(request.path_params["id"]))
        if line is None:
            return Json({"error": "the sandbox knows no such call"}, status_code=404)
        return Json(self._switchboard.progress(line))

    async def say(self, request: Request) -> Response:
        """A turn of a steered call: `{"caller": "a text"}` or `{"hang_up": true}`."""
        line = self._switchboard.line(str(request.path_params["id"]))
        if line is None or line.status == "ended":
            return Json({"error": "this call is over, or never was"}, status_code=404)
        body = await read_fields(request)
        hangs_up = body.flag("hang_up", False)
        text = "" if hangs_up else body.needed_text("caller")
        body.finish()
        line.say_as_caller(text)
        return Json(self._switchboard.progress(line))

    async def scripts(self, _: Request) -> Response:
        """What the page offers: scripts with a sentence each, and the numbers one can call."""
        numbers = [
            {key: number.get(key) for key in ("id", "number", "name", "assistantId")}
            for number in self._organization.phone_numbers.values()
        ]
        scripts = [
            {"name": name, "about": (script.__doc__ or "").strip()} for name, script in SCRIPTS.items()
        ]
        return Json({"scripts": scripts, "phone_numbers": numbers})

    def _called(self, body: Fields) -> tuple[JsonObject | None, JsonObject | None]:
        """The number that was dialled and its assistant; without any, the first number there is."""
        phone_number_id, number = body.text("phone_number_id"), body.text("number")
        assistant_id = body.text("assistant_id")
        numbers = self._organization.phone_numbers
        phone_number: JsonObject | None = None
        if phone_number_id:
            phone_number = numbers.get(phone_number_id)
        elif number or not assistant_id:
            phone_number = next((n for n in numbers.values() if number in (None, n.get("number"))), None)
        if phone_number is None and not assistant_id:
            raise BadField("no such phone number here; name a 'phone_number_id', 'number' or 'assistant_id'")
        assistant_id = assistant_id or (phone_number or {}).get("assistantId")
        assistant = self._organization.assistants.get(assistant_id) if assistant_id else None
        if assistant_id and assistant is None:
            raise BadField(f"the assistant {assistant_id} does not exist here")
        if assistant and phone_number is None:
            phone_number = next((n for n in numbers.values() if n.get("assistantId") == assistant_id), None)
        return phone_number, assistant


def _customer(given: Fields) -> JsonObject:
    number, name = given.text("number"), given.text("name")
    given.finish()
    if number is None:
        some_name, number = callers.somebody()
        name = name or some_name
    return {"number": number, "name": name or callers.name_of(number)}


def _wish(body: Fields, customer: JsonObject) -> Wish:
    given = {name: value for name in WISHES if (value := body.text(name)) is not None}
    return Wish(patient_name=body.text("patient_name") or customer["name"], **given)


def _talk(script: Any, wish: Wish) -> Conversation:
    if isinstance(script, list):
        return _from_turns([_turn(turn, number) for number, turn in enumerate(script, 1)])
    name = script or "books"
    if name not in SCRIPTS:
        raise BadField(f"'script' must be a list of turns or one of: {', '.join(SCRIPTS)}")

    async def talk(line: Line) -> None:
        await SCRIPTS[name](line, wish)

    return talk


def _turn(turn: Any, number: int) -> dict[str, Any]:
    """One of `caller`, `assistant` (a text each), `tool` with `arguments`, `silence` (seconds), `hang_up`."""
    fields = Fields(turn, f"turn {number} of 'script'")
    read = {
        "caller": fields.text("caller"), "assistant": fields.text("assistant"), "tool": fields.text("tool"),
        "arguments": fields.mapping("arguments"), "silence": fields.number("silence", low=0, high=600),
        "hang_up": fields.text("hang_up"),
    }  # fmt: skip
    fields.finish()
    if sum(read[kind] is not None for kind in ("caller", "assistant", "tool", "silence", "hang_up")) != 1:
        raise BadField(f"turn {number} of 'script' must be one of caller, assistant, tool, silence, hang_up")
    return read


def _from_turns(turns: list[dict[str, Any]]) -> Conversation:
    async def talk(line: Line) -> None:
        for turn in turns:
            if turn["caller"] is not None:
                await line.caller(turn["caller"])
            elif turn["assistant"] is not None:
                await line.assistant(turn["assistant"])
            elif turn["tool"] is not None:
                await line.use(turn["tool"], **turn["arguments"])
            elif turn["silence"] is not None:
                await line.silence(turn["silence"])
            else:
                line.hang_up(turn["hang_up"])

    return talk
