"""A real Celery worker in its own process group, to be killed with SIGKILL and started again."""

import contextlib
import functools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from celery import current_app
from django.conf import settings
from django.db import connection

from core import jobs
from core.models import Job

REPOSITORY = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 2
PATIENCE = 90  # seconds until a job counts as lost


def url_of_test_database() -> str:
    """DATABASE_URL of the process with the name of the test database in it; the query part stays."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))


class Nursery:
    """A process that has loaded the portal with this database and folder, and turns out workers (tests.core.nursery)."""

    def __init__(self, data_dir: Path):
        self.data_dir = data_dir
        environment = os.environ | {
            "DATABASE_URL": url_of_test_database(),
            "REDIS_URL": settings.REDIS_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_KEYS": settings.FIELD_KEYS,
            "PORTAL_DATA": str(data_dir),
            "FONTS_DIR": str(settings.FONTS_DIR),
            "NODE_MODULES": str(settings.NODE_MODULES),
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "DJANGO_SETTINGS_MODULE": "tests.core.worker_settings",
        }
        command = [sys.executable, "-m", "tests.core.nursery"]
        with (data_dir / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=environment,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def fork(self, queue: str) -> int:
        """The process id of a new worker of the queue."""
        self.process.stdin.write(f"{queue}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log()[-3000:]
        return int(answer)

    def close(self) -> None:
        """End it; its workers do not end with it."""
        self.process.communicate()

    def log(self) -> str:
        """What it and its workers wrote."""
        return (self.data_dir / "worker.log").read_text(errors="replace")


class KilledWorker:
    """Two processes that take this test's queue only; ``kill`` leaves them no last word."""

    def __init__(self, nursery: Nursery, queue: str):
        self.nursery = nursery
        self.queue = queue
        self.pid = None

    def start(self) -> None:
        """Start a worker; it is not at work yet."""
        self.pid = self.nursery.fork(self.queue)

    def kill(self) -> None:
        """SIGKILL for the worker and all its children."""
        if self.pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        while self.is_alive():
            time.sleep(0.005)
        self.pid = None

    def is_alive(self) -> bool:
        """Whether the worker itself still runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def log(self) -> str:
        """What the workers wrote."""
        return self.nursery.log()


def wait_for(job: Job, states: tuple, worker: KilledWorker) -> Job:
    """The job once it is in one of the states; the reaper runs meanwhile, as the schedule would run it."""
    end = time.monotonic() + PATIENCE
    reap_at = 0.0
    while time.monotonic() < end:
        job.refresh_from_db()
        if job.state in states:
            return job
        if not worker.is_alive():
            break
        if time.monotonic() > reap_at:
            jobs.requeue_lost()
            reap_at = time.monotonic() + 0.5
        time.sleep(0.02)
    raise AssertionError(f"{job.kind} stays {job.state}\n{worker.log()[-3000:]}")


def run_killed(submit, worker: KilledWorker, kills: int, chance: random.Random) -> list[Job]:
    """Jobs made by ``submit(number)`` whose worker died under them ``kills`` times; all of them are over.

    The moment of death is uniform over the time that the same work takes undisturbed. A death that came
    too late to cost an attempt does not count; its job is checked like the others.
    """
    over = (Job.State.DONE, Job.State.FAILED)
    calm = wait_for(submit(0), over, worker)
    length = (calm.finished_at - calm.started_at).total_seconds()
    finished = [calm]
    while sum(job.attempts - 1 for job in finished) < kills:
        job = wait_for(submit(len(finished)), (Job.State.RUNNING, *over), worker)
        time.sleep(chance.uniform(0, length))
        worker.kill()
        worker.start()
        finished.append(wait_for(job, over, worker))
    return finished


def use_queue(monkeypatch, queue: str) -> None:
    """Hints of this process go to the test's own queue, so that no other worker takes them."""
    monkeypatch.setattr(current_app, "send_task", functools.partial(current_app.send_task, queue=queue))
