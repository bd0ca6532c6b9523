"""Employments: several at once are allowed; today's main one follows by ``workers.positions``."""

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.codes import refuse_unusable
from core.errors import RuleError
from core.forms import check_version
from core.text import clean_label, clean_short
from unions.models import Employer
from unions.rules import cleaned, past_or_today
from unions.scoping import require_editable
from workers.models import Employment, Worker
from workers.positions import refresh_positions

JOB_FIELDS = ("form", "occupation", "team", "staff_number", "start")
JOB_TABLES = {"form": "employment_form"}
JOB_CLEANERS = {
    "occupation": partial(clean_short, longest=50),
    "team": partial(clean_short, longest=50),
    "staff_number": partial(clean_label, longest=30),
    "start": past_or_today,
}


@transaction.atomic
def start_employment(*, worker: Worker, employer: Employer, start: dt.date, by: User, **job) -> Employment:
    """Record that a person works for a firm from a day. Raises RuleError when already recorded there."""
    worker = Worker.objects.select_for_update().defer("phone").get(pk=worker.pk)
    require_editable(worker, by)
    employment = open_employment(worker, employer, start=start, **job)
    refresh_positions([worker.pk])
    require_editable(worker, by)
    audit.record(
        by, "workers.employ", worker, union_id=worker.union_id, employer=employer.name, start=str(start)
    )
    return employment


@transaction.atomic
def end_employment(*, employment: Employment, end: dt.date, by: User) -> Employment:
    """Record that a person has left a firm; ``end`` is the first day without the job.

    Membership is a matter of its own: it stays until it is transferred, retained or ended.
    """
    try:
        past_or_today(end)
    except RuleError as error:
        raise RuleError({"end": error})
    worker = Worker.objects.select_for_update().defer("phone").get(pk=employment.worker_id)
    require_editable(worker, by)
    employment = worker.employments.select_related("employer").get(pk=employment.pk)
    if employment.end is not None:
        raise RuleError(f"已登记于 {employment.end} 离职")
    if employment.start and end <= employment.start:
        raise RuleError({"end": f"离职日期应晚于入职日期 {employment.start}"})
    employment.end = end
    employment.save(update_fields=["end"])
    refresh_positions([worker.pk])
    audit.record(
        by,
        "workers.unemploy",
        worker,
        union_id=worker.union_id,
        employer=employment.employer.name,
        end=str(end),
    )
    return employment


@transaction.atomic
def edit_employment(*, employment: Employment, version: str, by: User, **job) -> Employment:
    """Correct the facts of a running job: form, occupation, team, staff number, first day; a missing key leaves
    its fact alone. ``version`` is the person's. Raises RuleError by field, ``stale`` when somebody was faster."""
    worker = Worker.objects.select_for_update().defer("phone").get(pk=employment.worker_id)
    require_editable(worker, by)
    check_version(worker, version)
    before = worker.employments.select_related("employer").get(pk=employment.pk)
    if before.end is not None:
        raise RuleError(f"已登记于 {before.end} 离职，这段就业不能再修改")
    job = cleaned(job, JOB_CLEANERS)
    refuse_unusable(job, JOB_TABLES, stored=before)
    after = worker.employments.select_related("employer").get(pk=before.pk)
    for name, value in job.items():
        setattr(after, name, value)
    closed_on = after.employer.closed_on
    if after.start and closed_on and after.start >= closed_on:
        raise RuleError({"start": f"该单位已于 {closed_on} 关停，入职日期应早于这一天"})
    after.full_clean()
    changes = audit.differences(before, after, [name for name in JOB_FIELDS if name in job])
    if not changes:
        return after
    after.save(update_fields=list(changes))
    Worker.objects.filter(pk=worker.pk).update(version=F("version") + 1, updated_at=timezone.now())
    refresh_positions([worker.pk])
    require_editable(worker, by)
    audit.record(
        by,
        "workers.job_edit",
        worker,
        union_id=worker.union_id,
        employer=after.employer.name,
        changes=changes,
    )
    return after


def open_employment(worker: Worker, employer: Employer, *, start: dt.date | None = None, **job) -> Employment:
    """Store a running employment. Raises RuleError by field."""
    job = cleaned({"start": start, **job}, JOB_CLEANERS)
    refuse_unusable(job, JOB_TABLES)
    if employer.closed_on and employer.closed_on <= timezone.localdate():
        raise RuleError({"employer": f"该单位已于 {employer.closed_on} 关停"})
    employment = Employment(worker=worker, employer=employer, **job)
    employment.full_clean()
    employment.save()
    return employment


def end_jobs(worker: Worker, on: dt.date, employer_id: int | None = None) -> int:
    """End the running jobs that began before the day (of one firm, or all); returns how many."""
    running = worker.employments.filter(end=None).exclude(start__gte=on)
    if employer_id is not None:
        running = running.filter(employer=employer_id)
    return running.update(end=on)
