"""The web process: granian on the app, with screens that were built before."""

import os

from granian import Granian
from granian.constants import Interfaces

from voxanne_app.embedded import data_directory, front_end
from voxanne_app.foundation.settings import SettingMissing, get_settings

_STOPPING_SECONDS = 10  # open websockets never end on their own


def serve(*, workers: int, webhooks_only: bool) -> None:
    """Serve until told to stop. `webhooks_only`: what vendors call, without Reflex, in its own process."""
    settings = get_settings()
    if workers > 1 and not webhooks_only and not settings.redis_url:
        raise SettingMissing("More than one web worker shares what people see through Redis: set REDIS_URL.")
    if not webhooks_only:
        data_dir = data_directory.prepare(settings.voxanne_data_dir)
        front_end.prepare(data_dir)
        os.environ.update(front_end.serving_environment(data_dir))
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
