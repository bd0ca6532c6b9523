"""What import runs forget of a person (settings.PERSON_ERASERS); the counts of a run stay what they were."""

import json
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from core.exchange import kinds_of_people
from exchange.models import ImportEffect, ImportLeaver, ImportRow, ImportRun, SheetHeads

ERASED = "本行所涉人员的信息已匿名化。"
OVER = (ImportRun.State.APPLIED, ImportRun.State.UNDONE)


def erase_people(worker_ids: list[int], keys: list[bytes]) -> None:
    """Empty the rows that were about these people or their numbers (``keys`` are blind indexes), and delete the
    uploaded files of finished runs, the marked workbooks and the first rows kept of any run, that held them."""
    written = ImportEffect.objects.filter(target_id__in=worker_ids).values("row")
    named = Q(values__person__in=[f"\\x{key.hex()}" for key in map(bytes, keys)])
    about = Q(target_id__in=worker_ids) | Q(key__in=keys) | named | Q(pk__in=written)
    runs = set()
    for row in ImportRow.objects.filter(about, run__kind__in=kinds_of_people()):
        row.raw = json.dumps([""] * len(json.loads(row.raw)))
        row.values, row.before, row.key = {}, None, None
        row.problems = [problem | {"value": "", "message": ERASED} for problem in row.problems]
        row.save(update_fields=["raw", "values", "before", "key", "problems"])
        runs.add(row.run_id)
    for run in ImportRun.objects.filter(pk__in=runs).exclude(marked=""):
        ImportRun.objects.filter(pk=run.pk).update(marked="")
        transaction.on_commit(partial(default_storage.delete, run.marked))
    ImportEffect.objects.filter(row__run__in=runs).filter(target_id__in=worker_ids).update(effects=None)
    SheetHeads.objects.filter(run__in=runs).delete()
    ImportLeaver.objects.filter(target_id__in=worker_ids, run__kind__in=kinds_of_people()).delete()
    storage = ImportRun._meta.get_field("file").storage
    for run in ImportRun.objects.filter(pk__in=runs, state__in=OVER).exclude(file=""):
        ImportRun.objects.filter(pk=run.pk).update(file="")
        transaction.on_commit(partial(storage.delete, run.file.name))
