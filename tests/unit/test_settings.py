import re
from itertools import pairwise
from pathlib import Path

import pytest

from voxanne_app.foundation.settings import SettingMissing, Settings, check_production, read_variable

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "voxanne_env": "production",
    "public_url": "https://voxanne.example",
    "database_url": "postgresql://voxanne_app:secret@db.example/postgres",
    "encryption_keys": "2026a:c2VjcmV0",
    "session_secret": "s" * 40,
    "vapi_private_key": "vapi-key",
    "vapi_webhook_secrets": "hook-secret",
    "supabase_url": "https://clinic.supabase.co",
    "supabase_publishable_key": "sb_publishable_1",
    "supabase_secret_key": "sb_secret_1",
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


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"session_secret": "demo-abc"}, "SESSION_SECRET is a secret of the demo"),
        ({"encryption_keys": "2026a:c2VjcmV0,demo-1:c2VjcmV0"}, "ENCRYPTION_KEYS is a secret of the demo"),
        ({"voxanne_sandbox_url": "https://sandbox.example"}, "production does not run on the sandbox"),
        ({"vapi_base_url": "http://vapi.example"}, "VAPI_BASE_URL is http://vapi.example"),
        ({"supabase_url": "https://localhost:8001/supabase"}, "SUPABASE_URL is https://localhost"),
        ({"public_url": "http://voxanne.example"}, "PUBLIC_URL must be an https address"),
        ({"vapi_webhook_secrets": None}, "VAPI_WEBHOOK_SECRETS is not set"),
    ],
)
def test_production_refuses(values: dict[str, object], said: str) -> None:
    problems = check_production(settings(**values))
    assert len(problems) == 1
    assert said in problems[0]
    assert check_production(settings(**values, voxanne_env="development")) == []


def test_the_example_lists_every_variable_with_a_sentence() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    listed = {name[1]: above for above, line in pairwise(lines) if (name := re.match(r"#([A-Z_]+)=", line))}
    internal = {"VOXANNE_SANDBOX_URL"}  # `voxanne up` sets it for its own processes
    assert set(listed) == {name.upper() for name in Settings.model_fields} - internal | {"DATABASE_OWNER_URL"}
    assert all(re.match(r"# .*\.$", above) for above in listed.values())
