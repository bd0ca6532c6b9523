"""What becomes of honours, teams and studios when two records of a person are merged, or a person is forgotten."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from competitions.models import Honour, HonourPaper, Studio, StudioMember, Team
from core.papers import delete_papers
from workers.models import Worker

State = Honour.State
DOUBLED = "合并记录：与另一份记录的同一项荣誉重复"
FORGOTTEN = "（已匿名化）"
WEIGHTS = {State.VERIFIED: 0, State.REVOKED: 1, State.ENTERED: 2}


def move_honours(kept: Worker, absorbed: Worker) -> None:
    """Honours go over to the kept record. Of two that are the same one stays: the one verified, else the kept
    record's; the other is refused with the reason. So do the places as leader and member; of two in one studio the
    kept record's stays (settings.PERSON_MOVERS)."""
    rows = Honour.objects.select_for_update().filter(worker__in=[kept, absorbed]).exclude(state=State.REFUSED)
    taken = set()
    for row in sorted(rows, key=lambda row: (WEIGHTS[row.state], row.worker_id == absorbed.pk, row.pk)):
        same = (row.type, row.year, row.title if row.type == "OTHER" else "")
        if same in taken:
            row.state, row.decision_note, row.revoked_on = State.REFUSED, DOUBLED, None
            row.decided_at = row.decided_at or timezone.now()
            row.version += 1
            row.save()
        taken.add(same)
    Honour.objects.filter(worker=absorbed).update(worker=kept)
    Team.objects.filter(leader=absorbed).update(leader=kept)
    Studio.objects.filter(leader=absorbed).update(leader=kept)
    _move_members(kept, absorbed)


def _move_members(kept: Worker, absorbed: Worker) -> None:
    current = StudioMember.objects.filter(left_on=None)
    inside = set(current.filter(worker=kept).values_list("studio", flat=True))
    inside |= set(Studio.objects.filter(leader=kept).values_list("pk", flat=True))
    current.filter(worker=absorbed, studio__in=inside).update(left_on=F("joined_on"))
    StudioMember.objects.filter(worker=absorbed).update(worker=kept)
    led = Studio.objects.filter(leader=kept).values("pk")
    current.filter(worker=kept, studio__in=led).update(left_on=F("joined_on"))


def erase_honours(worker_ids: list[int], keys: list[bytes]) -> None:
    """Papers, numbers and notes go, and the names of honours of no listed kind; kinds, levels and days stay for past
    figures. Nobody stands any more as the leader of a team (PERSON_ERASERS)."""
    rows = Honour.objects.filter(worker__in=worker_ids)
    delete_papers(HonourPaper.objects.filter(honour__in=rows))
    rows.update(document_number="", batch="", recheck_note="")
    rows.exclude(decision_note="").update(decision_note=FORGOTTEN)
    rows.filter(type="OTHER").update(title=Concat(Value(FORGOTTEN), Cast("pk", CharField())))
    Team.objects.filter(leader__in=worker_ids).update(leader=None)
