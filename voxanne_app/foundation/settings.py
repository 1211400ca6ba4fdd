"""All settings, read on first use from environment variables and `.env`.

Any variable may be given as `<NAME>_FILE` instead: the path of a file that holds the value. Each field's
description is what a missing value says to whoever starts the process.
"""

import os
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

# Secrets that `voxanne up` makes for the demo hold this, so that production can tell them apart.
DEMO = "demo-"
_REPOSITORY = Path(__file__).resolve().parents[2]


def networks_in(setting: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of a comma-separated list. ValueError when one of them is none."""
    return tuple(ip_network(part.strip()) for part in setting.split(",") if part.strip())


class SettingMissing(Exception):
    """A value that this process cannot do without; the message says what to set."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=_REPOSITORY / ".env", env_ignore_empty=True, extra="ignore")

    voxanne_env: Literal["development", "test", "production"] = Field(
        default="development",
        description="development, test or production (no demo secrets, no sandbox)",
    )
    voxanne_data_dir: Path = Field(
        default=_REPOSITORY / ".voxanne", description="where the embedded services keep their data"
    )
    port: int = Field(default=8000, ge=1, le=65535, description="the one port of the web process")
    public_url: str = Field(
        default="http://localhost:8000", description="the address people and vendors reach us at"
    )

    trusted_proxies: str = Field(
        default="",
        description="addresses or networks of our own proxies, as in 10.0.0.0/8, comma-separated",
    )

    database_url: SecretStr | None = Field(
        default=None, description="the database as the app's own role, through any pooler"
    )
    database_session_url: SecretStr | None = Field(
        default=None, description="the same without a transaction pooler, for LISTEN; default: DATABASE_URL"
    )
    redis_url: SecretStr | None = Field(
        default=None, description="Redis, for more than one web worker; without it Postgres is used"
    )

    encryption_keys: SecretStr | None = Field(
        default=None,
        description="keys of stored credentials, `id:base64 of 32 bytes`, newest first, comma-separated",
    )
    session_secret: SecretStr | None = Field(
        default=None, description="32 random characters or more, for signed cookies"
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="bearer token of /metrics and /api/monitoring"
    )

    vapi_private_key: SecretStr | None = Field(default=None, description="Vapi's private API key")
    vapi_base_url: str = Field(default="https://api.vapi.ai", description="where Vapi's API is")
    vapi_lines: int = Field(default=10, ge=1, description="how many calls Vapi allows at once, all clinics")
    vapi_webhook_secrets: SecretStr | None = Field(
        default=None,
        description="secrets that Vapi's messages are signed with, comma-separated while they rotate",
    )
    vapi_credential_id: str | None = Field(
        default=None,
        description="a credential of Vapi's dashboard that signs its messages with one of the secrets",
    )
    openai_api_key: SecretStr | None = Field(
        default=None, description="OpenAI's key, for answers from documents"
    )
    openai_base_url: str = Field(default="https://api.openai.com/v1", description="where OpenAI's API is")
    google_client_id: str | None = Field(
        default=None, description="the OAuth client for clinics' Google calendars"
    )
    google_client_secret: SecretStr | None = Field(
        default=None, description="the secret of that OAuth client"
    )
    google_oauth_base_url: str = Field(
        default="https://oauth2.googleapis.com", description="where Google gives out tokens"
    )
    google_calendar_base_url: str = Field(
        default="https://www.googleapis.com/calendar/v3", description="where Google's Calendar API is"
    )
    twilio_base_url: str = Field(default="https://api.twilio.com", description="where Twilio's API is")
    supabase_url: str | None = Field(
        default=None, description="the Supabase project that people sign in with"
    )
    supabase_publishable_key: SecretStr | None = Field(
        default=None, description="the project's publishable key"
    )
    supabase_secret_key: SecretStr | None = Field(
        default=None, description="the project's secret (service role) key"
    )
    supabase_jwt_secret: SecretStr | None = Field(
        default=None, description="only for legacy projects that sign with HS256: the JWT secret"
    )
    supabase_recordings_bucket: str | None = Field(
        default=None,
        description="the private bucket for recordings; without it, a folder of the data directory",
    )
    s3_bucket_url: str | None = Field(
        default=None,
        description="instead, the address of a private bucket that speaks S3, its name in host or path",
    )
    s3_region: str = Field(default="us-east-1", description="the region of that bucket")
    s3_access_key_id: str | None = Field(default=None, description="the id of a key for that bucket")
    s3_secret_access_key: SecretStr | None = Field(default=None, description="the secret of that key")
    s3_encryption: Literal["AES256", "aws:kms", "none"] = Field(
        default="AES256", description="what the bucket encrypts with: AES256, aws:kms, or none (its own way)"
    )
    sign_in_with_google: bool = Field(
        default=False, description="true when the Supabase project has Google switched on"
    )
    sign_in_with_sso: bool = Field(
        default=False, description="true when the Supabase project knows organizations' own sign-ins (SAML)"
    )
    slack_webhook_url: SecretStr | None = Field(default=None, description="where alerts go")
    sentry_dsn: SecretStr | None = Field(default=None, description="where errors go")
    otel_exporter_otlp_endpoint: str | None = Field(default=None, description="where traces go")

    voxanne_sandbox_url: str | None = Field(
        default=None,
        description="the sandbox that plays the vendors; set by `voxanne up`, refused in production",
    )

    @field_validator("s3_bucket_url")
    @classmethod
    def _is_the_one_bucket(cls, setting: str | None, others: ValidationInfo) -> str | None:
        if setting and others.data.get("supabase_recordings_bucket"):
            raise ValueError("SUPABASE_RECORDINGS_BUCKET is set as well: recordings lie in one place")
        parts = urlsplit(setting or "https://none")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise ValueError("it must be like https://recordings.s3.eu-west-1.amazonaws.com")
        return setting

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, setting: str) -> str:
        networks_in(setting)
        return setting

    def require(self, name: str) -> str:
        """The value of a field, secrets unwrapped; SettingMissing when it is not set."""
        value = getattr(self, name)
        if value is None:
            raise SettingMissing(
                f"{name.upper()} is not set: {type(self).model_fields[name].description}. "
                f"Set it in the environment or in .env (or {name.upper()}_FILE)."
            )
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)

    def require_database_url(self) -> str:
        return self.require("database_url")

    def require_database_session_url(self) -> str:
        return self.require("database_session_url" if self.database_session_url else "database_url")

    def require_list(self, name: str) -> list[str]:
        """The parts of a comma-separated value."""
        return [part for part in (part.strip() for part in self.require(name).split(",")) if part]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        from_files = _FromFiles(settings_cls)
        if _is_test():
            return init_settings, env_settings, from_files
        return init_settings, env_settings, dotenv_settings, from_files


class _FromFiles(PydanticBaseSettingsSource):
    """`<NAME>_FILE`, as container platforms mount secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return _from_file(field_name.upper()), field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value}


def _is_test() -> bool:
    """Tests must not depend on the `.env` of whose machine they run on."""
    return os.environ.get("VOXANNE_ENV") == "test"


def _dotenv() -> dict[str, str | None]:
    return {} if _is_test() else dotenv_values(_REPOSITORY / ".env")


def read_variable(name: str) -> str | None:
    """One variable that is not a setting of everybody's: from the environment, `.env`, or its file."""
    return os.environ.get(name) or _dotenv().get(name) or _from_file(name)


def _from_file(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE") or _dotenv().get(f"{name}_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise SettingMissing(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error


def wrong_values(error: ValidationError) -> list[str]:
    """A sentence for each variable that cannot be used, without its value: that may be a secret."""
    sentences = []
    for found in error.errors():
        name = str(found["loc"][0])
        meant = Settings.model_fields[name].description
        sentences.append(f"{name.upper()} cannot be used: {found['msg']}. It is {meant}.")
    return sentences


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    return Settings()
