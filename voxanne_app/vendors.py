"""Who plays the parts that domains need of outside companies, cast from the settings."""

from functools import lru_cache

from voxanne_app.calls.outbound.ports import Dialler
from voxanne_app.calls.ports import CallArchive, LineControl, RecordingStorage
from voxanne_app.foundation.settings import Settings, get_settings
from voxanne_app.identity.signing_keys import SigningKeys
from voxanne_app.identity.tokens import TokenVerifier
from voxanne_app.integrations.folder.recordings import FolderOfRecordings
from voxanne_app.integrations.s3.recordings import S3Recordings
from voxanne_app.integrations.s3.signing import Access
from voxanne_app.integrations.simulator.phone_calls import SimulatedPhoneCalls
from voxanne_app.integrations.slack.alerts import SlackAlerts
from voxanne_app.integrations.supabase.accounts import SupabaseAccounts
from voxanne_app.integrations.supabase.own_account import SupabaseOwnAccount
from voxanne_app.integrations.supabase.recordings import SupabaseRecordings
from voxanne_app.integrations.supabase.sign_in import SupabaseSignIn
from voxanne_app.integrations.supabase.sign_up import SupabaseSignUp
from voxanne_app.integrations.vapi.api import VapiApi
from voxanne_app.integrations.vapi.assistant_body import OurServer
from voxanne_app.integrations.vapi.call_archive import VapiCallArchive
from voxanne_app.integrations.vapi.call_listing import VapiCallListing
from voxanne_app.integrations.vapi.call_steering import VapiCallSteering
from voxanne_app.integrations.vapi.calling import VapiDialler
from voxanne_app.integrations.vapi.trial_chats import CHAT_SECONDS, VapiTrialChats
from voxanne_app.integrations.vapi.voice_platform import VapiVoicePlatform
from voxanne_app.trials.ports import TrialChats


def sign_in_provider() -> SupabaseSignIn:
    settings = get_settings()
    return _supabase(settings.require("supabase_url"), settings.require("supabase_publishable_key"))


def accounts() -> SupabaseAccounts:
    """What the platform may do with other people's accounts: invite them, say where they are."""
    settings = get_settings()
    return SupabaseAccounts(
        url=settings.require("supabase_url"), secret_key=settings.require("supabase_secret_key")
    )


def sign_up_provider() -> SupabaseSignUp:
    settings = get_settings()
    key = settings.require("supabase_publishable_key")
    return SupabaseSignUp(url=settings.require("supabase_url"), publishable_key=key)


def own_account_provider() -> SupabaseOwnAccount:
    settings = get_settings()
    secret = settings.supabase_secret_key
    return SupabaseOwnAccount(
        url=settings.require("supabase_url"),
        publishable_key=settings.require("supabase_publishable_key"),
        secret_key=secret.get_secret_value() if secret else None,
    )


def token_verifier() -> TokenVerifier:
    """One for the whole process: what it has fetched and verified is worth keeping."""
    secret = get_settings().supabase_jwt_secret
    return _verifier(sign_in_provider(), secret.get_secret_value() if secret else None)


@lru_cache(maxsize=4)
def _supabase(url: str, publishable_key: str) -> SupabaseSignIn:
    return SupabaseSignIn(url=url, publishable_key=publishable_key)


@lru_cache(maxsize=4)
def _verifier(provider: SupabaseSignIn, legacy_secret: str | None) -> TokenVerifier:
    keys = SigningKeys(provider.signing_keys)
    return TokenVerifier(keys=keys, issuer=provider.issuer, legacy_secret=legacy_secret)


def call_simulator() -> SimulatedPhoneCalls | None:
    """There where the sandbox plays the vendors; never in production."""
    url = get_settings().voxanne_sandbox_url
    return SimulatedPhoneCalls(url) if url else None


def alert_channel() -> SlackAlerts | None:
    """Where operators hear of trouble; None when none is set up."""
    settings = get_settings()
    if settings.slack_webhook_url is None:
        return None
    return SlackAlerts(settings.require("slack_webhook_url"), public_url=settings.public_url)


def call_archive() -> CallArchive:
    settings = get_settings()
    return VapiCallArchive(base_url=settings.vapi_base_url, private_key=settings.require("vapi_private_key"))


def call_listing() -> VapiCallListing | None:
    """None where no key is set up: nothing can be compared there."""
    settings = get_settings()
    if settings.vapi_private_key is None:
        return None
    key = settings.require("vapi_private_key")
    return VapiCallListing(VapiApi(url=settings.vapi_base_url, private_key=key, timeout_seconds=20.0))


def line_control() -> LineControl:
    settings = get_settings()
    return VapiCallSteering(base_url=settings.vapi_base_url, private_key=settings.require("vapi_private_key"))


def dialler() -> Dialler:
    settings = get_settings()
    key = settings.require("vapi_private_key")
    return VapiDialler(base_url=settings.vapi_base_url, private_key=key, server=our_server())


def recording_storage() -> RecordingStorage:
    """A private bucket where one is named, else a folder beside the embedded services' data."""
    settings = get_settings()
    if settings.supabase_recordings_bucket:
        return SupabaseRecordings(
            url=settings.require("supabase_url"),
            secret_key=settings.require("supabase_secret_key"),
            bucket=settings.supabase_recordings_bucket,
        )
    if settings.s3_bucket_url:
        encryption = settings.s3_encryption
        return S3Recordings(
            bucket_url=settings.s3_bucket_url,
            access=access_of(settings),
            encryption=None if encryption == "none" else encryption,
        )
    return FolderOfRecordings(settings.voxanne_data_dir / "recordings")


def access_of(settings: Settings) -> Access:
    """The key of the bucket for recordings."""
    key_id, secret = settings.require("s3_access_key_id"), settings.require("s3_secret_access_key")
    return Access(key_id, secret, settings.s3_region)


def our_server() -> OurServer:
    """What vendors are told about where, and how, to reach us."""
    settings = get_settings()
    return OurServer(
        url=f"{settings.public_url.rstrip('/')}/webhooks/vapi",
        secret=settings.require_list("vapi_webhook_secrets")[0],
        credential_id=settings.vapi_credential_id,
    )


def trial_chats() -> TrialChats:
    settings = get_settings()
    key = settings.require("vapi_private_key")
    api = VapiApi(url=settings.vapi_base_url, private_key=key, timeout_seconds=CHAT_SECONDS)
    return VapiTrialChats(api, our_server())


def voice_platform() -> VapiVoicePlatform:
    settings = get_settings()
    api = VapiApi(url=settings.vapi_base_url, private_key=settings.require("vapi_private_key"))
    accepted = settings.require_list("vapi_webhook_secrets")
    return VapiVoicePlatform(api, our_server(), accepted_secrets=accepted)
