"""What becomes of entries when two records of a person are merged, or a person is forgotten (PERSON_MOVERS,
PERSON_ERASERS)."""

from django.utils import timezone

from competitions.models import Absence, Conflict, Entrant, Entry, Objection
from workers.models import Worker

DOUBLED = "与另一条档案合并，原为同一人"
FORGOTTEN = "（已匿名化）"


def move_entries(kept: Worker, absorbed: Worker) -> None:
    """Entries go over to the kept record. Where both compete in one event, the kept record's entry stays; an entry
    of one person ends with the other, a team goes on without it."""
    theirs = Entrant.objects.competing().filter(worker=absorbed).select_related("entry")
    events = set(Entrant.objects.competing().filter(worker=kept).values_list("event", flat=True))
    now = timezone.now()
    for row in theirs.select_for_update(of=("self", "entry")).order_by("pk"):
        if row.event_id not in events:
            continue
        row.left_at, row.left_reason = now, DOUBLED
        row.save(update_fields=["left_at", "left_reason"])
        if not row.entry.entrants.competing().exists():
            row.entry.state, row.entry.withdrawn_at, row.entry.note = Entry.State.WITHDRAWN, now, DOUBLED
            row.entry.save(update_fields=["state", "withdrawn_at", "note"])
    Entrant.objects.filter(worker=absorbed).update(worker=kept)


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
