"""Derives what the sandbox checks bodies against from Vapi's own OpenAPI document.

    python tests/wire/derive_vapi_schema.py vapi-openapi.json > voxanne_app/sandbox/vapi/schema.json

The document: repository VapiAI/docs, `fern/apis/api/openapi.json`. Only request bodies of the addresses we
play are kept, without prose, and only the providers a clinic's assistant may use; of any other provider only
its name remains.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOTS = (
    "CreateAssistantDTO", "CreateCallDTO", "CreateFunctionToolDTO", "CreateTwilioPhoneNumberDTO",
    "CreateVapiPhoneNumberDTO", "AnalyticsQueryDTO",
)  # fmt: skip
LEFT_OUT = (
    "Credential", "Squad", "Workflow", "Bash", "Computer", "TextEditor", "GoHighLevel",
    "GoogleCalendar", "GoogleSheets", "Slack", "Mcp", "Make", "Ghl", "Code", "Handoff", "Sip",
    "Voicemail", "Langfuse", "AnyscaleModel", "BedrockModel", "DeepInfra", "OpenRouter", "Perplexity",
    "Together", "InflectionAI", "XaiModel", "Cerebras", "DeepSeek", "VapiModel", "Hume", "Inworld",
    "LMNT", "Lmnt", "Neuphonic", "RimeAI", "SmallestAI", "Sesame", "Tavus", "Minimax", "WellSaid",
    "CustomVoice", "CustomTranscriber", "Gladia", "Speechmatics", "Soniox", "Talkscriber", "Cartesia",
    "Hook", "TransportConfiguration", "PlayHT",
)  # fmt: skip
PROSE = ("description", "example", "examples", "title", "deprecated", "default", "discriminator")


def derive(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    kept: dict[str, Any] = {}
    wanted = list(ROOTS)
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept[name] = _pruned(schemas[name], schemas, wanted)
    return dict(sorted(kept.items()))


def _pruned(schema: Any, schemas: dict[str, Any], wanted: list[str], *, names_of_fields: bool = False) -> Any:
    if isinstance(schema, list):
        return _without_repeats([_pruned(item, schemas, wanted) for item in schema])
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        name = schema["$ref"].rpartition("/")[2]
        if name not in ROOTS and any(part in name for part in LEFT_OUT):
            return _stub(schemas[name])
        wanted.append(name)
        return {"$ref": name}
    return {
        key: _pruned(value, schemas, wanted, names_of_fields=key == "properties")
        for key, value in schema.items()
        if names_of_fields or key not in PROSE
    }


def _stub(schema: dict[str, Any]) -> dict[str, Any]:
    """Of what is left out only the word remains by which it is told from its neighbours."""
    for name in ("provider", "type"):
        options = schema.get("properties", {}).get(name, {}).get("enum")
        if options:
            return {"type": "object", "open": True, "properties": {name: {"type": "string", "enum": options}}}
    return {"type": "object"}


def _without_repeats(items: list[Any]) -> list[Any]:
    return [item for number, item in enumerate(items) if item not in items[:number]]


if __name__ == "__main__":
    print(json.dumps(derive(json.loads(Path(sys.argv[1]).read_text())), separators=(",", ":")))
