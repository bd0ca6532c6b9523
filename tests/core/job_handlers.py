"""Handlers that the tests of core.jobs register through settings.JOB_HANDLERS."""

import threading
import time

from django.db import IntegrityError, connection

from core.errors import RuleError
from core.models import CodeAlias

pause = threading.Event()
started = threading.Event()


def note_down(claim):
    """One row per finished job: a second row would be the same work done twice."""
    claim.progress(1, 2, "登记")
    with claim.finish() as result:
        CodeAlias.objects.create(table="jobs", text=claim.job.key, code=str(claim.fence))
        result["noted"] = claim.args["number"]


def refuse(claim):
    """A broken rule: the text is the user's."""
    raise RuleError("第 3 行：姓名不能为空，请补填。")


def break_down(claim):
    """A fault whose text quotes personal data."""
    raise IntegrityError(f"Failing row contains ({claim.job.key})")


def wait_inside(claim):
    """Holds its finishing transaction open until the test lets it go."""
    with claim.finish() as result:
        CodeAlias.objects.create(table="jobs", text=claim.job.key, code=str(claim.fence))
        claim.progress(5, 10, "写入")
        started.set()
        pause.wait(10)
        result["ok"] = True


def lose(claim):
    """Another worker takes over in the middle of the final writes."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET fence = fence + 1 WHERE id = %s", [claim.job.pk])
    with claim.finish():
        raise AssertionError("the finishing block must not run without the fence")


def sleep_in_one_statement(claim):
    """A single statement longer than several leases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.5)")
    return {"slept": True}


def count_slowly(claim):
    """Reports progress until told to stop; LostClaimError ends it earlier."""
    for done in range(200):
        claim.progress(done, 200, "计数")
        started.set()
        time.sleep(0.05)
    return {}


def just_answer(claim):
    """Returns its result instead of using finish()."""
    return {"answer": claim.args["number"] + 1}


def write_slowly(claim):
    """A file, then rows in one transaction, each step slow enough to be killed in."""
    for done in range(20):
        claim.progress(done, 30, "准备")
        time.sleep(0.05)
    with claim.finish() as result:
        for number in range(10):
            CodeAlias.objects.create(table="jobs", text=f"{claim.job.key}/{number}", code="1")
            claim.progress(20 + number, 30, "写入")
            time.sleep(0.03)
        result["rows"] = 10
