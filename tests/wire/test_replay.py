"""`voxanne replay`: recorded bodies, sent to the running app so that they show up in the demo."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row

from tests.deliveries import Clinic, connect, rows, work_off
from tests.payloads import vapi
from tests.shared_postgres import Database
from tests.wire.webhook_process import SECRET, WebhookProcess, webhook_process
from voxanne_app import replay
from voxanne_app.embedded.announcement import NothingRuns
from voxanne_app.foundation.settings import get_settings


@pytest.fixture(scope="module")
def app(database: Database) -> Iterator[WebhookProcess]:
    with webhook_process(database.app_url) as process:
        yield process


@pytest.fixture
def clinic(
    app: WebhookProcess, organization: Row[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Clinic]:
    """The first clinic of a demo that runs."""
    clinic = connect(organization)
    demo = {
        "assistant_id": clinic.assistant_id,
        "phone_number_id": "number-of-the-demo",
        "number": "+15035550100",
    }
    running = {
        "url": app.url,
        "vapi_webhook_secret": SECRET,
        "organizations": [demo],
        "pids": {"web": app.pid},
    }
    (tmp_path / "run.json").write_text(json.dumps(running))
    monkeypatch.setenv("VOXANNE_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    yield clinic
    monkeypatch.undo()
    get_settings.cache_clear()


def recorded(folder: Path, *bodies: Any) -> list[Path]:
    files = [folder / f"{number}.json" for number in range(len(bodies))]
    for file, body in zip(files, bodies, strict=True):
        file.write_text(json.dumps(body))
    return files


def test_a_recording_of_somebody_elses_call_shows_up_in_the_demo_once(clinic: Clinic, tmp_path: Path) -> None:
    call = vapi.call(assistantId="of somebody else", phoneNumberId="theirs")
    report = vapi.report_of_2026(call=call, phoneNumber={"id": "theirs", "number": "+19995550100"})
    files = recorded(tmp_path, report, vapi.report_of_2024(call=...))
    assert replay.main(files) == replay.main(files) == 0
    work_off()
    seen = rows("select vendor_call_id from call_logs order by 1", clinic.org_id)
    assert len(seen) == 2 and call["id"] in [row.vendor_call_id for row in seen]


def test_as_it_is_a_recording_stays_nobodys(clinic: Clinic, tmp_path: Path) -> None:
    files = recorded(tmp_path, vapi.report_of_2026(call=vapi.call(assistantId="of somebody else")))
    assert replay.main(files, as_is=True) == 0
    work_off()
    assert rows("select id from call_logs", clinic.org_id) == []


def test_what_is_no_message_is_said_to_be_none(
    clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay.main(recorded(tmp_path, {"id": "an answer of the REST API"})) == 0
    assert "not sent" in capsys.readouterr().out
    assert replay.main([tmp_path / "missing.json"]) == 1


def test_without_a_running_app_it_says_how_to_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOXANNE_DATA_DIR", str(tmp_path / "empty"))
    get_settings.cache_clear()
    with pytest.raises(NothingRuns, match="voxanne up"):
        replay.main([])
    monkeypatch.undo()
    get_settings.cache_clear()
