"""What becomes of promises when a person is forgotten. Promises of a merged person go with the entries."""

from competitions.models import Award, Promise, PromisePaper
from core.papers import delete_papers

GONE = "已匿名化"


def erase_promises(worker_ids: list[int], keys: list[bytes]) -> None:
    """Scans, texts and document numbers go; kinds, days and sums stay for past figures (settings.PERSON_ERASERS)."""
    delete_papers(PromisePaper.objects.filter(promise__entrant__worker__in=worker_ids))
    rows = Promise.objects.filter(entrant__worker__in=worker_ids)
    rows.exclude(waive_reason="").update(waive_reason=GONE)
    rows.exclude(document_number="").update(document_number=GONE)
    rows.exclude(detail="").update(detail=GONE)
    rows.exclude(settled_note="").update(settled_note=GONE)
    Award.objects.filter(revoked_from__entrants__worker__in=worker_ids).update(revoke_reason=GONE)
