"""Durable jobs: one finished result each, none lost, none twice – without processes being killed."""

import functools
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from celery import current_app
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from core import jobs
from core.claims import Claim, LostClaimError
from core.errors import RuleError
from core.models import CodeAlias, Job
from tests.core import job_handlers
from tests.factories.accounts import UserFactory

HANDLERS = (
    "note_down", "refuse", "break_down", "wait_inside", "lose", "sleep_in_one_statement",
    "count_slowly", "just_answer",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _handlers(settings):
    settings.JOB_HANDLERS = {name: f"tests.core.job_handlers.{name}" for name in HANDLERS}
    job_handlers.pause.clear()
    job_handlers.started.clear()


@pytest.fixture
def unused_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def hints(monkeypatch):
    """The hints that would have gone to the broker."""
    sent = []
    monkeypatch.setattr(jobs, "send_hint", lambda job_id: sent.append(job_id) or True)
    return sent


def submit(kind="note_down", key="one", number=7, **more):
    return jobs.submit(kind=kind, key=key, args={"number": number}, title="试验", by=None, **more)


def in_thread(call, *args):
    """A call on its own database connection; close it there, the test database must be free at the end."""

    def run():
        try:
            return call(*args)
        finally:
            connection.close()

    return ThreadPoolExecutor(1).submit(run)


def expire(job, seconds=1):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=seconds))


def test_second_submit_returns_the_first_job(db, hints, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = submit()
        second = submit(number=8)
    assert second == first
    assert second.args == {"number": 7}
    assert first.state == Job.State.QUEUED
    assert set(hints) == {first.pk}


def test_unknown_kind_is_a_fault_of_the_settings(db):
    with pytest.raises(ImproperlyConfigured, match="JOB_HANDLERS"):
        submit(kind="nonsense")


def test_hint_waits_for_the_commit(transactional_db, hints):
    with transaction.atomic():
        job = submit()
        assert hints == []
    assert hints == [job.pk]


def test_rolled_back_submit_leaves_no_job_and_no_hint(transactional_db, hints):
    with transaction.atomic():
        submit()
        transaction.set_rollback(True)
    assert Job.objects.count() == 0
    assert hints == []


def test_concurrent_submits_make_one_row(transactional_db, hints):
    gate = threading.Barrier(6)

    def go():
        gate.wait()
        return submit().pk

    assert len({future.result() for future in [in_thread(go) for _ in range(6)]}) == 1
    assert Job.objects.count() == 1


def test_run_stores_result_progress_and_times(db):
    job = jobs.run_inline(submit(hint=False))
    assert job.state == Job.State.DONE
    assert job.result == {"noted": 7}
    assert (job.progress_done, job.progress_total, job.note) == (2, 2, "")
    assert (job.attempts, job.fence, job.lease_until) == (1, 1, None)
    assert job.started_at <= job.finished_at


def test_answer_of_a_handler_becomes_the_result(db):
    assert jobs.run_inline(submit(kind="just_answer", hint=False)).result == {"answer": 8}


def test_done_job_is_not_run_again(db):
    job = jobs.run_inline(submit(hint=False))
    assert jobs.run(job.pk) is False
    assert CodeAlias.objects.filter(table="jobs").count() == 1


def test_many_workers_with_one_hint_do_the_work_once(transactional_db, hints):
    job = submit()
    gate = threading.Barrier(6)

    def go():
        gate.wait()
        return jobs.run(job.pk)

    assert sorted(future.result() for future in [in_thread(go) for _ in range(6)]) == [False] * 5 + [True]
    assert CodeAlias.objects.filter(table="jobs").count() == 1


def test_running_job_with_a_live_lease_is_left_alone(db):
    job = submit(hint=False)
    claim = jobs._claim(job.pk)
    assert claim.fence == 1
    assert jobs.run(job.pk) is False


def test_expired_lease_lets_another_worker_in_and_the_first_one_out(db):
    job = submit(hint=False)
    first = jobs._claim(job.pk)
    expire(job)
    assert jobs.run(job.pk) is True
    with pytest.raises(LostClaimError), first.finish():
        CodeAlias.objects.create(table="jobs", text="late", code="1")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.fence) == (Job.State.DONE, 2, 2)
    assert list(CodeAlias.objects.filter(table="jobs").values_list("text", "code")) == [("one", "2")]


def finish_after_losing(claim):
    with claim.finish():
        CodeAlias.objects.create(table="jobs", text="late", code="1")
        Job.objects.filter(pk=claim.job.pk).update(fence=9)


def test_fence_lost_inside_the_final_writes_rolls_them_back(db):
    job = submit(hint=False)
    claim = jobs._claim(job.pk)
    with pytest.raises(LostClaimError):
        finish_after_losing(claim)
    assert not CodeAlias.objects.filter(table="jobs").exists()


def test_handler_that_lost_its_claim_changes_nothing(db):
    job = submit(kind="lose", hint=False)
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, job.fence, job.result) == (Job.State.RUNNING, 2, None)


def test_progress_tells_a_handler_that_it_is_no_longer_wanted(transactional_db, settings):
    settings.JOB_LEASE_SECONDS = 0.3
    job = submit(kind="count_slowly", hint=False)
    work = in_thread(jobs.run, job.pk)
    assert job_handlers.started.wait(5)
    Job.objects.filter(pk=job.pk).update(fence=9)
    assert work.result(timeout=5) is True  # 200 steps would take 10 s
    job.refresh_from_db()
    assert (job.state, job.fence) == (Job.State.RUNNING, 9)


def test_progress_is_seen_while_the_final_transaction_is_open(transactional_db):
    job = submit(kind="wait_inside", hint=False)
    work = in_thread(jobs.run, job.pk)
    assert job_handlers.started.wait(5)
    end = time.monotonic() + 5
    while job.note != "写入" and time.monotonic() < end:
        time.sleep(0.02)
        job.refresh_from_db()
    assert (job.state, job.note, job.progress_done, job.progress_total) == ("running", "写入", 5, 10)
    job_handlers.pause.set()
    assert work.result(timeout=5) is True
    job.refresh_from_db()
    assert (job.state, job.progress_done) == (Job.State.DONE, 10)


def test_job_inside_its_final_transaction_cannot_be_taken(transactional_db, hints):
    job = submit(kind="wait_inside", hint=False)
    work = in_thread(jobs.run, job.pk)
    assert job_handlers.started.wait(5)
    expire(job)
    assert jobs.run(job.pk) is False
    assert jobs.requeue_lost() == 0
    job_handlers.pause.set()
    assert work.result(timeout=5) is True
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (Job.State.DONE, 1, {"ok": True})


def test_long_statement_keeps_the_lease(transactional_db, settings, hints):
    settings.JOB_LEASE_SECONDS = 0.6
    job = submit(kind="sleep_in_one_statement", hint=False)
    work = in_thread(jobs.run, job.pk)
    time.sleep(1.1)
    assert jobs.requeue_lost() == 0
    assert work.result(timeout=5) is True
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 1)


def test_broken_rule_fails_at_once_with_its_own_text(db):
    job = jobs.run_inline(submit(kind="refuse", hint=False))
    assert (job.state, job.attempts) == (Job.State.FAILED, 1)
    assert job.error == "第 3 行：姓名不能为空，请补填。"


def test_fault_is_tried_three_times_then_failed_visibly(db, caplog):
    job = submit(kind="break_down", key="330382199003010011", hint=False)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.note) == (Job.State.QUEUED, "第 1 次处理未成功，稍后自动重试")
    job = jobs.run_inline(job)
    assert (job.state, job.attempts) == (Job.State.FAILED, 3)
    assert "IntegrityError" in job.error
    assert "联系系统管理员" in job.error
    assert "330382199003010011" not in job.error + caplog.text
    assert "job_handlers.py" in caplog.text


def test_worker_that_dies_each_time_fails_the_job_visibly(db, hints):
    job = submit(hint=False)
    for _ in range(3):
        assert isinstance(jobs._claim(job.pk), Claim)
        expire(job)
        jobs.requeue_lost()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.FAILED, 3)
    assert job.error == "后台程序多次中断，任务未能完成。请重试；如仍失败，请联系系统管理员。"
    assert len(hints) == 2


def test_operator_who_stops_a_command_stops_the_work(db, monkeypatch):
    def stopped(claim):
        raise KeyboardInterrupt

    monkeypatch.setattr(job_handlers, "just_answer", stopped)
    job = submit(kind="just_answer", hint=False)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_inline(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "任务已被操作人员中断。")


def test_retry_gives_a_failed_job_fresh_attempts(db, hints, django_capture_on_commit_callbacks):
    job = jobs.run_inline(submit(kind="refuse", hint=False))
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.retry(job, by=UserFactory())
    assert (job.state, job.attempts, job.error, job.finished_at) == (Job.State.QUEUED, 0, "", None)
    assert hints == [job.pk]
    with pytest.raises(RuleError, match="只有失败的任务可以重试"):
        jobs.retry(job, by=UserFactory())


def test_lost_hint_is_sent_again_but_not_every_time(db, hints):
    job = submit(hint=False)
    assert jobs.requeue_lost() == 0
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    assert jobs.requeue_lost() == 1
    assert jobs.requeue_lost() == 0
    expire(job)
    assert jobs.requeue_lost() == 1
    assert hints == [job.pk, job.pk]


def test_reaper_costs_two_queries_when_nothing_is_to_do(db, django_assert_num_queries):
    jobs.run_inline(submit(hint=False))
    with django_assert_num_queries(2):
        assert jobs.requeue_lost() == 0


@pytest.fixture
def dead_broker(monkeypatch, unused_port):
    """Nothing listens where the hint goes; the pool of real connections is not touched."""
    nowhere = f"redis://127.0.0.1:{unused_port}/0"
    with current_app.connection_for_write(nowhere) as connection:
        send = functools.partial(current_app.send_task, connection=connection)
        monkeypatch.setattr(current_app, "send_task", send)
        yield


def test_dead_broker_costs_the_user_a_moment_and_loses_nothing(transactional_db, dead_broker):
    start = time.monotonic()
    job = submit()
    assert time.monotonic() - start < 1.5
    assert job.state == Job.State.QUEUED
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=1))
    assert jobs.requeue_lost() == 0
