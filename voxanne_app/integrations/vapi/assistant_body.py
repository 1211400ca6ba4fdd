"""An agent as Vapi's assistant: pure, without secrets; `with_secret` adds what only the wire may carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voxanne_app.agents.ports import AgentConfiguration, Destination, ReviewedAgent
from voxanne_app.integrations.vapi.speech import transcriber_of, voice_of

Json = dict[str, Any]

AGENT, VERSION = "voxanne_agent", "voxanne_version"
SECRET_HEADER = "X-Vapi-Secret"  # noqa: S105 - a name
LONGEST_NAME = 40
# Asked for by name: the usual set repeats the whole history with every word.
SERVER_MESSAGES = (
    "status-update",
    'transcript[transcriptType="final"]',
    "tool-calls",
    "transfer-destination-request",
    "end-of-call-report",
    "hang",
)
_ANALYSIS: Json = {
    "minMessagesThreshold": 2,
    "summaryPlan": {"enabled": True, "timeoutSeconds": 15},
    "successEvaluationPlan": {"enabled": True, "rubric": "PassFail", "timeoutSeconds": 15},
    "structuredDataPlan": {
        "enabled": True,
        "timeoutSeconds": 15,
        "schema": {
            "type": "object",
            "properties": {
                "wanted": {"type": "string", "description": "What the caller wanted, in a few words."},
                "is_spam": {"type": "boolean", "description": "Whether it was a sales call or a robot."},
                "is_unhappy": {"type": "boolean", "description": "Whether the caller was dissatisfied."},
            },
        },
    },
}


@dataclass(frozen=True)
class OurServer:
    """Where Vapi sends its messages. With `credential_id`, a credential made in Vapi's dashboard signs them;
    without one, `secret` goes along in a header."""

    url: str
    secret: str
    credential_id: str | None = None

    def body(self) -> Json:
        plan = {"type": "exponential", "maxRetries": 5, "baseDelaySeconds": 2}
        plain: Json = {"url": self.url, "timeoutSeconds": 20, "backoffPlan": plan}
        return {**plain, "credentialId": self.credential_id} if self.credential_id else plain


def assistant_body(agent: ReviewedAgent, *, tool_ids: Sequence[str], server: OurServer) -> Json:
    configuration = agent.configuration
    return {
        "name": configuration.name[:LONGEST_NAME],
        "firstMessage": agent.first_message,
        "firstMessageMode": "assistant-speaks-first",
        "model": _model(agent, tool_ids),
        "voice": voice_of(agent),
        "transcriber": transcriber_of(configuration.language, agent.language),
        "maxDurationSeconds": configuration.max_minutes * 60,
        "server": server.body(),
        "serverMessages": list(SERVER_MESSAGES),
        "analysisPlan": _ANALYSIS,
        # Who is not told is not recorded.
        "artifactPlan": {"recordingEnabled": agent.is_recorded},
        "metadata": {AGENT: str(agent.agent_id), VERSION: agent.version},
    }


def with_secret(body: Mapping[str, Any], server: OurServer) -> Json:
    """The body as it goes over the wire."""
    if server.credential_id:
        return dict(body)
    return {**body, "server": {**body["server"], "headers": {SECRET_HEADER: server.secret}}}


def _model(agent: ReviewedAgent, tool_ids: Sequence[str]) -> Json:
    configuration = agent.configuration
    body: Json = {
        "provider": agent.model.speaks or "openai",
        "model": configuration.model,
        "messages": [{"role": "system", "content": agent.prompt}],
        "toolIds": list(tool_ids),
        "tools": _transfer(configuration),
    }
    if agent.model.speaks:
        chosen = {"prebuiltVoiceConfig": {"voiceName": configuration.voice.voice_id}}
        return {**body, "realtimeConfig": {"speechConfig": {"voiceConfig": chosen}}}
    return {**body, "fallbackModels": list(agent.model.fallbacks)}


def _transfer(configuration: AgentConfiguration) -> list[Json]:
    """Where hours decide who may be reached, Vapi asks us each time: `transfer-destination-request`."""
    if not configuration.destinations:
        return []
    always = configuration.after_hours == "same"
    reached = [destination_body(one) for one in configuration.destinations] if always else []
    return [{"type": "transferCall", "destinations": reached}]


def destination_body(destination: Destination) -> Json:
    plan = {
        "mode": "warm-transfer-say-summary",
        "summaryPlan": {"enabled": True},
        "fallbackPlan": {
            "message": "Nobody could take the call just now. I can take a message.",
            "endCallEnabled": False,
        },
    }
    return {
        "type": "number",
        "number": destination.number,
        "description": f"{destination.name}. {destination.when}".strip(),
        "message": f"One moment please, I am putting you through to {destination.name}.",
        "transferPlan": plan,
    }
