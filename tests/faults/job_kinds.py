"""Jobs for the fault tests: each effect is a row, so that what was lost or done twice can be counted."""

import os
import time
from datetime import timedelta

from sqlalchemy import text

from voxanne_app.foundation.job_queue import JobRun, PermanentError, job

EFFECTS = """
    create table effects (id bigserial primary key, job_id uuid not null, mark text not null, org_id uuid,
                          at timestamptz not null default clock_timestamp());
    grant select, insert, delete on effects to voxanne_app;
    grant usage on sequence effects_id_seq to voxanne_app;
"""
_EFFECT = text("insert into effects (job_id, mark, org_id) values (:job_id, :mark, :org_id)")


def _finish(run: JobRun, mark: str) -> None:
    with run.finish() as session:
        values = {"job_id": run.job_id, "mark": mark, "org_id": run.org_id}
        session.connection().execute(_EFFECT, values)


@job("tests.mark")
def mark(run: JobRun, *, mark: str) -> None:
    _finish(run, mark)


@job("tests.work")
def work(run: JobRun, *, mark: str, seconds: float) -> None:
    time.sleep(seconds)
    _finish(run, mark)


@job("tests.fail")
def fail(run: JobRun, *, mark: str, times: int) -> None:
    if run.attempt <= times:
        raise ConnectionError("call +1 555 010 0123 back, says Pat")
    _finish(run, mark)


@job("tests.tick")
def tick(run: JobRun) -> None:
    _finish(run, "tick")


@job("tests.refuse")
def refuse(run: JobRun) -> None:
    raise PermanentError("The clinic has no calendar.")


@job("tests.abort")
def abort(run: JobRun) -> None:
    time.sleep(0.3)
    os.abort()


@job("tests.hang", limit=timedelta(seconds=1))
def hang(run: JobRun, *, mark: str) -> None:
    if run.attempt == 1:
        while True:
            time.sleep(0.1)
    _finish(run, mark)
