"""The settings of an instance of `voxanne up`: what nobody set is embedded, generated, or the sandbox."""

import base64
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from voxanne_app.embedded import announcement, data_directory
from voxanne_app.foundation.settings import DEMO, Settings, get_settings


def _token(prefix: str = "") -> Callable[[], str]:
    return lambda: f"{prefix}{DEMO}{secrets.token_urlsafe(32)}"


_SECRETS: dict[str, Callable[[], str]] = {
    "encryption_keys": lambda: f"{DEMO}1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    "session_secret": _token(),
    "metrics_token": _token(),
}
_SANDBOX_SECRETS: dict[str, Callable[[], str]] = {
    "vapi_private_key": _token(),
    "vapi_webhook_secrets": _token(),
    "supabase_publishable_key": _token("sb_publishable_"),
    "supabase_secret_key": _token("sb_secret_"),
}
_SANDBOX_ADDRESSES = {
    "vapi_base_url": "/vapi",
    "supabase_url": "/supabase",
    "openai_base_url": "/openai/v1",
    "google_oauth_base_url": "/google",
    "google_calendar_base_url": "/google/calendar/v3",
    "twilio_base_url": "/twilio",
    "slack_webhook_url": "/slack/services/TSANDBOX/BSANDBOX/sandbox",
    "voxanne_sandbox_url": "",
}


# As the README tells whoever sets up the project's mail templates.
_MAIL_LINKS = {
    kind: f"{{site_url}}/verify?token_hash={{token_hash}}&type={kind}"
    for kind in ("signup", "recovery", "email_change")
} | dict.fromkeys(("invite", "magiclink"), "{redirect_to}")
# A demo clinic with a sign-in of its own.
_SSO = [{"id": "6d0d6a52-6f0e-4c59-9f3c-0a1d4f5b7c21", "domains": ["cedarlane.example"]}]


def instance_settings(data_dir: Path, *, port: int, database_url: str | None, sandbox: bool) -> Settings:
    """The settings of this instance's processes. What the environment or `.env` sets stays as it is."""
    given = Settings()
    defaults: dict[str, str] = {"public_url": f"http://localhost:{port}"}
    defaults |= data_directory.remembered_secrets(data_dir, _SECRETS)
    if database_url:
        defaults["database_url"] = database_url
    if sandbox:
        defaults |= data_directory.remembered_secrets(data_dir, _SANDBOX_SECRETS)
        url = f"http://localhost:{port + 1}"
        defaults["sign_in_with_google"] = "true"  # the sandbox plays Google too
        defaults["sign_in_with_sso"] = "true"  # and an organization's own sign-in
        defaults["sentry_dsn"] = f"http://{DEMO}key@localhost:{port + 1}/sentry/1"
        defaults |= {name: url + path for name, path in _SANDBOX_ADDRESSES.items()}
    chosen = given.model_fields_set
    filled = {name: value for name, value in defaults.items() if name not in chosen}
    return Settings.model_validate(
        given.model_dump(exclude_unset=True) | filled | {"port": port, "voxanne_data_dir": data_dir}
    )


def settings_here() -> Settings:
    """Those of the environment, with what `voxanne up` has filled in when it runs here."""
    settings = get_settings()
    try:
        running = announcement.running(settings.voxanne_data_dir)
    except announcement.NothingRuns:
        return settings
    return instance_settings(
        settings.voxanne_data_dir,
        port=urlsplit(running["url"]).port or settings.port,
        database_url=running["database_url"],
        sandbox=bool(running["sandbox_url"]),
    )


def sandbox_seed(settings: Settings, demo: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The vendors as these settings expect them, with the demo's things in them; see the sandbox's README."""
    accounts: dict[str, dict[str, Any]] = {
        "vapi": {"private_key": settings.require("vapi_private_key")},
        "supabase": {
            "publishable_key": settings.require("supabase_publishable_key"),
            "secret_key": settings.require("supabase_secret_key"),
            "site_url": settings.public_url,
            "mail_links": _MAIL_LINKS,
            "sso": _SSO,
        },
    }
    return demo | {vendor: account | demo.get(vendor, {}) for vendor, account in accounts.items()}


def as_environment(settings: Settings) -> dict[str, str]:
    """The same settings as variables for a child."""
    names = settings.model_fields_set
    return {name.upper(): settings.require(name) for name in names if getattr(settings, name) is not None}
