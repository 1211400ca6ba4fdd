"""The people of the demo, who sign in with one click while the sandbox is on. Never in production."""

import json
import logging
from dataclasses import dataclass, field

from voxanne_app.foundation.settings import get_settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DemoSignIn:
    email: str
    password: str = field(repr=False)
    organization: str
    role: str


def demo_sign_ins() -> list[DemoSignIn]:
    """Those that `voxanne up` wrote into `run.json`, in its order."""
    settings = get_settings()
    if settings.voxanne_env == "production" or not settings.voxanne_sandbox_url:
        return []
    try:
        listed = json.loads((settings.voxanne_data_dir / "run.json").read_text())["sign_ins"]
        return [
            DemoSignIn(entry["email"], entry["password"], entry.get("organization") or "", entry["role"])
            for entry in listed
        ]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, LookupError, TypeError) as error:
        log.warning("The demo's sign-ins cannot be read (%s).", type(error).__name__)
        return []
