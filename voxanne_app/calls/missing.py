"""What should have come with a call and did not: since when, and what is being done about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from voxanne_app.calls.queries import CallView
from voxanne_app.calls.recording_views import RecordingView

# The platform's report comes seconds after the hang-up; past this, something went wrong.
REPORT_WITHIN = timedelta(minutes=3)
# Copying takes seconds; a recording that is still wanted after this is missed.
RECORDING_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class MissingThing:
    """`next_at`: when it is tried again; `is_given_up`: nothing more is done by itself."""

    what: Literal["report", "recording"]
    since: datetime
    attempts: int = 0
    next_at: datetime | None = None
    is_given_up: bool = False


def missing_things(
    call: CallView, recording: RecordingView | None, *, now: datetime
) -> tuple[MissingThing, ...]:
    found = []
    if call.status == "ended" and not call.has_report:
        since = call.ended_at or call.created_at
        if now - since > REPORT_WITHIN:
            found.append(MissingThing("report", since))
    if recording and recording.state in ("wanted", "lost") and now - recording.wanted_at > RECORDING_WITHIN:
        found.append(
            MissingThing(
                "recording",
                recording.wanted_at,
                attempts=recording.attempts,
                next_at=recording.next_try_at,
                is_given_up=recording.state == "lost",
            )
        )
    return tuple(found)
