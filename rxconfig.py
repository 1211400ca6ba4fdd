"""How Reflex builds and serves the screens."""

import reflex as rx
from reflex.constants import StateManagerMode

from voxanne_app.foundation.settings import get_settings

settings = get_settings()
redis_url = settings.require("redis_url") if settings.redis_url else None

config = rx.Config(
    app_name="voxanne_app",
    app_module_import="voxanne_app.app",
    # Never on disk: what people see would lie there in readable files.
    state_manager_mode=StateManagerMode.REDIS if redis_url else StateManagerMode.MEMORY,
    redis_url=redis_url,
    # The front door turns foreign origins away before Reflex sees them, and knows a machine's several names.
    cors_allowed_origins=[],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    disable_plugins=[rx.plugins.SitemapPlugin],
)
