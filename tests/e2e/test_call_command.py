"""`voxanne call`: a conversation in text that goes the way of a real one."""

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.running_app import RunningApp
from tests.shared_postgres import ROOT

TYPED = """Hi, I need a check-up

The second one, please. My name is Typed Ontherock.
Thank you, bye
for nobody
"""


def call(data_dir: Path, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "voxanne_app.cli", "call", *arguments],
        check=False,
        cwd=ROOT,
        env=os.environ | {"VOXANNE_DATA_DIR": str(data_dir)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=90,
    )


def test_what_is_typed_books_an_appointment_that_the_front_desk_sees(app: RunningApp, page: Page) -> None:
    talk = call(app.data_dir, typed=TYPED)
    assert talk.returncode == 0, talk.stdout + talk.stderr
    assert "book_appointment(" in talk.stdout, talk.stdout
    *_, booked = re.findall(
        r"book_appointment\(.*patient_name='Typed Ontherock'.*\)\n +→ (Booked: .+)", talk.stdout
    )
    assert f"Assistant: {booked}" in talk.stdout
    assert (
        talk.stdout.index("You: Hi")
        < talk.stdout.index("find_free_slots(")
        < talk.stdout.index("You: The second")
    )
    assert "for nobody" not in talk.stdout  # they had hung up
    (taken, of) = re.findall(r"The app took (\d+) of (\d+) messages", talk.stdout)[0]
    assert taken == of

    page.goto("/calls")
    expect(page.locator("tbody tr").filter(has_text="Typed Ontherock").first).to_contain_text("Booked")


def test_the_end_of_the_input_hangs_up(app: RunningApp) -> None:
    clinic = app.run["organizations"][1]
    talk = call(app.data_dir, "--agent", clinic["number"])
    assert f"of {clinic['name']}, {clinic['number']}" in talk.stdout
    assert "The call is over: customer-ended-call." in talk.stdout


def test_an_agent_may_be_named_by_its_clinic(app: RunningApp) -> None:
    clinic = app.run["organizations"][1]["name"]
    assert f"of {clinic}" in call(app.data_dir, "--agent", clinic.split()[0].lower()).stdout


def test_an_agent_that_does_not_exist_gets_the_list_of_those_that_do(app: RunningApp) -> None:
    answer = call(app.data_dir, "--agent", "Nobody")
    assert answer.returncode == 1
    assert "No agent is called 'Nobody'" in answer.stderr
    for clinic in app.run["organizations"]:
        assert clinic["number"] in answer.stderr


def test_where_nothing_runs_it_says_how_to_start_something(tmp_path: Path) -> None:
    for arguments in (["call"], ["replay", "any.json"]):
        answer = subprocess.run(
            [sys.executable, "-m", "voxanne_app.cli", *arguments],
            check=False, cwd=ROOT, env=os.environ | {"VOXANNE_DATA_DIR": str(tmp_path)},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert answer.returncode == 1
        assert answer.stderr == (
            f"voxanne {arguments[0]}: Nothing runs with the data in {tmp_path}: start it with `voxanne up`.\n"
        )
