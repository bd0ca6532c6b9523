"""Giving runs up, and forgetting what they held when its time is over."""

import datetime as dt
from pathlib import Path

from django.db import transaction

from accounts import audit
from accounts.models import User
from core import crypto
from core.errors import RuleError
from exchange import attempts, staging
from exchange.models import ImportRun, SheetHeads
from exchange.services.marking import FOLDER
from exchange.services.states import State, forget_marks, locked, recover

PREVIEW_DAYS = 14
WAITING = (State.MAPPING, State.CHECKED, State.REFUSED, State.FAILED)


@transaction.atomic
def discard(*, run: ImportRun, by: User) -> ImportRun:
    """Give a run up before it is written: rows and file go, the line in the list stays."""
    recover(run=run)
    run = locked(run, by)
    if run.state == State.DISCARDED:
        return run
    if run.state not in WAITING:
        raise RuleError(f"批次处于“{run.get_state_display()}”，不能放弃。")
    _delete_rows(run)
    run.state = State.DISCARDED
    run.save()
    audit.record(by, "exchange.discard", run, union_id=run.union_id)
    return run


def delete_stale(*, now: dt.datetime) -> dict[str, int]:
    """Give up previews nobody confirmed within PREVIEW_DAYS, and forget the contents of runs past undoing.

    Personal data is not kept longer than needed. Of a run past undoing the counts stay, and of each line its
    number, verdict and record: where a record came from can be told for good. Returns how many of each.
    """
    waiting = ImportRun.objects.filter(
        state__in=WAITING,
        created_at__lt=now - dt.timedelta(days=PREVIEW_DAYS),
    )
    over = ImportRun.objects.filter(
        state__in=[State.APPLIED, State.UNDONE], undo_until__lt=now, forgotten_at=None
    )
    done = {"discarded": 0, "forgotten": 0}
    for run in waiting.iterator():
        with transaction.atomic():
            _delete_rows(run)
            ImportRun.objects.filter(pk=run.pk).update(state=State.DISCARDED)
        done["discarded"] += 1
    for run in over:
        with transaction.atomic():
            _empty_rows(run)
            ImportRun.objects.filter(pk=run.pk).update(forgotten_at=now)
        done["forgotten"] += 1
    for path in left_over_marks(now=now):
        path.unlink(missing_ok=True)
    return done


def left_over_marks(*, now: dt.datetime) -> list[Path]:
    """Marked workbooks that dead jobs left behind."""
    known = set(ImportRun.objects.exclude(marked="").values_list("marked", flat=True))
    return attempts.left_over(FOLDER, known, now=now)


def _empty_rows(run: ImportRun) -> None:
    staging.staged(run).execute(
        "UPDATE {rows} r SET raw = %(nothing)s, \"values\" = '{}', problems = '[]', key = NULL, before = NULL, "
        "mended = '[]' WHERE {of_run}",
        nothing=crypto.encrypt("[]", context=staging.RAW_CONTEXT),
    )
    run.missing.all().delete()
    _delete_file(run)


def _delete_rows(run: ImportRun) -> None:
    rows = staging.staged(run)
    rows.execute("DELETE FROM {effects} e USING {rows} r WHERE {of_run} AND e.row_id = r.id")
    rows.execute("DELETE FROM {rows} r WHERE {of_run}")
    run.missing.all().delete()
    _delete_file(run)


def _delete_file(run: ImportRun) -> None:
    forget_marks(run)
    SheetHeads.objects.filter(run=run).delete()
    name = run.file.name
    ImportRun.objects.filter(pk=run.pk).update(file="")
    run.file = ""
    if name:
        transaction.on_commit(lambda: ImportRun._meta.get_field("file").storage.delete(name))
