"""The web process: every domain's pages and routes behind one door. Importing it needs nothing outside."""

import gc
import logging
from collections.abc import Mapping

import reflex as rx
from reflex_base.constants import Env
from reflex_base.environment import environment
from starlette.types import ASGIApp

from voxanne_app.agents.ui import agent_page, agents_page
from voxanne_app.audit.ui import audit_page
from voxanne_app.bookings.ui import bookings_page
from voxanne_app.calls import routes as call_routes
from voxanne_app.calls.ui import call_page, calls_page, insights_page
from voxanne_app.foundation import heartbeats, logs
from voxanne_app.foundation.settings import get_settings
from voxanne_app.identity import routes as identity_routes
from voxanne_app.identity.ui import (
    invitation_routes,
    organization_page,
    organizations_page,
    place_routes,
    settings_page,
    team_page,
    welcome_routes,
)
from voxanne_app.integrations.sentry import error_reports
from voxanne_app.monitoring import routes as monitoring_routes
from voxanne_app.monitoring.ui import isolation_page
from voxanne_app.today.ui import handover_page, today_page
from voxanne_app.ui import failures, pages, theme
from voxanne_app.ui.addresses import Addresses
from voxanne_app.ui.components.feedback import broken_page
from voxanne_app.ui.event_guard import EventGuard
from voxanne_app.ui.front_door import FrontDoor
from voxanne_app.ui.live import hub
from voxanne_app.ui.security_headers import SecurityHeaders, inline_hashes
from voxanne_app.webhooks import routes as webhook_routes

PAGES = (
    *today_page.PAGES,
    *handover_page.PAGES,
    *calls_page.PAGES,
    *call_page.PAGES,
    *insights_page.PAGES,
    *bookings_page.PAGES,
    *team_page.PAGES,
    *settings_page.PAGES,
    *audit_page.PAGES,
    # Operators' screens.
    *organizations_page.PAGES,
    *organization_page.PAGES,
    *isolation_page.PAGES,
    *agents_page.PAGES,
    *agent_page.PAGES,
)
# Every address that answers without a session. Starlette's routes are ASGI apps, too.
ROUTES: Mapping[str, ASGIApp] = Addresses(
    {
        **{route.path: route for route in identity_routes.ROUTES},
        **{route.path: route for route in place_routes.ROUTES},
        **{route.path: route for route in invitation_routes.ROUTES},
        **{route.path: route for route in welcome_routes.ROUTES},
        **dict(webhook_routes.ROUTES),
        **call_routes.ROUTES,
        **monitoring_routes.ROUTES,
    }
)

# Its warnings quote the arguments of events: what people typed, names of patients.
logging.getLogger("reflex_base.event.processor").setLevel(logging.ERROR)

app = rx.App(
    head_components=theme.head(),
    html_lang="en",
    reset_style=False,
    toaster=None,  # ours is voxanne_app/ui/components/feedback.py
    app_wraps={
        (55, "ErrorBoundary"): lambda _: broken_page()
    },  # and not Reflex's banner for a lost connection
    backend_exception_handler=failures.tell,
    frontend_exception_handler=failures.note_browser_error,
)
app.add_middleware(EventGuard(), index=0)
app.register_lifespan_task(hub.listen)
pages.register(app, PAGES)


def asgi() -> ASGIApp:
    """What granian serves: `granian --interface asgi --factory voxanne_app.app:asgi`. The pages are built."""
    logs.configure("web")
    error_reports.start("web")
    heartbeats.start("web")
    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    settings = get_settings()
    built = rx.utils.prerequisites.get_web_dir() / "build" / "client"
    built_pages = list(built.glob("**/*.html"))
    headers = SecurityHeaders(
        script_hashes=inline_hashes(built_pages, "script"),
        style_hashes=inline_hashes(built_pages, "style"),
        secure=settings.public_url.startswith("https:"),
    )
    door = FrontDoor(app(), ROUTES, public_url=settings.public_url, headers=headers)
    # What was made up to here stays: let the collector never look at it again (a request's p99: 100 → 30 ms).
    gc.collect()
    gc.freeze()
    return door
