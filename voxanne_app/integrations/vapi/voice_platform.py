"""Vapi plays the agents' `VoicePlatform`.

An agent has one assistant: known by its id, else found by our mark in its metadata, else made. Whoever made
one without hearing the answer finds it next time; should two have been made at once, the older one stays.
"""

from collections.abc import Sequence
from contextlib import suppress

from voxanne_app.agents.ports import (
    Body,
    Changes,
    CopyGone,
    Difference,
    Line,
    PlatformRefuses,
    PlatformUnavailable,
    Published,
    ReviewedAgent,
    VoiceTool,
)
from voxanne_app.integrations.vapi.api import Json, VapiApi
from voxanne_app.integrations.vapi.assistant_body import AGENT, OurServer, assistant_body, with_secret
from voxanne_app.integrations.vapi.differences import differences_in, merged, secret_difference
from voxanne_app.integrations.vapi.published_tools import ensure_tools
from voxanne_app.integrations.vapi.taking_over import changes_in


class VapiVoicePlatform:
    def __init__(self, api: VapiApi, server: OurServer, *, accepted_secrets: Sequence[str]) -> None:
        """`accepted_secrets`: all that our webhooks take, while they rotate."""
        self._api, self._server, self._accepted = api, server, accepted_secrets

    def publish(self, agent: ReviewedAgent, tools: Sequence[VoiceTool], *, known_id: str | None) -> Published:
        body = self.prepared(agent, tools)
        held = self._known(known_id, agent) or self._marked(agent) or self._made(body, agent)
        if self._differs(body, held):
            change = merged(with_secret(body, self._server), held)
            held = self._api.change(f"/assistant/{held['id']}", change)
            if self._differs(body, held):
                raise PlatformUnavailable("The voice platform did not keep what it was given.")
        return Published(str(held["id"]), body)

    def prepared(self, agent: ReviewedAgent, tools: Sequence[VoiceTool]) -> Json:
        tool_ids = ensure_tools(self._api, tools, self._server)
        return assistant_body(agent, tool_ids=tool_ids, server=self._server)

    def differences(self, body: Body, *, platform_id: str) -> Sequence[Difference]:
        theirs = self._api.get(f"/assistant/{platform_id}")
        secret = secret_difference(self._server, self._accepted, theirs.get("server"))
        return [*differences_in(body, theirs), *secret]

    def changes(self, body: Body, *, platform_id: str) -> Changes:
        return changes_in(body, self._api.get(f"/assistant/{platform_id}"))

    def connect(self, line: Line) -> None:
        path = f"/phone-number/{line.platform_number_id}"
        held = self._api.get(path)
        wanted: Json = {"assistantId": line.answers, "server": self._server.body()}
        if line.own_line and line.own_line != held.get("number"):
            wanted["fallbackDestination"] = {"type": "number", "number": line.own_line}
        secret = secret_difference(self._server, self._accepted, held.get("server"))
        if any(differences_in(wanted, held)) or any(secret):
            self._api.change(path, with_secret(wanted, self._server))

    def _known(self, known_id: str | None, agent: ReviewedAgent) -> Json | None:
        if known_id is None:
            return None
        with suppress(CopyGone):
            held = self._api.get(f"/assistant/{known_id}")
            mark = (held.get("metadata") or {}).get(AGENT)
            return held if mark in (None, str(agent.agent_id)) else None
        return None

    def _marked(self, agent: ReviewedAgent) -> Json | None:
        """The oldest assistant with this agent's mark; younger ones nobody uses, and go."""
        marked = [
            one
            for one in self._api.listed("/assistant")
            if (one.get("metadata") or {}).get(AGENT) == str(agent.agent_id)
        ]
        marked.sort(key=lambda one: (str(one.get("createdAt")), str(one.get("id"))))
        for double in marked[1:]:
            with suppress(PlatformRefuses, CopyGone):
                self._api.delete(f"/assistant/{double['id']}")
        return marked[0] if marked else None

    def _made(self, body: Json, agent: ReviewedAgent) -> Json:
        made = self._api.create("/assistant", with_secret(body, self._server))
        return self._marked(agent) or made

    def _differs(self, body: Json, held: Json) -> bool:
        secret = secret_difference(self._server, self._accepted[:1], held.get("server"))
        return any(differences_in(body, held)) or any(secret)
