"""What becomes of entries when two records of a person are merged, or a person is forgotten (PERSON_MOVERS,
PERSON_ERASERS)."""

from django.utils import timezone

from competitions.models import Absence, Conflict, Entrant, Entry, Objection
from workers.models import Worker

DOUBLED = "与另一条档案合并，原为同一人"
FORGOTTEN = "（已匿名化）"


def move_entries(kept: Worker, absorbed: Worker) -> None:
    """Entries go over to the kept record. Where both compete in one event, the entry that came further stays, else the
    kept record's; an entry of one person ends with the other, a team goes on without it. A result that is counted
    already stays what it was (docs/adr/0027)."""
    found = Entrant.objects.competing().filter(worker__in=[kept, absorbed]).select_related("entry__result")
    rows = list(found.select_for_update(of=("self", "entry")).order_by("pk"))
    mine = {row.event_id: row for row in rows if row.worker_id == kept.pk}
    for row in rows:
        if row.worker_id == absorbed.pk and (other := mine.get(row.event_id)):
            _leave_doubled(other if _came(row.entry) > _came(other.entry) else row)
    Entrant.objects.filter(worker=absorbed).update(worker=kept)


def _came(entry: Entry) -> tuple[bool, bool, bool]:
    """How far an entry came: ranked, marked, admitted."""
    result = getattr(entry, "result", None)
    is_ranked = result is not None and result.rank is not None
    return is_ranked, entry.marks.exists(), entry.state == Entry.State.ADMITTED


def _leave_doubled(row: Entrant) -> None:
    now = timezone.now()
    row.left_at, row.left_reason = now, DOUBLED
    row.save(update_fields=["left_at", "left_reason"])
    if not row.entry.entrants.competing().exists():
        row.entry.state, row.entry.withdrawn_at, row.entry.note = Entry.State.WITHDRAWN, now, DOUBLED
        row.entry.save(update_fields=["state", "withdrawn_at", "note"])


def erase_entries(worker_ids: list[int], keys: list[bytes]) -> None:
    """What was written about the entry and why somebody left or was absent goes, with the words of objections and of
    judges kept apart; that somebody competed, and where, stays."""
    rows = Entrant.objects.filter(worker__in=worker_ids)
    entries = Entry.objects.filter(pk__in=rows.values("entry"))
    entries.exclude(remark="").update(remark="")
    entries.exclude(note="").update(note=FORGOTTEN)
    rows.exclude(left_reason="").update(left_reason=FORGOTTEN)
    Conflict.objects.filter(entry__in=entries).update(reason=FORGOTTEN)
    Absence.objects.filter(entry__in=entries).update(reason=FORGOTTEN)
    objections = Objection.objects.filter(entry__in=entries)
    objections.update(text=FORGOTTEN)
    objections.exclude(answer="").update(answer=FORGOTTEN)
