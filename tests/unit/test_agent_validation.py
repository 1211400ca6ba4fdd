"""What stands in the way of publishing is said in words, at the field it is about."""

from typing import Any

import pytest

from voxanne_app.agents.configuration import AgentConfiguration, Destination, Escalation, Voice
from voxanne_app.agents.templates import TEMPLATES
from voxanne_app.agents.validation import problems_of
from voxanne_app.agents.voices import GEMINI_LIVE, MODELS, PROVIDERS, voices_matching

TOOLS = ("book_appointment", "take_message")
GOOD = AgentConfiguration(first_message="Hello.", prompt="You are kind.")


def fields(**changed: Any) -> list[str]:
    return [problem.field for problem in problems_of(GOOD.model_copy(update=changed), tools=TOOLS)]


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_can_be_published_as_it_is(name: str) -> None:
    made = TEMPLATES[name].configuration(name="Main line", clinic="Cedar Lane")
    assert problems_of(made, tools=TOOLS) == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 31}, "name"),
        ({"first_message": ""}, "first_message"),
        ({"first_message": "It is {{now}}."}, "first_message"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 8001}, "prompt"),
        ({"prompt": "Hello\n## Services\n- all"}, "prompt"),
        ({"prompt": "{% if true %}"}, "prompt"),
        ({"language": "xx"}, "language"),
        ({"model": "gpt-2"}, "model"),
        ({"voice": Voice(provider="nobody", voice_id="x")}, "voice"),
        ({"voice": Voice(provider="vapi", voice_id="Nobody")}, "voice"),
        ({"voice": Voice(provider="elevenlabs", voice_id="")}, "voice"),
        ({"voice": Voice(provider="elevenlabs", voice_id="sarah", speed=1.5)}, "voice.speed"),
        ({"voice": Voice(provider="google", voice_id="Puck")}, "model"),
        ({"model": GEMINI_LIVE}, "voice"),
        ({"language": "nl", "voice": Voice(provider="rime", voice_id="cove")}, "voice"),
        ({"rules": ("x" * 301,)}, "rules"),
        ({"rules": ("x",) * 41}, "rules"),
        ({"tools_off": ("fly",)}, "tools_off"),
        ({"max_minutes": 0}, "max_minutes"),
        ({"max_minutes": 61}, "max_minutes"),
        ({"escalation": Escalation(misunderstandings=11)}, "escalation.misunderstandings"),
        ({"destinations": (Destination(name="", number="+15035550111"),)}, "destinations.0.name"),
        ({"destinations": (Destination(name="Desk", number="5550111"),)}, "destinations.0.number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changed: dict[str, Any], field: str) -> None:
    assert fields(**changed) == [field]


def test_what_is_right_is_left_alone() -> None:
    assert fields() == []
    assert fields(voice=Voice(provider="google", voice_id="Puck"), model=GEMINI_LIVE) == []
    assert fields(voice=Voice(provider="azure", voice_id="en-US-AvaNeural", speed=1.5)) == []


def test_all_seven_providers_have_voices_that_can_be_found() -> None:
    assert len(PROVIDERS) == 7
    assert ("elevenlabs", "sarah") in voices_matching("eleven SAR")
    assert voices_matching("nobody at all") == []


def test_a_model_never_falls_back_on_itself_or_twice_on_another() -> None:
    for key, model in MODELS.items():
        tiers = (key, *model.fallbacks)
        assert len(set(tiers)) == len(tiers)
        assert set(model.fallbacks) <= {*MODELS, "gpt-4o-mini"}
