"""What becomes of skill records when two records of a person are merged, or a person is anonymised."""

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from training.models import Certificate, Evidence
from workers.models import Worker


def move_skills(kept: Worker, absorbed: Worker) -> None:
    """Certificates go over to the kept record (settings.PERSON_MOVERS)."""
    Certificate.objects.filter(worker=absorbed).update(worker=kept)


def erase_skills(worker_ids: list[int], keys: list[bytes]) -> None:
    """Numbers, issuers, notes and papers go; kinds, levels and dates stay for past figures (PERSON_ERASERS)."""
    papers = Evidence.objects.filter(certificate__worker__in=worker_ids)
    for name in papers.values_list("file", flat=True):
        transaction.on_commit(partial(default_storage.delete, name))
    papers.delete()
    Certificate.objects.filter(worker__in=worker_ids).update(number="", issuer="", decision_note="")
