"""Derives from Vapi's OpenAPI document what the sandbox checks bodies against, and what checks it.

    python tests/wire/derive_vapi_schema.py bodies vapi-openapi.json > voxanne_app/sandbox/vapi/schema.json
    python tests/wire/derive_vapi_schema.py answers vapi-openapi.json > tests/wire/sandbox_vapi_answers.json

The document: repository VapiAI/docs, `fern/apis/api/openapi.json`. Only what belongs to the addresses we
play is kept, without prose, and only the providers a clinic's assistant may use; of any other provider only
its name remains.
"""

import copy
import json
import sys
from pathlib import Path
from typing import Any

ANSWERS = (
    "Assistant", "Call", "CallBatchResponse", "FunctionTool", "TwilioPhoneNumber",
    "ServerMessageAssistantRequest",
    "ServerMessageConversationUpdate", "ServerMessageEndOfCallReport", "ServerMessageHang",
    "ServerMessageSpeechUpdate", "ServerMessageStatusUpdate", "ServerMessageToolCalls",
    "ServerMessageTranscript", "ServerMessageTransferDestinationRequest", "ServerMessageTransferUpdate",
    "AnalyticsQueryResult", "Chat",
)  # fmt: skip
# Sent back as they were received: checked on the way in.
ECHOED = (
    "CreateAssistantDTO",
    "AssistantOverrides",
    "Model",
    "Voice",
    "Transcriber",
    "Plan",
    "PhoneNumberDTO",
)
BODIES = (
    "CreateAssistantDTO", "CreateCallDTO", "CreateFunctionToolDTO", "CreateTwilioPhoneNumberDTO",
    "CreateVapiPhoneNumberDTO", "AnalyticsQueryDTO", "CreateChatDTO",
)  # fmt: skip
LEFT_OUT = (
    "Credential", "Squad", "Workflow", "Bash", "Computer", "TextEditor", "GoHighLevel",
    "GoogleCalendar", "GoogleSheets", "Slack", "Mcp", "Make", "Ghl", "Code", "Handoff", "Sip",
    "Voicemail", "Langfuse", "AnyscaleModel", "BedrockModel", "DeepInfra", "OpenRouter", "Perplexity",
    "Together", "InflectionAI", "XaiModel", "Cerebras", "DeepSeek", "VapiModel", "Hume", "Inworld",
    "LMNT", "Lmnt", "Neuphonic", "SmallestAI", "Sesame", "Tavus", "Minimax", "WellSaid",
    "CustomVoice", "CustomTranscriber", "Gladia", "Speechmatics", "Soniox", "Talkscriber", "Cartesia",
    "Hook", "TransportConfiguration",
)  # fmt: skip
PROSE = ("description", "example", "examples", "title", "deprecated", "default", "discriminator")


def with_messages_of_chats(document: dict[str, Any]) -> dict[str, Any]:
    """User's and system's messages of chats. The document names those of transcripts in their place, which
    have the same names in Vapi's code; its examples show these."""
    schemas = document["components"]["schemas"]
    for role in ("user", "system"):
        message = copy.deepcopy(schemas["DeveloperMessage"])
        message["properties"]["role"]["enum"] = [role]
        schemas[f"Chat{role.title()}Message"] = message
    for name in ("CreateChatDTO", "Chat"):
        written = json.dumps(schemas[name])
        for role in ("User", "System"):
            written = written.replace(f"schemas/{role}Message", f"schemas/Chat{role}Message")
        schemas[name] = json.loads(written)
    return document


def derive(document: dict[str, Any], roots: tuple[str, ...], left_out: tuple[str, ...]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    kept: dict[str, Any] = {}
    wanted = list(roots)

    def pruned(schema: Any, *, names_of_fields: bool = False) -> Any:
        if isinstance(schema, list):
            return _without_repeats([pruned(item) for item in schema])
        if not isinstance(schema, dict):
            return schema
        if isinstance(schema.get("$ref"), str):
            name = schema["$ref"].rpartition("/")[2]
            if name not in roots and any(part in name for part in left_out):
                return _stub(schemas[name])
            wanted.append(name)
            return {"$ref": name}
        if "customer-ended-call" in schema.get("enum", []):
            # hundreds, in many places: kept once
            kept["EndedReason"] = {"type": "string", "enum": schema["enum"]}
            return {"$ref": "EndedReason"}
        return {
            key: pruned(value, names_of_fields=key == "properties")
            for key, value in schema.items()
            if names_of_fields or key not in PROSE
        }

    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept[name] = pruned(schemas[name])
    return dict(sorted(kept.items()))


def _stub(schema: dict[str, Any]) -> dict[str, Any]:
    """Of what is left out only the word remains by which it is told from its neighbours."""
    for name in ("provider", "type"):
        options = schema.get("properties", {}).get(name, {}).get("enum")
        if options:
            fields = {name: {"type": "string", "enum": options}}
            return {"type": "object", "open": True, "properties": fields, "required": [name]}
    return {"type": "object"}


def _without_repeats(items: list[Any]) -> list[Any]:
    return [item for number, item in enumerate(items) if item not in items[:number]]


if __name__ == "__main__":
    kind, file = sys.argv[1:]
    spec = with_messages_of_chats(json.loads(Path(file).read_text()))
    derived = (
        derive(spec, ANSWERS, LEFT_OUT + ECHOED) if kind == "answers" else derive(spec, BODIES, LEFT_OUT)
    )
    print(json.dumps(derived, separators=(",", ":")))
