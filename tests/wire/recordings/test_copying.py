"""A recording on its way from the voice platform into our storage, on good days and bad ones."""

import hashlib
import os
import stat
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows, run_as_by_the_clock
from tests.wire.recordings.conftest import Clinic, files_below, supabase_bucket, throw_away
from voxanne_app import vendors
from voxanne_app.calls import copying, jobs
from voxanne_app.calls.ports import NotStored, UnusableRecording
from voxanne_app.calls.waveform import PARTS
from voxanne_app.foundation.settings import get_settings

REDIRECT = "/call/*/stereo-recording"
STORAGE = "/_storage/*"


def test_a_recording_is_copied_whole_and_only_we_can_read_it(clinic: Clinic, tmp_path: Path) -> None:
    call_id = clinic.call_with_recording()
    kept = clinic.recording()
    assert (kept.state, kept.content_type, kept.attempts) == ("kept", "audio/wav", 1)
    (file,) = files_below(tmp_path / "recordings")
    assert file == tmp_path / "recordings" / str(clinic.org_id) / f"{call_id}.wav"
    assert (stat.S_IMODE(file.stat().st_mode), file.stat().st_size) == (0o600, kept.size_bytes)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(kept.waveform) == 2 * PARTS and max(kept.waveform) == 255
    assert kept.duration_seconds > 0.1
    assert (kept.delete_after - kept.kept_at).days == 90


def test_copied_again_it_is_still_one(clinic: Clinic, tmp_path: Path) -> None:
    call_id = clinic.call_with_recording()
    clinic.ask_for("calls.copy_recording", call_id=str(call_id))
    assert clinic.recording().attempts == 1
    clinic.moved(state="'wanted'")
    clinic.ask_for("calls.copy_recording", call_id=str(call_id))
    assert (clinic.recording().state, len(files_below(tmp_path / "recordings"))) == ("kept", 1)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"path": REDIRECT, "mode": "status", "status": 503}, "unavailable"),
        ({"path": REDIRECT, "mode": "reset"}, "unavailable"),
        ({"path": STORAGE, "mode": "cut"}, "unavailable"),
        ({"path": STORAGE, "mode": "status", "status": 404}, "not_there"),
        ({"path": STORAGE, "mode": "html", "status": 200}, "not_audio"),
        ({"path": STORAGE, "mode": "wrong_json"}, "not_audio"),
    ],
)
def test_what_does_not_come_today_is_tried_again_in_five_minutes(
    clinic: Clinic, supabase: AuthSandbox, tmp_path: Path, fault: dict[str, object], reason: str
) -> None:
    supabase.fault(vendor="vapi", **fault)
    call_id = clinic.call_with_recording()
    failed = clinic.recording()
    assert (failed.state, failed.reason, failed.attempts) == ("wanted", reason, 1)
    assert 200 < (failed.next_try_at - failed.wanted_at).total_seconds() < 400
    assert not files_below(tmp_path / "recordings")
    supabase.mend()
    clinic.ask_for("calls.copy_recording", call_id=str(call_id))
    assert clinic.recording().state == "kept"


@pytest.mark.parametrize(
    "location",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.7/recording.wav",
        "https://[::1]/recording.wav",
        "https://[::ffff:169.254.169.254]/recording.wav",
        "https://100.64.0.1/recording.wav",
        "http://8.8.8.8/recording.wav",
        "https://user@8.8.8.8/recording.wav",
        "https://8.8.8.8:8443/recording.wav",
        "file:///etc/passwd",
        "//169.254.169.254/",
        "",
    ],
)
def test_a_redirect_into_our_own_network_is_not_followed(
    clinic: Clinic, supabase: AuthSandbox, location: str
) -> None:
    supabase.fault(vendor="vapi", path=REDIRECT, mode="status", status=302, headers={"location": location})
    clinic.call_with_recording()
    assert (clinic.recording().state, clinic.recording().reason) == ("wanted", "unsafe_address")


def test_more_than_a_recording_can_be_is_not_taken(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(UnusableRecording, match="too_large"):
        copying.copy(
            vendors.call_archive(),
            vendors.recording_storage(),
            clinic.vendor_call_id,
            (),
            org_id=clinic.org_id,
            call_id=uuid4(),
            folder=tmp_path,
            largest=1000,
        )
    assert not files_below(tmp_path / "recordings")


def test_our_key_is_shown_to_vapi_only(clinic: Clinic, supabase: AuthSandbox) -> None:
    """Its storage would refuse a request that carries it; that this one was kept says that it did not."""
    clinic.call_with_recording()
    assert clinic.recording().state == "kept"


@pytest.mark.parametrize(
    ("greeting", "says", "reason"),
    [
        ("Alder Street Dental, how can I help?", "I need a cleaning.", "not_announced"),
        ("This call is recorded. How can I help?", "I don’t want to be recorded.", "refused"),
    ],
)
def test_without_consent_nothing_is_kept_here_or_there(
    clinic: Clinic, supabase: AuthSandbox, tmp_path: Path, greeting: str, says: str, reason: str
) -> None:
    clinic.call_with_recording(greeting=greeting, caller_says=says)
    assert (clinic.recording().state, clinic.recording().reason) == ("withheld", reason)
    assert not files_below(tmp_path / "recordings")
    assert clinic.work_off("calls.delete_at_vendor") == 1
    assert clinic.recording().vendor_deleted_at

    assert vendors.call_archive().call(clinic.vendor_call_id) is None


def test_a_clinic_that_keeps_none_has_none(clinic: Clinic) -> None:
    rows(
        "update organizations set recording_retention_days = 0 where id = :id returning id",
        clinic.org_id,
        id=clinic.org_id,
    )  # fmt: skip
    clinic.call_with_recording()
    assert (clinic.recording().state, clinic.recording().reason) == ("withheld", "not_kept")


def test_what_its_time_is_over_for_goes_here_and_at_the_vendors(clinic: Clinic, tmp_path: Path) -> None:
    clinic.call_with_recording()
    clinic.ask_for("calls.clean_recordings_of")
    assert clinic.recording().state == "kept"
    clinic.moved(delete_after="now() - interval '1 minute'")
    clinic.ask_for("calls.clean_recordings_of")
    assert (clinic.recording().state, files_below(tmp_path / "recordings")) == ("deleted", [])
    assert clinic.work_off("calls.delete_at_vendor") == 1
    assert clinic.recording().vendor_deleted_at


def test_files_that_belong_to_nothing_go_and_what_has_vanished_is_copied_anew(
    clinic: Clinic, tmp_path: Path
) -> None:
    clinic.call_with_recording()
    folder = tmp_path / "recordings" / str(clinic.org_id)
    old, young = folder / f"{uuid4()}.wav", folder / f"{uuid4()}.wav"
    for orphan in (old, young):
        orphan.write_bytes(b"orphan")
    two_hours_ago = time.time() - 7200
    os.utime(old, (two_hours_ago, two_hours_ago))
    clinic.ask_for("calls.clean_recordings_of")
    assert (old.exists(), young.exists(), len(files_below(folder))) == (False, True, 2)
    throw_away(folder)
    clinic.ask_for("calls.clean_recordings_of")
    assert (clinic.recording().state, clinic.recording().reason) == ("wanted", "vanished")


def test_the_clock_finds_what_is_to_be_tried_again_whosever_it_is(
    clinic: Clinic, supabase: AuthSandbox
) -> None:
    supabase.fault(vendor="vapi", path=REDIRECT, mode="status", status=503)
    clinic.call_with_recording()
    supabase.mend()
    clinic.moved(next_try_at="now() - interval '1 second'")
    run_as_by_the_clock("calls.retry_recordings")
    assert clinic.work_off("calls.copy_recording") == 1
    assert clinic.recording().state == "kept"


def test_a_bucket_that_is_not_there_is_made_and_used_the_next_time(
    clinic: Clinic, supabase: AuthSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in supabase_bucket(supabase, is_there=False).items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    call_id = clinic.call_with_recording()
    assert (clinic.recording().state, clinic.recording().reason) == ("wanted", "storage")
    clinic.ask_for("calls.copy_recording", call_id=str(call_id))
    assert clinic.recording().state == "kept"


def test_wherever_they_are_kept_they_go_in_time_and_come_back_when_they_vanish(
    clinic: Clinic, storage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_YOUNG", timedelta(minutes=-1))  # no file is too young to be an orphan
    clinic.call_with_recording()
    kept, where = clinic.recording(), vendors.recording_storage()
    assert kept.state == "kept"
    whole = b"".join(where.read(kept.storage_key, first=0, last=kept.size_bytes - 1))
    assert hashlib.sha256(whole).hexdigest() == kept.sha256
    (tmp_path / "orphan").write_bytes(b"RIFF")
    where.put(f"{clinic.org_id}/{uuid4()}.wav", tmp_path / "orphan", content_type="audio/wav")
    clinic.ask_for("calls.clean_recordings_of")
    assert [file.key for file in where.stored(clinic.org_id)] == [kept.storage_key]
    where.delete([kept.storage_key])
    clinic.ask_for("calls.clean_recordings_of")
    assert (clinic.recording().state, clinic.recording().reason) == ("wanted", "vanished")
    clinic.ask_for("calls.copy_recording", call_id=str(kept.call_id))
    clinic.moved(delete_after="now() - interval '1 minute'")
    clinic.ask_for("calls.clean_recordings_of")
    assert (clinic.recording().state, list(where.stored(clinic.org_id))) == ("deleted", [])
    with pytest.raises(NotStored):
        where.read(kept.storage_key, first=0, last=3)
