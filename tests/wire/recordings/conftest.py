"""A call that is over at the voice platform, a clinic that wants its recording, and where that is kept."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import Row

from tests import factories
from tests.clinic_sign_in import AuthSandbox
from tests.deliveries import rows, run_job
from tests.wire import sandbox_clinic
from tests.wire.sandbox_listener import listening
from voxanne_app.calls import jobs, recordings
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.foundation.settings import get_settings

assert jobs  # registers them
ANNOUNCED = "Alder Street Dental, this call is recorded. How can I help?"


@dataclass(frozen=True)
class Clinic:
    org_id: UUID
    vendor_call_id: str

    def call_with_recording(
        self, *, caller_says: str = "I need a cleaning.", greeting: str = ANNOUNCED
    ) -> UUID:
        """A call of this clinic whose report has just named a recording."""
        call = factories.make_call(
            org_id=self.org_id, vendor_call_id=self.vendor_call_id, status="ended", has_report=True
        )
        said = (("agent", greeting), ("caller", caller_says))
        for position, (speaker, words) in enumerate(said):
            factories.make_turn(
                org_id=self.org_id, call_id=call.id, position=position, speaker=speaker, words=words,
                offset_seconds=position * 3, duration_seconds=3,
            )  # fmt: skip
        with transaction(Claims.organization(self.org_id)) as session:
            recordings.want(session, org_id=self.org_id, call_id=call.id, now=datetime.now(UTC))
        self.work_off("calls.copy_recording")
        return UUID(str(call.id))

    def recording(self) -> Row[Any]:
        (found,) = rows("select * from call_recordings", self.org_id)
        return found

    def ask_for(self, name: str, **arguments: str) -> None:
        with transaction(Claims.organization(self.org_id)) as session:
            enqueue(session, name, arguments, org_id=self.org_id)
        self.work_off(name)

    def work_off(self, name: str) -> int:
        """Do this organization's jobs of that name, due or not; how many there were."""
        waiting = rows(
            "select id, fence from jobs where state = 'waiting' and name = :name", self.org_id, name=name
        )
        for job in waiting:
            run_job(job.id, job.fence)
        return len(waiting)

    def moved(self, **columns: str) -> None:
        """Time passes: set columns of the recording by SQL, as `now() - interval '1 day'`."""
        assignments = ", ".join(f"{name} = {value}" for name, value in columns.items())
        rows(f"update call_recordings set {assignments} returning id", self.org_id)


@pytest.fixture(scope="session")
def vapi_calls() -> Iterator[Callable[..., str]]:
    """Has a simulated call made at a sandbox; returns its id there."""
    with listening() as listener:

        def make(sandbox_url: str, **fields: Any) -> str:
            listener.reply = sandbox_clinic.Desk().reply
            seed = sandbox_clinic.seed(listener.url)
            httpx.post(f"{sandbox_url}/_sandbox/seed", json=seed).raise_for_status()
            with httpx.Client(base_url=sandbox_url, timeout=30) as client:
                return str(sandbox_clinic.call(client, **{"script": "hangs_up"} | fields)["id"])

        yield make


@pytest.fixture
def clinic(
    organization: Row[Any],
    supabase: AuthSandbox,
    vapi_calls: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Clinic:
    monkeypatch.setenv("VAPI_BASE_URL", supabase.url.replace("127.0.0.1", "localhost") + "/vapi")
    monkeypatch.setenv("VAPI_PRIVATE_KEY", sandbox_clinic.PRIVATE_KEY)
    monkeypatch.setenv("VOXANNE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SESSION_SECRET", "s" * 32)
    get_settings.cache_clear()
    return Clinic(organization.id, vapi_calls(supabase.url))


@pytest.fixture(params=["folder", "supabase", "s3"])
def storage(
    request: pytest.FixtureRequest, supabase: AuthSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Where recordings are kept in this test: each test of it runs in all of them."""
    kind = str(request.param)
    monkeypatch.setenv("VOXANNE_DATA_DIR", str(tmp_path))
    settings = {"folder": {}, "supabase": supabase_bucket(supabase), "s3": s3_bucket(supabase)}[kind]
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    return kind


def supabase_bucket(supabase: AuthSandbox, *, is_there: bool = True) -> dict[str, str]:
    """A new bucket, and the settings that name it."""
    secret, name = "sb_secret_of_the_tests", f"recordings-{uuid4().hex[:8]}"
    supabase.set(secret_key=secret)
    if is_there:
        key = {"apikey": secret, "authorization": f"Bearer {secret}"}
        made = httpx.post(f"{supabase.url}/supabase/storage/v1/bucket", headers=key, json={"name": name})
        made.raise_for_status()
    return {"SUPABASE_RECORDINGS_BUCKET": name, "SUPABASE_SECRET_KEY": secret}


def s3_bucket(supabase: AuthSandbox, **seed: Any) -> dict[str, str]:
    """The same of the sandbox's S3; its listings come in small pages."""
    name = f"recordings-{uuid4().hex[:8]}"
    wanted = {"buckets": [name], "page_size": 2, "refuses_encryption": False} | seed
    httpx.post(f"{supabase.url}/_sandbox/seed", json={"s3": wanted}).raise_for_status()
    return {
        "S3_BUCKET_URL": f"{supabase.url}/s3/{name}",
        "S3_ACCESS_KEY_ID": "sandbox-s3-access-key",
        "S3_SECRET_ACCESS_KEY": "sandbox-s3-secret-key",
    }


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def throw_away(folder: Path) -> None:
    shutil.rmtree(folder)
