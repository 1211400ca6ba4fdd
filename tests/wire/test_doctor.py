"""`voxanne doctor` names what is wrong, and what to do about it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import text

from tests import factories
from tests.clinic_sign_in import AuthSandbox
from tests.shared_postgres import Database
from tests.wire.recordings.conftest import s3_bucket
from voxanne_app import cli, doctor
from voxanne_app.embedded import databases
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.settings import get_settings

VAPI_KEY = "sandbox-vapi-private-key"
Examined = dict[str, list[doctor.Finding]]


@pytest.fixture
def examine(
    database: Database, supabase: AuthSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Examined]]:
    """An installation where all is well but for what a test sets; its findings by what they are about."""
    well = {
        "VOXANNE_DATA_DIR": str(tmp_path),
        "DATABASE_URL": database.app_url,
        "SESSION_SECRET": "s" * 32,
        "VAPI_BASE_URL": f"{supabase.url}/vapi",
        "VAPI_PRIVATE_KEY": VAPI_KEY,
        "VAPI_WEBHOOK_SECRETS": "w" * 32,
        "SUPABASE_SECRET_KEY": "sb_secret_sandbox",
    }

    for process in ("worker", "scheduler"):
        factories.make_heartbeat(process=process)

    def examine(**settings: str) -> Examined:
        for name, value in (well | settings).items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        found: Examined = {}
        for finding in doctor.examine():
            found.setdefault(finding.about, []).append(finding)
        return found

    yield examine
    monkeypatch.undo()
    get_settings.cache_clear()


def wrong(found: Examined) -> dict[str, str]:
    trouble = {about: [f.says for f in findings if not f.is_well] for about, findings in found.items()}
    return {about: " ".join(says) for about, says in trouble.items() if says}


def test_a_sound_installation_is_found_well(
    examine: Callable[..., Examined], capsys: pytest.CaptureFixture[str]
) -> None:
    found = examine()
    assert wrong(found) == {}
    parts = {"settings", "database", "tenancy", "news", "broker", "keys", "Vapi", "Supabase"}
    assert set(found) == parts | {"worker", "scheduler"}
    assert doctor.main() == 0
    assert "WRONG" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "about", "says"),
    [
        ({"PORT": "many"}, "settings", "PORT cannot be used: Input should be a valid integer"),
        ({"VOXANNE_ENV": "prod"}, "settings", "'development', 'test' or 'production'"),
        ({"DATABASE_URL": "", "DATABASE_URL_FILE": "/nowhere"}, "settings", "/nowhere, which cannot be read"),
        ({"ENCRYPTION_KEYS": "a:Z2Vz"}, "settings", "ENCRYPTION_KEYS needs entries like"),
        ({"SESSION_SECRET": "short"}, "settings", "SESSION_SECRET is too short"),
        ({"VAPI_WEBHOOK_SECRETS": ""}, "settings", "VAPI_WEBHOOK_SECRETS is not set"),
        ({"DATABASE_URL": ""}, "instance", "start one with `make run`"),
        (
            {"DATABASE_URL": "mysql://a:b@localhost/c"},
            "database",
            "DATABASE_URL is not the address of a Post",
        ),
        (
            {"DATABASE_URL": "postgresql://a:hush@127.0.0.1:1/c"},
            "database",
            "Check DATABASE_URL, and that it",
        ),
        ({"DATABASE_SESSION_URL": "postgresql://a:hush@127.0.0.1:1/c"}, "news", "Check DATABASE_SESSION_URL"),
        ({"REDIS_URL": "redis://:hush@127.0.0.1:1/0"}, "broker", "Check REDIS_URL"),
        ({"REDIS_URL": "http://127.0.0.1"}, "broker", "Check REDIS_URL"),
        ({"VAPI_PRIVATE_KEY": "hush"}, "Vapi", "refuses VAPI_PRIVATE_KEY: make a new one"),
        ({"VAPI_BASE_URL": "http://127.0.0.1:1"}, "Vapi", "cannot be reached"),
        ({"VAPI_BASE_URL": "nowhere"}, "Vapi", "check VAPI_BASE_URL"),
        ({"SUPABASE_PUBLISHABLE_KEY": "hush"}, "Supabase", "refuses SUPABASE_PUBLISHABLE_KEY"),
    ],
)
def test_each_trouble_is_named_with_what_to_do_and_without_its_secret(
    examine: Callable[..., Examined], settings: dict[str, str], about: str, says: str
) -> None:
    trouble = wrong(examine(**settings))
    assert says in trouble[about]
    assert set(trouble) == {about}
    assert "hush" not in str(trouble)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, ""),
        ({"S3_SECRET_ACCESS_KEY": "hush"}, "refuses S3_ACCESS_KEY_ID: make a new one"),
        ({"S3_REGION": "eu-west-1"}, "answers 400: check S3_BUCKET_URL and S3_REGION"),
        ({"S3_BUCKET_URL": "http://127.0.0.1:1/recordings"}, "cannot be reached"),
    ],
)
def test_a_bucket_is_asked_whether_it_is_ours_and_private(
    examine: Callable[..., Examined], supabase: AuthSandbox, settings: dict[str, str], says: str
) -> None:
    trouble = wrong(examine(**s3_bucket(supabase) | settings))
    assert set(trouble) == ({"S3"} if says else set())
    assert says in trouble.get("S3", "") and "hush" not in str(trouble)


def test_a_bucket_that_anybody_can_list_is_named(
    examine: Callable[..., Examined], supabase: AuthSandbox
) -> None:
    supabase.fault(vendor="s3", mode="status", status=200)
    assert "make the bucket private at once" in wrong(examine(**s3_bucket(supabase)))["S3"]


def test_a_role_that_row_level_security_does_not_hold_is_named(
    examine: Callable[..., Examined], database: Database
) -> None:
    assert "voxanne_owner owns" in wrong(examine(DATABASE_URL=database.owner_url))["tenancy"]
    assert "a superuser" in wrong(examine(DATABASE_URL=database.superuser_url))["tenancy"]


def test_a_process_without_a_sign_of_life_is_named(examine: Callable[..., Examined]) -> None:
    with transaction(Claims.system()) as session:
        session.connection().execute(text("delete from heartbeats where process = 'scheduler'"))
        session.connection().execute(text("update heartbeats set beat_at = now() - interval '3 minutes'"))
    trouble = wrong(examine())
    assert "no sign of life for 3 min: start `voxanne worker`" in trouble["worker"]
    assert "no sign of life ever: start `voxanne scheduler`" in trouble["scheduler"]


def test_a_database_without_the_newest_schema_is_told_to_migrate(
    examine: Callable[..., Examined], database: Database
) -> None:
    name = f"test_{os.getpid()}_empty"
    databases.create_database(database.superuser_url, name)
    try:
        found = wrong(examine(DATABASE_URL=database.named(name).app_url))
    finally:
        databases.drop_database(database.superuser_url, name)
    assert "run `voxanne migrate`" in found["database"]


def test_a_redis_that_forgets_when_it_is_full_is_named(
    examine: Callable[..., Examined], redis_url: str
) -> None:
    server = redis.Redis.from_url(redis_url)
    assert "Redis answers" in examine(REDIS_URL=redis_url)["broker"][0].says
    server.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert "set maxmemory-policy noeviction" in wrong(examine(REDIS_URL=redis_url))["broker"]
    finally:
        server.config_set("maxmemory-policy", "noeviction")


def test_a_command_that_cannot_reach_its_database_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, role in (("DATABASE_URL", "app"), ("DATABASE_OWNER_URL", "owner")):
        monkeypatch.setenv(name, f"postgresql://{role}:hush@127.0.0.1:1/nowhere")
    get_settings.cache_clear()
    assert cli.main(["migrate"]) == 1
    said = capsys.readouterr().err
    get_settings.cache_clear()
    assert said.startswith("voxanne migrate: The database cannot be used. `voxanne doctor` looks into it:")
    assert said.count("\n") == 1
    assert "hush" not in said
