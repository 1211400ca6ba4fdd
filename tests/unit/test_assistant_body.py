"""An agent as Vapi's assistant: whatever was set up, it fits the vendor's own schema, and holds no secret."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from voxanne_app.agents.configuration import AgentConfiguration, Destination, Voice
from voxanne_app.agents.languages import LANGUAGES
from voxanne_app.agents.ports import ReviewedAgent
from voxanne_app.agents.validation import problems_of
from voxanne_app.agents.voices import GEMINI_LIVE, MODELS, PROVIDERS
from voxanne_app.integrations.vapi.assistant_body import OurServer, assistant_body, with_secret
from voxanne_app.integrations.vapi.differences import differences_in, merged
from voxanne_app.integrations.vapi.published_tools import hash_of, tool_body
from voxanne_app.sandbox.vapi.validation import check
from voxanne_app.wiring import VOICE_TOOLS

SERVER = OurServer("https://clinic.test/webhooks/vapi", "s3cr3t")
PLAIN = AgentConfiguration(first_message="Hello.", prompt="You are kind.")


def body_of(
    configuration: AgentConfiguration = PLAIN, *, is_recorded: bool = True, **changed: Any
) -> dict[str, Any]:
    agent = ReviewedAgent(
        uuid4(), 3, configuration.model_copy(update=changed), "Hello.", "Be kind.\nNow.", is_recorded
    )
    return assistant_body(agent, tool_ids=["tool-1"], server=SERVER)


def every_set_up() -> list[tuple[str, str, str]]:
    """Each language with the first voice of each provider, and each model with a voice that it may have."""
    voices = [
        (language, provider, "gpt-4.1")
        for language in LANGUAGES
        for provider, known in PROVIDERS.items()
        if provider != "google" and language in known.languages
    ]
    models = [("en", model.speaks or "rime", key) for key, model in MODELS.items()]
    return sorted({*voices, *models})


@pytest.mark.parametrize(("language", "provider", "model"), every_set_up())
def test_every_body_fits_the_vendors_schema(language: str, provider: str, model: str) -> None:
    voice = Voice(provider=provider, voice_id=PROVIDERS[provider].voices[0])
    configuration = PLAIN.model_copy(update={"language": language, "voice": voice, "model": model})
    assert problems_of(configuration, tools=()) == ()
    check(with_secret(body_of(configuration), SERVER), "CreateAssistantDTO")


@pytest.mark.parametrize(("language", "provider", "model"), every_set_up())
def test_three_tiers_listen_speak_and_think(language: str, provider: str, model: str) -> None:
    voice = Voice(provider=provider, voice_id=PROVIDERS[provider].voices[0])
    body = body_of(language=language, voice=voice, model=model)
    speaks = [body["voice"], *body["voice"].get("fallbackPlan", {"voices": ()})["voices"]]
    listens = [body["transcriber"], *body["transcriber"]["fallbackPlan"]["transcribers"]]
    tiers = {"vapi": 1, "google": 2}.get(provider, 3)  # Google's own voice is in its model
    assert len({one["provider"] for one in speaks}) == tiers
    assert len({one["provider"] for one in listens}) == 3
    if model != GEMINI_LIVE:  # the vendor has no second model for one that speaks itself
        assert len({body["model"]["model"], *body["model"]["fallbackModels"]}) == 3


def test_the_callers_words_are_heard_in_the_language_that_was_chosen() -> None:
    body = body_of(language="es", voice=Voice(provider="openai", voice_id="nova"))
    assert body["transcriber"]["language"] == "es"
    assert body["transcriber"]["fallbackPlan"]["transcribers"][0]["language"] == "es-MX"
    assert body["voice"]["fallbackPlan"]["voices"][0]["voiceId"] == "es-MX-DaliaNeural"


def test_what_was_reviewed_is_there_to_the_letter() -> None:
    body = body_of()
    assert body["model"]["messages"] == [{"role": "system", "content": "Be kind.\nNow."}]
    assert body["firstMessage"] == "Hello."
    assert body["server"]["backoffPlan"]["maxRetries"] > 0
    assert "conversation-update" not in body["serverMessages"]


def test_a_secret_is_only_in_what_goes_over_the_wire() -> None:
    body = body_of()
    assert "s3cr3t" not in json.dumps(body)
    assert with_secret(body, SERVER)["server"]["headers"] == {"X-Vapi-Secret": "s3cr3t"}
    signed = replace(SERVER, credential_id="cred-1")
    assert "s3cr3t" not in json.dumps(with_secret({**body, "server": signed.body()}, signed))


def test_who_is_not_told_is_not_recorded() -> None:
    assert body_of()["artifactPlan"]["recordingEnabled"]
    assert not body_of(is_recorded=False)["artifactPlan"]["recordingEnabled"]


def test_where_hours_decide_we_are_asked_whom_to_reach() -> None:
    desk = (Destination(name="Desk", number="+15035550111", when="Always."),)
    always = body_of(destinations=desk)["model"]["tools"][0]["destinations"]
    assert [one["number"] for one in always] == ["+15035550111"]
    assert body_of(destinations=desk, after_hours="messages")["model"]["tools"][0]["destinations"] == []
    assert body_of()["model"]["tools"] == []


def test_what_the_vendor_keeps_beside_ours_is_no_difference() -> None:
    ours = body_of()
    theirs = json.loads(json.dumps(ours)) | {"id": "x", "backgroundSound": "office"}
    theirs["model"]["temperature"] = 0.3
    assert list(differences_in(ours, theirs)) == []
    assert merged(ours, theirs)["model"]["temperature"] == 0.3
    theirs["model"]["messages"][0]["content"] = "Be rude."
    assert [one.place for one in differences_in(ours, theirs)] == ["Prompt"]


@pytest.mark.parametrize("name", sorted(VOICE_TOOLS))
def test_every_tool_fits_the_vendors_schema_and_is_waited_for(name: str) -> None:
    body = tool_body(VOICE_TOOLS[name], SERVER)
    check(with_secret(body, SERVER), "CreateFunctionToolDTO")
    assert body["async"] is False
    assert hash_of(body) == hash_of({**with_secret(body, SERVER), "id": "x", "createdAt": "now"})
    assert hash_of(body) != hash_of({**body, "function": {**body["function"], "description": "Else"}})
