"""A worker that also knows the jobs of the fault tests: `python -m tests.faults.worker_process`."""

import tests.faults.job_kinds  # noqa: F401 - registers them
from voxanne_app import worker

if __name__ == "__main__":
    worker.main()
