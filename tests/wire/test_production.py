"""Production, as commands start it: not on the demo's secrets, the sandbox, or a role above the policies."""

import os
import subprocess
import sys

import pytest

from tests.encryption_keys import as_setting
from tests.shared_postgres import ROOT, Database

COMPLETE = {
    "VOXANNE_ENV": "production",
    "PUBLIC_URL": "https://voxanne.example",
    "ENCRYPTION_KEYS": as_setting("2026"),
    "SESSION_SECRET": "s" * 40,
    "VAPI_PRIVATE_KEY": "key",
    "VAPI_WEBHOOK_SECRETS": "secret",
    "SUPABASE_URL": "https://clinic.supabase.co",
    "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_1",
    "SUPABASE_SECRET_KEY": "sb_secret_1",
}


def started(*command: str, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "voxanne_app.cli", *command],
        cwd=ROOT,
        env=os.environ | COMPLETE | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("process", ["web", "worker", "scheduler"])
def test_no_process_starts_as_the_owner_of_the_tables(database: Database, process: str) -> None:
    refused = started(process, DATABASE_URL=database.owner_url)
    said = refused.communicate(timeout=60)[0]
    assert refused.returncode == 1
    assert "production does not start like this" in said and "Traceback" not in said
    assert "owns" in said or "is above row level security" in said
    assert database.owner_url not in said


def test_nothing_starts_above_row_level_security(database: Database) -> None:
    refused = started("scheduler", DATABASE_URL=database.superuser_url)
    assert "a superuser: make a role of its own for the app" in refused.communicate(timeout=60)[0]
    assert refused.returncode == 1


def test_nothing_starts_on_the_sandbox_or_on_secrets_of_the_demo(database: Database) -> None:
    wrong = {"VOXANNE_SANDBOX_URL": "http://localhost:8001", "SESSION_SECRET": "demo-" + "s" * 40}
    refused = started("scheduler", DATABASE_URL=database.app_url, **wrong)
    said = refused.communicate(timeout=60)[0]
    assert refused.returncode == 1
    assert "production does not run on the sandbox" in said
    assert "SESSION_SECRET is a secret of the demo" in said
    assert "s" * 40 not in said


def test_it_starts_when_everything_is_real(database: Database) -> None:
    scheduler = started("scheduler", DATABASE_URL=database.app_url)
    assert scheduler.stdout
    assert "Scheduler is ready" in scheduler.stdout.readline()
    scheduler.terminate()
    assert scheduler.wait(30) == 0
