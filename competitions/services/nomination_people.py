"""What becomes of nominations when two records of a person are merged, and when a person is forgotten."""

from django.db.models import F

from competitions.models import Nomination, NominationPaper, Selection
from competitions.querysets.nominations import UNDECIDED
from core.papers import delete_papers
from workers.models import Worker

DOUBLED = "与另一条档案合并，原为同一人，只保留一个推荐"
ERASED = "（已匿名化）"
State = Nomination.State


def move_nominations(kept: Worker, absorbed: Worker) -> None:
    """Nominations go over to the kept record. Where both stand in one selection, the one that came further stays, else
    the kept record's; the other is withdrawn with the reason (settings.PERSON_MOVERS)."""
    rows = Nomination.objects.filter(worker__in=[kept, absorbed], state__in=UNDECIDED)
    held = Selection.objects.filter(pk__in=rows.values("selection"))
    list(held.select_for_update().order_by("pk").values_list("pk"))  # nominations come after their selection
    taken = set()
    for row in sorted(rows.select_for_update(), key=lambda row: _weight(row, absorbed)):
        if row.selection_id in taken:
            row.state, row.note = State.WITHDRAWN, DOUBLED
            row.version += 1
            row.save(update_fields=["state", "note", "version"])
        taken.add(row.selection_id)
    Nomination.objects.filter(worker=absorbed).update(worker=kept)


def erase_nominations(worker_ids: list[int], keys: list[bytes]) -> None:
    """Reasons, merits, notes, objections' texts and papers go; selections, days, positions and outcomes stay, because past
    figures count them (settings.PERSON_ERASERS)."""
    rows = Nomination.objects.filter(worker__in=worker_ids)
    delete_papers(NominationPaper.objects.filter(nomination__in=rows))
    for row in rows.prefetch_related("objections"):
        row.objections.update(text=ERASED)
        row.objections.exclude(answer="").update(answer=ERASED)
    rows.exclude(note="").update(note=ERASED)
    rows.update(reason=ERASED, merits=ERASED, job="", version=F("version") + 1)


def _weight(row: Nomination, absorbed: Worker) -> tuple:
    order = (State.RECOMMENDED, State.SHORTLISTED, State.SUBMITTED, State.RETURNED, State.DRAFT)
    return order.index(row.state), row.worker_id == absorbed.pk, row.pk
