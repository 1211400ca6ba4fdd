from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from voxanne_app.foundation import heartbeats, job_line
from voxanne_app.foundation.database import Claims, transaction
from voxanne_app.foundation.job_queue import enqueue
from voxanne_app.foundation.settings import get_settings
from voxanne_app.monitoring import routes
from voxanne_app.monitoring.readiness import ReadinessProbe

_LOCAL, _ELSEWHERE = ("127.0.0.1", 5), ("192.0.2.7", 5)


@pytest.fixture(autouse=True)
def _fresh_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "_probe", ReadinessProbe())
    forget_heartbeats()


def forget_heartbeats() -> None:
    with transaction(Claims.system()) as session:
        session.connection().execute(text("delete from heartbeats"))


def client_from(address: tuple[str, int]) -> httpx.AsyncClient:
    async def app(scope, receive, send) -> None:
        await routes.ROUTES[scope["path"]](scope, receive, send)

    transport = httpx.ASGITransport(app=app, client=address)
    return httpx.AsyncClient(transport=transport, base_url="http://voxanne.test")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_from(_ELSEWHERE) as client:
        yield client


async def test_healthz_answers_without_any_dependency(client, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    get_settings.cache_clear()
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    get_settings.cache_clear()


async def test_readyz_is_ready_when_everything_lives(client) -> None:
    heartbeats.beat("worker")
    heartbeats.beat("scheduler")
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": dict.fromkeys(("database", "migrations", "worker", "scheduler", "broker"), "ok"),
    }


async def test_readyz_names_the_process_that_gives_no_sign_of_life(client) -> None:
    heartbeats.beat("scheduler")
    heartbeats.beat("worker")
    with transaction(Claims.system()) as session:
        session.connection().execute(
            text("update heartbeats set beat_at = now() - interval '1 minute' where process = 'worker'")
        )
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["checks"]["worker"] == "no sign of life"
    assert answer.json()["checks"]["scheduler"] == "ok"


async def test_readyz_without_a_database_says_so_and_no_more(client, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://voxanne_app:hunter2@127.0.0.1:1/secret_name")
    get_settings.cache_clear()
    answer = await client.get("/readyz")
    get_settings.cache_clear()
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "no answer", "broker": "ok"}
    assert "hunter2" not in answer.text
    assert "secret_name" not in answer.text


async def test_readyz_without_its_redis_says_so(client, monkeypatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    get_settings.cache_clear()
    answer = await client.get("/readyz")
    get_settings.cache_clear()
    assert answer.json()["checks"]["broker"] == "no answer"


async def test_many_who_ask_at_once_cost_one_look(client, monkeypatch) -> None:
    looks = []
    look = routes.ReadinessProbe.__module__
    monkeypatch.setattr(f"{look}.heartbeats.ages", lambda session: looks.append(1) or {})
    for _ in range(20):
        await client.get("/readyz")
    assert len(looks) == 1


async def test_metrics_tell_of_jobs_and_processes() -> None:
    heartbeats.beat("worker")
    with transaction(Claims.system()) as session:
        session.connection().execute(text("delete from jobs"))
        enqueue(session, "tests.any", {}, org_id=None)
        enqueue(session, "tests.any", {}, org_id=None)
    assert len(job_line.take_next(1)) == 1
    async with client_from(_LOCAL) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'voxanne_jobs{state="due"} 2.0' in answer.text
    assert 'voxanne_jobs{state="dead"} 0.0' in answer.text
    assert 'voxanne_heartbeat_age_seconds{process="worker"}' in answer.text
    assert "voxanne_database_up 1.0" in answer.text


async def test_metrics_without_a_database_still_answer(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    get_settings.cache_clear()
    async with client_from(_LOCAL) as client:
        answer = await client.get("/metrics")
    get_settings.cache_clear()
    assert "voxanne_database_up 0.0" in answer.text


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        (_LOCAL, {}, 200),
        (_ELSEWHERE, {}, 401),
        (_ELSEWHERE, {"authorization": "Bearer right"}, 200),
        (_ELSEWHERE, {"authorization": "Bearer wrong"}, 401),
        (_ELSEWHERE, {"authorization": "Bearer "}, 401),
        (_ELSEWHERE, {"authorization": "Bearer Größe".encode("latin-1")}, 401),
        (_LOCAL, {"x-forwarded-for": "192.0.2.7"}, 401),
        (_LOCAL, {"forwarded": "for=192.0.2.7"}, 401),
    ],
)
async def test_metrics_are_for_this_machine_and_for_who_has_the_token(
    monkeypatch, address: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    monkeypatch.setattr(get_settings(), "metrics_token", SecretStr("right"))
    async with client_from(address) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_without_a_token_nobody_elsewhere_can_guess_it(monkeypatch) -> None:
    monkeypatch.setattr(get_settings(), "metrics_token", None)
    async with client_from(_ELSEWHERE) as client:
        for guess in ("Bearer None", "Bearer ", "Bearer"):
            assert (await client.get("/metrics", headers={"authorization": guess})).status_code == 401
