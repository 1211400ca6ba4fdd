"""`voxanne doctor`: what is wrong with this installation, and what to do about it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import redis
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from voxanne_app.embedded import announcement, demo_settings
from voxanne_app.foundation.database import engine_for
from voxanne_app.foundation.database_role import role_problems, unprotected_tables
from voxanne_app.foundation.http_client import http_client
from voxanne_app.foundation.migrations import missing_migrations
from voxanne_app.foundation.settings import SettingMissing, Settings, check_production, get_settings

_NEEDED = ("encryption_keys", "session_secret", "vapi_private_key", "vapi_webhook_secrets")
_NEEDED_FOR_SIGN_IN = ("supabase_url", "supabase_publishable_key", "supabase_secret_key")
_VENDOR_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    about: str
    says: str
    is_well: bool


def main() -> int:
    """Print one line per finding; 1 if anything is wrong."""
    findings = list(examine())
    for finding in findings:
        print(f"  {'ok   ' if finding.is_well else 'WRONG'}  {finding.about:<10} {finding.says}")
    return 0 if all(finding.is_well for finding in findings) else 1


def examine() -> Iterator[Finding]:
    try:
        settings = _settings()
    except (ValidationError, SettingMissing) as error:
        yield Finding("settings", _one_line(error), False)
        return
    if not settings.database_url and settings.voxanne_env != "production":
        yield Finding("instance", "none is set up here: start one with `make run`, or fill in .env.", False)
        return
    yield from _settings_findings(settings)
    yield from _database_findings(settings)
    yield _broker(settings)
    yield from _vendors(settings)


def _settings() -> Settings:
    """Those of the environment; of the instance that `voxanne up` runs here when there are none."""
    settings = get_settings()
    run_file = settings.voxanne_data_dir / announcement.FILE
    if settings.database_url or not run_file.exists():
        return settings
    running = json.loads(run_file.read_text())
    return demo_settings.instance_settings(
        settings.voxanne_data_dir,
        port=urlsplit(running["url"]).port or settings.port,
        database_url=running["database_url"],
        sandbox=bool(running["sandbox_url"]),
    )


def _settings_findings(settings: Settings) -> Iterator[Finding]:
    problems = check_production(settings)
    for name in (*_NEEDED, *_NEEDED_FOR_SIGN_IN):
        try:
            settings.require(name)
        except SettingMissing as error:
            problems.append(str(error))
    for problem in dict.fromkeys(problems):
        yield Finding("settings", problem, False)
    if not problems:
        yield Finding("settings", f"complete for {settings.voxanne_env}", True)


def _database_findings(settings: Settings) -> Iterator[Finding]:
    if not settings.database_url:
        return
    try:
        with engine_for(settings.require_database_url()).connect() as connection:
            yield from _about_tables(connection)
    except SQLAlchemyError as error:
        yield Finding(
            "database", f"cannot be used. Check DATABASE_URL and that it runs: {_one_line(error)}", False
        )


def _about_tables(connection: Connection) -> Iterator[Finding]:
    if missing := missing_migrations(connection):
        yield Finding("database", f"lacks {len(missing)} migrations: run `voxanne migrate`.", False)
    else:
        yield Finding("database", "has the newest schema", True)
    problems = role_problems(connection)
    if tables := unprotected_tables(connection):
        problems.append(f"Row level security is not forced on {', '.join(tables)}: run `voxanne migrate`.")
    for problem in problems:
        yield Finding("tenancy", problem, False)
    if not problems:
        yield Finding("tenancy", "the app's role owns nothing and is held by row level security", True)


def _broker(settings: Settings) -> Finding:
    if not settings.redis_url:
        return Finding(
            "broker", "Postgres carries the jobs; set REDIS_URL for more than one web worker", True
        )
    try:
        with redis.Redis.from_url(settings.require("redis_url"), socket_timeout=_VENDOR_SECONDS) as client:
            policy = client.info("memory").get("maxmemory_policy", "noeviction")
    except (redis.RedisError, ValueError) as error:
        return Finding("broker", f"Redis cannot be used. Check REDIS_URL: {_one_line(error)}", False)
    if policy != "noeviction":
        return Finding(
            "broker", f"Redis drops jobs when it is full ({policy}): set maxmemory-policy noeviction.", False
        )
    return Finding("broker", "Redis answers", True)


def _vendors(settings: Settings) -> Iterator[Finding]:
    if settings.vapi_private_key:
        address = f"{settings.vapi_base_url}/assistant?limit=1"
        yield _asked("Vapi", address, {"Authorization": f"Bearer {settings.require('vapi_private_key')}"})
    if settings.supabase_url and settings.supabase_publishable_key:
        address = f"{settings.supabase_url}/auth/v1/settings"
        yield _asked("Supabase", address, {"apikey": settings.require("supabase_publishable_key")})
    if settings.openai_api_key:
        address = f"{settings.openai_base_url}/models"
        yield _asked("OpenAI", address, {"Authorization": f"Bearer {settings.require('openai_api_key')}"})


def _asked(vendor: str, address: str, headers: dict[str, str]) -> Finding:
    host = urlsplit(address).netloc
    try:
        with http_client(timeout_seconds=_VENDOR_SECONDS) as client:
            status = client.get(address, headers=headers).status_code
    except httpx.HTTPError as error:
        return Finding(vendor, f"{host} cannot be reached: {_one_line(error) or type(error).__name__}", False)
    if status in (401, 403):
        return Finding(vendor, f"{host} refuses the key: make a new one there and set it here.", False)
    if status >= 400:
        return Finding(vendor, f"{host} answers {status}: check its address, and its status page.", False)
    return Finding(vendor, f"{host} answers", True)


def _one_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else ""
