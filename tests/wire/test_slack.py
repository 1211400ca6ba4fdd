"""An alert reaches Slack within a minute, over HTTP, and Slack's bad days lose none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from tests.shared_postgres import Database
from voxanne_app.foundation import clock
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import JobRun
from voxanne_app.foundation.settings import get_settings
from voxanne_app.integrations.slack.alerts import SlackAlerts
from voxanne_app.monitoring import alerts, jobs
from voxanne_app.monitoring.ports import AlertNews, ChannelRefuses, ChannelUnavailable

PATH = "/slack/services/T1/B1/hush"


@pytest.fixture
def slack(running_sandbox: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackAlerts]:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", running_sandbox + PATH)
    get_settings.cache_clear()
    yield SlackAlerts(running_sandbox + PATH, public_url="https://voxanne.example")
    httpx.post(f"{running_sandbox}/_sandbox/reset").raise_for_status()


def posted(sandbox: str) -> list[dict[str, Any]]:
    messages = httpx.get(f"{sandbox}/_sandbox/slack").json()["messages"]
    return [message["message"] for message in messages]


def news(**values: Any) -> AlertNews:
    return AlertNews(**{
        "alert_id": uuid4(), "what": "raised", "severity": "critical", "title": "The worker is away",
        "body": "Nobody does the jobs.", "since": datetime(2026, 11, 23, 9, 5, tzinfo=UTC),
    } | values)  # fmt: skip


def fault(sandbox: str, **what: Any) -> None:
    httpx.post(f"{sandbox}/_sandbox/faults", json={"vendor": "slack", **what}).raise_for_status()


def test_one_message_holds_all_that_is_new_and_escapes_it(slack: SlackAlerts, running_sandbox: str) -> None:
    slack.tell([news(title="<!channel> & more"), news(what="resolved", body="x" * 5000)])
    (message,) = posted(running_sandbox)
    assert "Critical: &lt;!channel&gt; &amp; more" in message["blocks"][0]["text"]["text"]
    assert message["text"].startswith("Critical: &lt;!channel&gt;")
    assert "Resolved: The worker is away" in message["blocks"][1]["text"]["text"]
    assert "https://voxanne.example" in message["blocks"][-1]["elements"][0]["text"]
    assert message["unfurl_links"] is False


@pytest.mark.parametrize(
    "day",
    [
        {"mode": "status", "status": 503},
        {"mode": "status", "status": 429},
        {"mode": "reset"},
        {"mode": "html", "status": 502},
    ],
    ids=str,
)
def test_a_bad_day_of_slacks_is_worth_another_try(
    slack: SlackAlerts, running_sandbox: str, day: dict[str, Any]
) -> None:
    fault(running_sandbox, **day)
    with pytest.raises(ChannelUnavailable) as caught:
        slack.tell([news()])
    assert "hush" not in str(caught.value)


def test_a_webhook_that_is_gone_is_said_so_without_its_address(
    slack: SlackAlerts, running_sandbox: str
) -> None:
    fault(running_sandbox, mode="status", status=410, body="channel_is_archived", count=1)
    with pytest.raises(ChannelRefuses, match="410") as caught:
        slack.tell([news()])
    with pytest.raises(ChannelRefuses, match=r"400 invalid_blocks\. Check SLACK_WEBHOOK_URL"):
        slack.tell([news()] * 60)
    assert "hush" not in str(caught.value)


def test_the_job_tells_each_alert_once_also_after_a_bad_day(
    slack: SlackAlerts, running_sandbox: str, database: Database
) -> None:
    with transaction(Claims.system()) as session:
        session.connection().execute(text("delete from alerts"))
        alerts.raise_alert(session, key="t", title="Trouble", body="At last.", severity="critical")
    fault(running_sandbox, mode="status", status=503, count=1)
    assert [_tell(running_sandbox) for _ in range(3)] == [0, 1, 1]
    assert "Trouble" in json.dumps(posted(running_sandbox)[0])


def _tell(sandbox: str) -> int:
    insert = (
        "insert into jobs (name, state, fence) values ('monitoring.tell_alerts', 'running', 1) returning id"
    )
    with transaction(Claims.system()) as session:
        job_id = session.connection().execute(text(insert)).scalar_one()
    jobs.tell_alerts(JobRun(job_id, "monitoring.tell_alerts", None, 1, 1, clock.now()))
    return len(posted(sandbox))
