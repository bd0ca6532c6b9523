"""SIGKILL under a job: one finished result each, none lost, none twice.

``--kills N`` sets how often each kind is killed; the acceptance run uses 20.
"""

import random
import uuid

import pytest
import redis
from django.conf import settings as portal_settings

from core import jobs
from core.models import CodeAlias, Job
from tests.core.killing import Worker, run_killed, use_queue


@pytest.fixture
def kills(request):
    return request.config.getoption("--kills")


@pytest.fixture
def worker(transactional_db, settings, monkeypatch, tmp_path):
    """A running worker on this test's database, folder and queue."""
    settings.JOB_HANDLERS = settings.JOB_HANDLERS | {"tests.slow": "tests.core.job_handlers.write_slowly"}
    queue = f"killed-{uuid.uuid4().hex}"
    use_queue(monkeypatch, queue)
    (tmp_path / "static").mkdir(exist_ok=True)
    worker = Worker(tmp_path, queue)
    worker.start()
    yield worker
    worker.kill()
    broker = redis.Redis.from_url(portal_settings.REDIS_URL.replace("redis+socket://", "unix://"))
    broker.delete(queue)
    broker.close()


def test_killed_work_is_done_once(worker, kills):
    def submit(number):
        return jobs.submit(kind="tests.slow", key=f"slow-{number}", args={}, title="慢任务", by=None)

    over = run_killed(submit, worker, kills, random.Random(20261123))
    assert [job.state for job in over] == [Job.State.DONE] * len(over)
    rows = CodeAlias.objects.filter(table="jobs").order_by("text").values_list("text", flat=True)
    assert sorted(rows) == sorted(f"{job.key}/{number}" for job in over for number in range(10))
    assert sum(job.attempts for job in over) >= len(over) + kills
    assert all(job.attempts == job.fence for job in over)
