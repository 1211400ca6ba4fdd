"""The web process: granian on the app, with screens that were built before."""

import os
from tempfile import TemporaryDirectory

from granian import Granian
from granian.constants import Interfaces

from voxanne_app.embedded import data_directory, front_end
from voxanne_app.foundation.settings import SettingMissing, Settings, get_settings

_MOST_WORKERS = 4
_STOPPING_SECONDS = 10  # open websockets never end on their own


def fitting_workers(settings: Settings) -> int:
    """One, or with a Redis to share what people see through, one for each core: two to four."""
    return min(_MOST_WORKERS, max(2, os.cpu_count() or 2)) if settings.redis_url else 1


def serve(*, workers: int | None = None, webhooks_only: bool = False) -> None:
    """Serve until told to stop. `webhooks_only`: what vendors call, without Reflex, in its own process."""
    settings = get_settings()
    workers = workers or fitting_workers(settings)
    if workers > 1 and not webhooks_only and not settings.redis_url:
        raise SettingMissing("More than one web worker shares what people see through Redis: set REDIS_URL.")
    if not webhooks_only:
        data_dir = data_directory.prepare(settings.voxanne_data_dir)
        front_end.prepare(data_dir)
        os.environ.update(front_end.serving_environment(data_dir))
    with TemporaryDirectory(prefix="voxanne-metrics-") as counts:
        if workers > 1:
            # Read by prometheus_client when it is imported, so only by the workers.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        _serve(settings, workers, webhooks_only=webhooks_only)


def _serve(settings: Settings, workers: int, *, webhooks_only: bool) -> None:
    Granian(
        "voxanne_app.webhook_process:asgi" if webhooks_only else "voxanne_app.app:asgi",
        address="0.0.0.0" if settings.voxanne_env == "production" else "127.0.0.1",  # noqa: S104
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=not webhooks_only,
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOPPING_SECONDS,
    ).serve()
