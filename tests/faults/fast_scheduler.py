"""A scheduler whose clock ticks every second: `python -m tests.faults.fast_scheduler`."""

from datetime import timedelta

from voxanne_app import scheduler
from voxanne_app.foundation.cron_runs import Tick

if __name__ == "__main__":
    ticking = scheduler.Clock((Tick("tests.tick", every=timedelta(seconds=1)),))
    scheduler.run(ticking, look_seconds=0.2)
