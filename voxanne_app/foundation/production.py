"""What may not serve patients: secrets of the demo, stand-ins for vendors, plain http, keys that are none."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from voxanne_app.foundation.encryption import parse_keys
from voxanne_app.foundation.settings import DEMO, SettingMissing, Settings

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SLACK = "https://hooks.slack.com/"
_SHORTEST_SECRET = 32
_NEEDED = (
    "database_url",
    "encryption_keys",
    "session_secret",
    "vapi_private_key",
    "vapi_webhook_secrets",
    "supabase_url",
    "supabase_publishable_key",
    "supabase_secret_key",
)
_NEEDED_FOR_S3 = ("s3_access_key_id", "s3_secret_access_key")


def check_production(settings: Settings) -> list[str]:
    """Why these settings may not serve patients, one sentence each; always empty outside production."""
    if settings.voxanne_env != "production":
        return []
    return [
        *_missing(settings, _NEEDED),
        *half_a_bucket(settings),
        *_of_the_demo(settings),
        *unusable_secrets(settings),
        *_not_the_vendors(settings),
        *_not_the_public(settings),
    ]


def unusable_secrets(settings: Settings) -> Iterator[str]:
    """Keys and secrets that are set and would not protect anything."""
    if settings.encryption_keys:
        try:
            parse_keys(settings.require_list("encryption_keys"))
        except SettingMissing as error:
            yield str(error)
    if settings.session_secret and len(settings.require("session_secret")) < _SHORTEST_SECRET:
        yield f"SESSION_SECRET is too short to be secret: make one of {_SHORTEST_SECRET} characters or more."


def half_a_bucket(settings: Settings) -> Iterator[str]:
    """What is missing of a bucket for recordings, where one is named."""
    return _missing(settings, _NEEDED_FOR_S3 if settings.s3_bucket_url else ())


def _missing(settings: Settings, needed: Iterable[str]) -> Iterator[str]:
    for name in needed:
        try:
            settings.require(name)
        except SettingMissing as missing:
            yield str(missing)


def _of_the_demo(settings: Settings) -> Iterator[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and DEMO in value.get_secret_value():
            yield f"{name.upper()} is a secret of the demo: make one of your own."


def _not_the_vendors(settings: Settings) -> Iterator[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        is_vendors = name.endswith("_base_url") or name in ("supabase_url", "s3_bucket_url")
        if is_vendors and value and _is_insecure(value):
            yield f"{name.upper()} is {value}: production talks to the vendor, over https."
    if settings.slack_webhook_url and not settings.require("slack_webhook_url").startswith(_SLACK):
        yield f"SLACK_WEBHOOK_URL must be an incoming webhook of Slack: it begins with {_SLACK}."
    if settings.sentry_dsn and _is_insecure(settings.require("sentry_dsn")):
        yield "SENTRY_DSN must be an https address: production does not report to a stand-in."
    if settings.voxanne_sandbox_url:
        yield "VOXANNE_SANDBOX_URL is set: production does not run on the sandbox."


def _not_the_public(settings: Settings) -> Iterator[str]:
    if _is_insecure(settings.public_url):
        yield "PUBLIC_URL must be an https address that vendors can reach."


def _is_insecure(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme != "https" or parts.hostname in _LOOPBACK
