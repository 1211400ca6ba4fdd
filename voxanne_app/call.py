"""`voxanne call`: you ring at a clinic, in text. What you type is what the caller says.

The sandbox plays the phone and the assistant's voice; its webhooks and tool calls reach the running app as
Vapi's would. Lines may also come from a file or a pipe.
"""

import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from voxanne_app.embedded import announcement
from voxanne_app.foundation.settings import get_settings

# How much faster than people both sides speak: what is read takes less time than what is heard.
_SPEED = 20
_LOOK_SECONDS = 0.1
_IDLE_SECONDS = 0.5
_ANSWER_SECONDS = 30.0
_REPORT_SECONDS = 15.0
_ASSISTANT = "bot"


class CannotCall(Exception):
    """There is nobody to ring at, or the line is dead; the message says what to do."""


@dataclass(frozen=True)
class Agent:
    """Who can be rung at: one number, and the clinic it belongs to (empty when run.json names none)."""

    phone_number_id: str
    number: str
    name: str
    assistant_id: str
    clinic: str

    @property
    def title(self) -> str:
        return (
            f"{self.name} of {self.clinic}, {self.number}" if self.clinic else f"{self.name}, {self.number}"
        )

    def is_called(self, wanted: str) -> bool:
        exactly = (self.phone_number_id, self.number, self.number.removeprefix("+"), self.assistant_id)
        return wanted in exactly or wanted.casefold() in f"{self.clinic} {self.name}".casefold()


def main(wanted: str | None = None) -> int:
    """Talk until somebody hangs up; 1 when the app did not take a message of this call."""
    running = announcement.running(get_settings().voxanne_data_dir)
    if not running["sandbox_url"]:
        raise CannotCall(
            "The sandbox plays the phone, and this instance runs without it: leave out --no-sandbox."
        )
    with httpx.Client(base_url=f"{running['sandbox_url']}/_sandbox", timeout=10) as client:
        try:
            agent = choose(_agents(client, running["organizations"]), wanted)
            return _Call(client, agent).hold()
        except httpx.HTTPError as error:
            raise CannotCall(
                f"The sandbox at {running['sandbox_url']} does not answer ({type(error).__name__}): "
                "see whether `voxanne up` still runs."
            ) from error


def choose(agents: Sequence[Agent], wanted: str | None) -> Agent:
    """The first, or the only one that is called so: by number, name, clinic or id. Raises CannotCall."""
    if not agents:
        raise CannotCall("No clinic here has a number: start with the demo, `voxanne up`.")
    if wanted is None:
        return agents[0]
    found = [agent for agent in agents if agent.is_called(wanted)]
    if len(found) == 1:
        return found[0]
    how_many = "No agent is" if not found else "More than one agent is"
    known = "".join(f"\n  {agent.title}" for agent in found or agents)
    raise CannotCall(f"{how_many} called {wanted!r}. There are:{known}")


def _agents(client: httpx.Client, organizations: Sequence[Mapping[str, Any]]) -> list[Agent]:
    clinics = {clinic["phone_number_id"]: clinic["name"] for clinic in organizations}
    numbers = client.get("/calls/scripts").raise_for_status().json()["phone_numbers"]
    return [
        Agent(
            phone_number_id=number["id"],
            number=number["number"] or "",
            name=number["name"] or "Reception",
            assistant_id=number["assistantId"] or "",
            clinic=clinics.get(number["id"], ""),
        )
        for number in numbers
    ]


class _Call:
    """One call, as far as it has been shown."""

    def __init__(self, client: httpx.Client, agent: Agent) -> None:
        self._client = client
        order = {"phone_number_id": agent.phone_number_id, "script": "steered", "speed": _SPEED}
        self._now: dict[str, Any] = client.post("/calls", json=order).raise_for_status().json()
        self._turns_shown = self._tools_shown = 0
        caller = self._now["caller"]
        print(f"You are {caller['name']}, {caller['number']}, and ring at {agent.title}.")
        print("Type what you say. Ctrl-D hangs up.\n", flush=True)

    def hold(self) -> int:
        self._hear_out(words=1)
        for said in _typed_lines(meanwhile=self._goes_on):
            words = self._words()
            if said.strip() and self._say(caller=said):
                self._hear_out(words=words + 1)
            if not self._goes_on():
                break
        self._say(hang_up=True)
        return self._close()

    def _say(self, **turn: Any) -> bool:
        """Whether the line was still open."""
        answer = self._client.post(f"/calls/{self._now['id']}/turns", json=turn)
        return answer.status_code != httpx.codes.NOT_FOUND

    def _hear_out(self, *, words: int) -> None:
        """Until the assistant has spoken so many times in this call, or it is over."""
        deadline = time.monotonic() + _ANSWER_SECONDS
        while self._goes_on() and self._words() < words:
            if time.monotonic() > deadline:
                raise CannotCall(f"The assistant has said nothing for {_ANSWER_SECONDS:g} seconds.")
            time.sleep(_LOOK_SECONDS)

    def _words(self) -> int:
        return sum(turn["role"] == _ASSISTANT for turn in self._now["turns"])

    def _goes_on(self) -> bool:
        """Look, and show what is new. A tool is used before its answer is spoken."""
        self._now = self._client.get(f"/calls/{self._now['id']}").raise_for_status().json()
        tools, turns = self._now["tool_answers"], self._now["turns"]
        for used in tools[self._tools_shown :]:
            arguments = ", ".join(f"{name}={value!r}" for name, value in used["arguments"].items())
            print(f"  {used['tool']}({arguments})\n    → {used['result']}")
        for turn in turns[self._turns_shown :]:
            if turn["role"] == _ASSISTANT:
                print(f"Assistant: {turn['message']}")
            elif not sys.stdin.isatty():  # else it stands there, as it was typed
                print(f"You: {turn['message']}")
        sys.stdout.flush()
        self._tools_shown, self._turns_shown = len(tools), len(turns)
        return bool(self._now["status"] != "ended")

    def _close(self) -> int:
        """Wait until the app has been told all of this call, and say what it took."""
        deadline = time.monotonic() + _REPORT_SECONDS
        while (self._goes_on() or not self._now["finished"]) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
        sent = self._now["webhooks"]
        refused = [message for message in sent if message["status"] != httpx.codes.OK]
        for message in refused:
            print(f"  {message['type']} was not taken: {message['trouble'] or message['status']}")
        print(f"\nThe call is over: {self._now['ended_reason']}.", end=" ")
        print(f"The app took {len(sent) - len(refused)} of {len(sent)} messages.")
        return 1 if refused else 0


def _typed_lines(*, meanwhile: Callable[[], bool]) -> Iterator[str]:
    """Standard input until Ctrl-D, or until `meanwhile()`, asked while nothing is typed, is false.

    Read without Python's own buffer, which would hide from `select` what it already holds.
    """
    rest = b""
    while True:
        line, newline, after = rest.partition(b"\n")
        if newline:
            rest = after
            yield line.decode(errors="replace")
        elif select.select([sys.stdin], [], [], _IDLE_SECONDS)[0]:
            if not (read := os.read(sys.stdin.fileno(), 4096)):
                break
            rest += read
        elif not meanwhile():
            return
    if rest:
        yield rest.decode(errors="replace")
