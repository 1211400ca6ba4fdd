"""What the model is told: everything that was set up, nothing twice, the same every time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voxanne_app.agents.clinic_facts import ClinicFacts, ServiceFact
from voxanne_app.agents.configuration import AgentConfiguration, Destination, Escalation, read_configuration
from voxanne_app.agents.prompt import own_part, render_first_message, render_prompt
from voxanne_app.agents.templates import TEMPLATES

FACTS = ClinicFacts(
    name="Cedar Lane Dental",
    time_zone="America/Los_Angeles",
    phone="+15035550100",
    address="12 Cedar Lane, Portland",
    hours=((0, ((510, 750), (810, 1020))), (5, ((540, 720),))),
    services=(ServiceFact("Check-up", 30, ("Dr. Amari",)),),
    practitioners=(("Dr. Amari", "dentist"),),
)
PLAIN = AgentConfiguration(first_message="Hello, this is Cedar Lane. How can I help?", prompt="You are kind.")


def test_the_facts_of_the_clinic_are_in_the_prompt() -> None:
    prompt = render_prompt(PLAIN, FACTS)
    for line in (
        "- Name: Cedar Lane Dental",
        "- Address: 12 Cedar Lane, Portland",
        "- The clinic's own line: (503) 555-0100",
        "- Monday: 8:30 AM to 12:30 PM, 1:30 PM to 5:00 PM",
        "- Tuesday: closed",
        "- Saturday: 9:00 AM to 12:00 PM",
        "- Check-up: 30 minutes, with Dr. Amari",
        "- Dr. Amari, dentist",
    ):
        assert line in prompt.splitlines(), line


def test_date_and_zone_are_always_in_it() -> None:
    empty = ClinicFacts(name="New clinic", time_zone="Europe/Paris")
    now = '{{"now" | date: "%A, %B %d, %Y, %I:%M %p", "Europe/Paris"}}'
    assert now in render_prompt(AgentConfiguration(), empty)


def test_a_clinic_without_hours_has_no_empty_headings() -> None:
    prompt = render_prompt(PLAIN, ClinicFacts(name="New clinic", time_zone="UTC"))
    assert "## Opening hours" not in prompt
    assert "\n\n\n" not in prompt


@given(st.lists(st.text(max_size=40), max_size=5), st.text(max_size=200))
def test_the_same_set_up_is_the_same_text_to_the_letter(rules: list[str], words: str) -> None:
    one = PLAIN.model_copy(update={"rules": tuple(rules), "prompt": words})
    again = read_configuration(one.as_json())
    assert render_prompt(one, FACTS) == render_prompt(again, replace(FACTS))


def test_rules_and_escalation_are_told() -> None:
    configuration = PLAIN.model_copy(
        update={
            "rules": ("Never give prices for implants on the phone.", "  "),
            "destinations": (
                Destination(name="Billing", number="+15035550111", when="Questions about bills."),
            ),
            "escalation": Escalation(urgent_words=("swelling", "bleeding"), misunderstandings=2),
            "after_hours": "messages",
        }
    )
    lines = render_prompt(configuration, FACTS).splitlines()
    assert "- Never give prices for implants on the phone." in lines
    assert "- Billing: Questions about bills." in lines
    assert any("swelling, bleeding" in line for line in lines)
    assert any("2 times, put them through" in line for line in lines)
    assert any("do not book and do not put callers through" in line for line in lines)
    assert "-" not in [line.strip() for line in lines]


def test_the_clinics_own_words_can_be_told_from_the_rest() -> None:
    assert own_part(render_prompt(PLAIN, FACTS)) == "You are kind."


@pytest.mark.parametrize(
    ("greeting", "heard"),
    [
        (
            "Hello, this is Cedar Lane. How can I help?",
            "Hello, this is Cedar Lane. Recorded. How can I help?",
        ),
        ("Good morning", "Good morning Recorded."),
        ("Recorded. What is it?", "Recorded. What is it?"),
        ("", "Recorded."),
    ],
)
def test_the_sentence_about_recording_is_said_before_the_question(greeting: str, heard: str) -> None:
    said = PLAIN.model_copy(update={"first_message": greeting})
    recorded = replace(FACTS, recording_announcement="Recorded.")
    assert render_first_message(said, recorded) == heard
    assert render_first_message(said.model_copy(update={"recording_consent": ""}), recorded) == greeting


def test_there_are_eight_templates_with_the_clinics_name_in_them() -> None:
    assert len(TEMPLATES) == 8
    for template in TEMPLATES.values():
        made = template.configuration(name="Main line", clinic="Cedar {Lane}")
        assert "Cedar (Lane)" in made.first_message and "Cedar (Lane)" in made.prompt
