"""What a storage of recordings must do, in each of them; and what buckets do on bad days."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.clinic_sign_in import AuthSandbox
from tests.wire.recordings.conftest import Clinic, s3_bucket
from voxanne_app import vendors
from voxanne_app.calls.ports import NotStored, RecordingStorage, StorageUnavailable
from voxanne_app.foundation.settings import get_settings
from voxanne_app.integrations.s3 import answers

BYTES = bytes(range(256)) * 600  # more than one chunk
BUCKETS = pytest.mark.parametrize("storage", ["supabase", "s3"], indirect=True)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., str]:
    """Stores `content` for an organization; returns its key."""

    def put(org_id: UUID, content: bytes = BYTES, *, key: str = "") -> str:
        file = tmp_path / "file"
        file.write_bytes(content)
        key = key or f"{org_id}/{uuid4()}.wav"
        vendors.recording_storage().put(key, file, content_type="audio/wav")
        return key

    return put


def part(key: str, first: int, last: int) -> bytes:
    return b"".join(vendors.recording_storage().read(key, first=first, last=last))


def test_what_is_stored_is_read_in_any_part_until_it_is_replaced(
    storage: str, put: Callable[..., str]
) -> None:
    org_id, end = uuid4(), len(BYTES) - 1
    key = put(org_id)
    for first, last in ((0, end), (0, 0), (100, 70_000), (end, end)):
        assert part(key, first, last) == BYTES[first : last + 1]
    put(org_id, b"another", key=key)
    assert part(key, 0, 6) == b"another"
    assert [file.key for file in vendors.recording_storage().stored(org_id)] == [key]


def test_each_organization_has_its_own_however_many(storage: str, put: Callable[..., str]) -> None:
    ours, theirs, nobody = uuid4(), uuid4(), uuid4()
    kept = {put(ours, b"x") for _ in range(5)}
    put(theirs, b"x")
    where = vendors.recording_storage()
    assert sorted(file.key for file in where.stored(ours)) == sorted(kept)
    assert {file.stored_at.tzinfo is not None for file in where.stored(ours)} == {True}
    assert list(where.stored(nobody)) == []


def test_deleting_what_is_gone_already_is_no_trouble(storage: str, put: Callable[..., str]) -> None:
    org_id = uuid4()
    key, left = put(org_id), put(org_id)
    where = vendors.recording_storage()
    for _ in range(2):
        where.delete([key, f"{org_id}/{uuid4()}.wav"])
    where.delete([])
    assert [file.key for file in where.stored(org_id)] == [left]
    with pytest.raises(NotStored):
        where.read(key, first=0, last=3)


@BUCKETS
@pytest.mark.parametrize(
    "fault",
    [{"mode": "status", "status": 503}, {"mode": "html", "status": 502}, {"mode": "wrong_json"}]
    + [{"mode": mode} for mode in ("reset", "cut", "succeed_then_reset")],
    ids=lambda fault: fault["mode"],
)
def test_on_a_bad_day_each_act_says_that_it_was_not_done(
    storage: str, put: Callable[..., str], supabase: AuthSandbox, fault: dict[str, Any]
) -> None:
    org_id = uuid4()
    key, where = put(org_id), vendors.recording_storage()
    acts: dict[str, Callable[[], object]] = {
        "put": lambda: put(org_id, key=key),
        "read": lambda: part(key, 1, 70_000),
        "stored": lambda: list(where.stored(org_id)),
        "delete": lambda: where.delete([key]),
    }
    supabase.fault(vendor=storage, **fault)
    # An answer without a body cannot be cut: whoever has its head knows all.
    if (fault["mode"], storage) == ("cut", "s3"):
        del acts["put"]
    for name, act in acts.items():
        with pytest.raises(StorageUnavailable):
            act()
            pytest.fail(f"{name} did not notice")
    supabase.mend()
    if fault["mode"] not in ("cut", "succeed_then_reset"):
        assert part(key, 0, len(BYTES)) == BYTES


@BUCKETS
@pytest.mark.parametrize(
    "fault",
    [
        {"mode": "status", "status": 503},
        {"mode": "status", "status": 200, "body": {"message": "Welcome"}},
        {"mode": "wrong_json"},
        {"mode": "reset"},
    ],
    ids=lambda fault: f"{fault['mode']}-{fault.get('status', '')}",
)
def test_a_bucket_that_fails_is_not_taken_for_an_empty_one(
    clinic: Clinic, storage: str, supabase: AuthSandbox, fault: dict[str, Any]
) -> None:
    clinic.call_with_recording()
    supabase.fault(vendor=storage, **fault)
    with pytest.raises(StorageUnavailable):
        clinic.ask_for("calls.clean_recordings_of")
    assert clinic.recording().state == "kept"


@pytest.fixture
def s3(supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., RecordingStorage]:
    """A bucket of its own, with other settings or on another kind of store."""

    def s3(seed: dict[str, Any] | None = None, **settings: str) -> RecordingStorage:
        for name, value in (s3_bucket(supabase, **seed or {}) | settings).items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        return vendors.recording_storage()

    return s3


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"S3_SECRET_ACCESS_KEY": "hush"}, "403 SignatureDoesNotMatch"),
        ({"S3_ACCESS_KEY_ID": "stranger"}, "403 InvalidAccessKeyId"),
        ({"S3_REGION": "eu-west-1"}, "400 AuthorizationHeaderMalformed"),
        ({"S3_BUCKET_URL": "{}/s3/no-such-bucket"}, "404 NoSuchBucket"),
    ],
)
def test_a_bucket_that_is_not_ours_says_why(
    s3: Callable[..., RecordingStorage], supabase: AuthSandbox, settings: dict[str, str], says: str
) -> None:
    where = s3(**{name: value.format(supabase.url) for name, value in settings.items()})
    for act in (lambda: list(where.stored(uuid4())), lambda: where.read("a/b.wav", first=0, last=1)):
        with pytest.raises(StorageUnavailable, match=says) as refused:
            act()
        assert "hush" not in str(refused.value)


def test_a_store_that_ignores_ranges_is_not_used(
    s3: Callable[..., RecordingStorage], put: Callable[..., str], supabase: AuthSandbox
) -> None:
    where = s3()
    key = put(uuid4())
    supabase.fault(vendor="s3", mode="status", status=200, body="all of it")
    with pytest.raises(StorageUnavailable, match="answered 200"):
        where.read(key, first=0, last=3)


def test_each_file_is_encrypted_there_unless_the_bucket_does_so_in_its_own_way(
    s3: Callable[..., RecordingStorage], put: Callable[..., str], supabase: AuthSandbox
) -> None:
    asked = "x-amz-server-side-encryption"
    for setting, sent in (("AES256", "AES256"), ("aws:kms", "aws:kms"), ("none", None)):
        s3(S3_ENCRYPTION=setting)
        key = put(uuid4())
        query = {"vendor": "s3", "limit": 5000}
        journal = httpx.get(f"{supabase.url}/_sandbox/journal", params=query).json()["entries"]
        (stored,) = [entry for entry in journal if entry["path"].endswith(key)]
        assert stored["headers"].get(asked) == sent
    s3({"refuses_encryption": True}, S3_ENCRYPTION="AES256")
    with pytest.raises(StorageUnavailable, match="501 NotImplemented"):
        put(uuid4())
    s3({"refuses_encryption": True}, S3_ENCRYPTION="none")
    put(uuid4())


PAGE = "<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{}</ListBucketResult>"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html></html>",
        PAGE.format(""),
        PAGE.format("<IsTruncated>true</IsTruncated>"),
        PAGE.format("<IsTruncated>maybe</IsTruncated>"),
        PAGE.format("<IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents>"),
        PAGE.format("<IsTruncated>false</IsTruncated><Contents><Key>a</Key>")[:-20],
        PAGE.format(
            "<IsTruncated>false</IsTruncated><Contents><Key>a</Key><LastModified>today</LastModified></Contents>"
        ),
    ],
)
def test_half_a_listing_is_none(body: str) -> None:
    with pytest.raises(StorageUnavailable, match="no S3"):
        answers.listed(httpx.Response(200, text=body))


def test_what_a_bucket_did_not_delete_is_noticed() -> None:
    told = "<DeleteResult><Error><Key>a</Key><Code>AccessDenied</Code></Error></DeleteResult>"
    with pytest.raises(StorageUnavailable, match="not delete all"):
        answers.require_deleted(httpx.Response(200, text=told))
