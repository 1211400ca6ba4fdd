import re
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from voxanne_app.foundation.production import check_production
from voxanne_app.foundation.settings import SettingMissing, Settings, read_variable, wrong_values

ROOT = Path(__file__).resolve().parents[2]
KEY = "c2VjcmV0" * 5 + "c2U="  # 32 bytes
PRODUCTION = {
    "voxanne_env": "production",
    "public_url": "https://voxanne.example",
    "database_url": "postgresql://voxanne_app:secret@db.example/postgres",
    "encryption_keys": f"2026a:{KEY}",
    "session_secret": "s" * 40,
    "vapi_private_key": "vapi-key",
    "vapi_webhook_secrets": "hook-secret",
    "supabase_url": "https://clinic.supabase.co",
    "supabase_publishable_key": "sb_publishable_1",
    "supabase_secret_key": "sb_secret_1",
}


BUCKET = {
    "s3_bucket_url": "https://recordings.s3.eu-west-1.amazonaws.com",
    "s3_access_key_id": "AKIA1",
    "s3_secret_access_key": "hush",
}


def settings(**values: object) -> Settings:
    return Settings.model_validate(PRODUCTION | values)


def test_a_missing_value_says_which_variable_to_set_and_what_it_is() -> None:
    with pytest.raises(
        SettingMissing, match=r"DATABASE_URL is not set: the database as the app's own role.*\.env"
    ):
        Settings().require_database_url()


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from-a-file\n")
    monkeypatch.setenv("SESSION_SECRET_FILE", str(tmp_path / "secret"))
    assert Settings().require("session_secret") == "from-a-file"
    monkeypatch.setenv("SESSION_SECRET", "given-directly")
    assert Settings().require("session_secret") == "given-directly"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL_FILE", str(tmp_path / "nothing"))
    with pytest.raises(SettingMissing, match=r"DATABASE_OWNER_URL_FILE names .*nothing, which cannot"):
        read_variable("DATABASE_OWNER_URL")


def test_several_secrets_are_separated_by_commas() -> None:
    assert settings(vapi_webhook_secrets="new, old,").require_list("vapi_webhook_secrets") == ["new", "old"]


def test_settings_never_show_a_secret() -> None:
    shown = repr(settings(redis_url="redis://:password@host/0"))
    assert "secret@" not in shown
    assert "hook-secret" not in shown
    assert "password" not in shown


def test_listening_uses_the_direct_address_when_there_is_one() -> None:
    direct = "postgresql://voxanne_app:secret@direct.example/postgres"
    assert settings(database_session_url=direct).require_database_session_url() == direct
    assert settings().require_database_session_url() == PRODUCTION["database_url"]


def test_production_starts_when_everything_is_real() -> None:
    assert check_production(settings()) == []
    assert check_production(settings(**BUCKET)) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"session_secret": "demo-" + "s" * 40}, "SESSION_SECRET is a secret of the demo"),
        ({"session_secret": "s" * 31}, "SESSION_SECRET is too short to be secret"),
        ({"encryption_keys": f"2026a:{KEY},demo-1:{KEY}"}, "ENCRYPTION_KEYS is a secret of the demo"),
        ({"encryption_keys": "2026a:c2VjcmV0"}, "ENCRYPTION_KEYS needs entries like"),
        ({"metrics_token": "demo-abc"}, "METRICS_TOKEN is a secret of the demo"),
        ({"sentry_dsn": "https://demo-key@sentry.example/1"}, "SENTRY_DSN is a secret of the demo"),
        ({"sentry_dsn": "http://key@sentry.example/1"}, "SENTRY_DSN must be an https address"),
        ({"slack_webhook_url": "https://slack.example/services/T/B/x"}, "SLACK_WEBHOOK_URL must be"),
        ({"voxanne_sandbox_url": "https://sandbox.example"}, "production does not run on the sandbox"),
        ({"vapi_base_url": "http://vapi.example"}, "VAPI_BASE_URL is http://vapi.example"),
        ({"supabase_url": "https://localhost:8001/supabase"}, "SUPABASE_URL is https://localhost"),
        ({"public_url": "http://voxanne.example"}, "PUBLIC_URL must be an https address"),
        (BUCKET | {"s3_bucket_url": "http://minio.example/recordings"}, "S3_BUCKET_URL is http://minio"),
        (BUCKET | {"s3_secret_access_key": None}, "S3_SECRET_ACCESS_KEY is not set"),
        ({"vapi_webhook_secrets": None}, "VAPI_WEBHOOK_SECRETS is not set"),
    ],
)
def test_production_refuses(values: dict[str, object], said: str) -> None:
    problems = check_production(settings(**values))
    assert len(problems) == 1
    assert said in problems[0]
    assert check_production(settings(**values, voxanne_env="development")) == []


@pytest.mark.parametrize("networks", ["10.0.0.0/33", "the proxy", "10.0.0.1/8", "10.0.0.0/8;::1"])
def test_proxies_that_are_no_networks_are_refused(networks: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        settings(trusted_proxies=networks)
    (sentence,) = wrong_values(refusal.value)
    assert sentence.startswith("TRUSTED_PROXIES cannot be used")
    assert settings(trusted_proxies="10.0.0.0/8, ::1,192.0.2.7").trusted_proxies


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"s3_bucket_url": "recordings"}, "it must be like https://"),
        ({"s3_bucket_url": "s3://recordings"}, "it must be like https://"),
        ({"s3_bucket_url": "https://key:hush@minio.example/r"}, "it must be like https://"),
        ({"s3_bucket_url": "https://minio.example/r?versions"}, "it must be like https://"),
        (BUCKET | {"supabase_recordings_bucket": "r"}, "SUPABASE_RECORDINGS_BUCKET is set as well"),
    ],
)
def test_there_is_one_bucket_and_it_has_an_address(values: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        settings(**values)
    (sentence,) = wrong_values(refusal.value)
    assert sentence.startswith("S3_BUCKET_URL cannot be used") and said in sentence and "hush" not in sentence


def test_the_example_lists_every_variable_with_a_sentence() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    listed = {
        name[1]: above for above, line in pairwise(lines) if (name := re.match(r"#([A-Z0-9_]+)=", line))
    }
    internal = {"VOXANNE_SANDBOX_URL"}  # `voxanne up` sets it for its own processes
    assert set(listed) == {name.upper() for name in Settings.model_fields} - internal | {"DATABASE_OWNER_URL"}
    assert all(re.match(r"# .*\.$", above) for above in listed.values())
