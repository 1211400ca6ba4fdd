"""`voxanne doctor`: what is wrong with this installation, and what to do about it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import psycopg
import redis
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from voxanne_app import keys
from voxanne_app.embedded import demo_settings
from voxanne_app.foundation import clock, heartbeats
from voxanne_app.foundation.database import Claims, engine_for, transaction_at
from voxanne_app.foundation.database_role import role_problems, unprotected_tables
from voxanne_app.foundation.http_client import http_client
from voxanne_app.foundation.migrations import missing_migrations
from voxanne_app.foundation.production import check_production, half_a_bucket, unusable_secrets
from voxanne_app.foundation.settings import (
    SettingMissing,
    Settings,
    wrong_values,
)
from voxanne_app.integrations.s3.signing import OF_NOTHING, signed
from voxanne_app.vendors import access_of

_NEEDED = ("encryption_keys", "session_secret", "vapi_private_key", "vapi_webhook_secrets")
_NEEDED_FOR_SIGN_IN = ("supabase_url", "supabase_publishable_key", "supabase_secret_key")
_VENDOR_SECONDS = 5.0
_NEWS_SECONDS = 2.0
_POSTGRES = ("postgresql://", "postgres://")


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
        settings = demo_settings.settings_here()
    except ValidationError as error:
        yield from (Finding("settings", problem, False) for problem in wrong_values(error))
        return
    except SettingMissing as error:
        yield Finding("settings", str(error), False)
        return
    if not settings.database_url and settings.voxanne_env != "production":
        yield Finding("instance", "none is set up here: start one with `make run`, or fill in .env.", False)
        return
    yield from _settings_findings(settings)
    yield from _database_findings(settings)
    yield _broker(settings)
    yield from _vendors(settings)


def _settings_findings(settings: Settings) -> Iterator[Finding]:
    problems = check_production(settings)
    for name in (*_NEEDED, *_NEEDED_FOR_SIGN_IN):
        try:
            settings.require(name)
        except SettingMissing as error:
            problems.append(str(error))
    problems += [*unusable_secrets(settings), *half_a_bucket(settings)]
    for problem in dict.fromkeys(problems):
        yield Finding("settings", problem, False)
    if not problems:
        yield Finding("settings", f"complete for {settings.voxanne_env}", True)


def _database_findings(settings: Settings) -> Iterator[Finding]:
    if not settings.database_url:
        return
    for name in ("database_url", "database_session_url"):
        if getattr(settings, name) and not settings.require(name).startswith(_POSTGRES):
            text = f"{name.upper()} is not the address of a Postgres: those begin with {_POSTGRES[0]}."
            yield Finding("database", text, False)
            return
    try:
        with engine_for(settings.require_database_url()).connect() as connection:
            yield from _about_tables(connection)
        yield from _signs_of_life(settings.require_database_url())
    except SQLAlchemyError as error:
        text = f"cannot be used. Check DATABASE_URL, and that it runs: {_one_line(error)}"
        yield Finding("database", text, False)
        return
    yield _announcements(settings.require_database_session_url())
    for sentence, is_well in keys.findings(settings):
        yield Finding("keys", sentence, is_well)


def _announcements(url: str) -> Finding:
    """Whether what one connection announces reaches another: not through a pooler in transaction mode."""
    channel = f"voxanne_doctor_{secrets.token_hex(8)}"
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as listening:
            listening.execute(f"listen {channel}")
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as telling:
                telling.execute("select pg_notify(%s, '')", [channel])
            heard = list(listening.notifies(timeout=_NEWS_SECONDS, stop_after=1))
    except psycopg.Error as error:
        return Finding("news", f"cannot be told. Check DATABASE_SESSION_URL: {_one_line(error)}", False)
    if not heard:
        text = "does not get through, so screens and jobs are late. Set DATABASE_SESSION_URL to the database"
        return Finding("news", f"{text} without a pooler, or to a pooler in session mode.", False)
    return Finding("news", "gets through at once", True)


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


def _signs_of_life(url: str) -> Iterator[Finding]:
    with transaction_at(url, Claims.system()) as session:
        ages = heartbeats.ages(session)
    for process in ("worker", "scheduler"):
        age = ages.get(process)
        if age is not None and age < heartbeats.STALE_SECONDS:
            yield Finding(process, f"gave a sign of life {age:.0f} s ago", True)
        else:
            since = "ever" if age is None else f"for {age / 60:.0f} min"
            text = f"gave no sign of life {since}: start `voxanne {process}`, or read its log."
            yield Finding(process, text, False)


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
        headers = {"Authorization": f"Bearer {settings.require('vapi_private_key')}"}
        yield _asked("Vapi", address, headers, "VAPI_BASE_URL", "VAPI_PRIVATE_KEY")
    if settings.supabase_url and settings.supabase_publishable_key:
        address = f"{settings.supabase_url}/auth/v1/settings"
        headers = {"apikey": settings.require("supabase_publishable_key")}
        yield _asked("Supabase", address, headers, "SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY")
    if settings.openai_api_key:
        address = f"{settings.openai_base_url}/models"
        headers = {"Authorization": f"Bearer {settings.require('openai_api_key')}"}
        yield _asked("OpenAI", address, headers, "OPENAI_BASE_URL", "OPENAI_API_KEY")
    if settings.s3_bucket_url and settings.s3_access_key_id and settings.s3_secret_access_key:
        address = f"{settings.s3_bucket_url.rstrip('/')}/?list-type=2&max-keys=1"
        headers = signed("GET", address, {}, sha256=OF_NOTHING, access=access_of(settings), now=clock.now())
        yield _asked("S3", address, headers, "S3_BUCKET_URL and S3_REGION", "S3_ACCESS_KEY_ID")
        yield from _open_to_all(address)


def _open_to_all(address: str) -> Iterator[Finding]:
    """A bucket that lists what is in it for somebody without a key."""
    try:
        with http_client(timeout_seconds=_VENDOR_SECONDS) as client:
            is_open = client.get(address).status_code == 200
    except (httpx.HTTPError, httpx.InvalidURL):
        return
    if is_open:
        yield Finding("S3", "anybody can list the recordings: make the bucket private at once.", False)


def _asked(vendor: str, address: str, headers: dict[str, str], setting: str, key: str) -> Finding:
    host = urlsplit(address).netloc
    try:
        with http_client(timeout_seconds=_VENDOR_SECONDS) as client:
            status = client.get(address, headers=headers).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        text = f"{host or address} cannot be reached ({_one_line(error) or type(error).__name__})"
        return Finding(vendor, f"{text}: check {setting}, and that this machine may go there.", False)
    if status in (401, 403):
        return Finding(vendor, f"{host} refuses {key}: make a new one there, and set it.", False)
    if status >= 300:
        return Finding(vendor, f"{host} answers {status}: check {setting}, and its status page.", False)
    return Finding(vendor, f"{host} answers", True)


def _one_line(error: Exception) -> str:
    """What the driver said, without SQLAlchemy's own preface and links."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else ""
