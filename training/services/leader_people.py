"""What becomes of skill leaders when two records of a person are merged, and when a person is forgotten."""

from training.models import SkillLeader
from training.models.nominations import Proposal
from workers.models import Worker

DOUBLED = "合并记录：与另一份记录的聘期重叠，从未计入"


def move_leaders(kept: Worker, absorbed: Worker) -> None:
    """Terms of the absorbed record go over. Of two that overlap one stays: the one that the town accepted, else the
    one with allowances paid, else the kept record's. The other ends on its first day with a reason; its payments stay
    on it, as they were paid (settings.PERSON_MOVERS)."""
    rows = SkillLeader.objects.select_for_update().filter(worker__in=[kept, absorbed])
    standing: list[SkillLeader] = []
    voided = []
    for leader in sorted(rows, key=lambda row: _weight(row, absorbed)):
        if leader.state == Proposal.REFUSED or leader.end == leader.start:
            continue
        if any(leader.start < other.end and other.start < leader.end for other in standing):
            voided.append(leader)
        else:
            standing.append(leader)
    for leader in voided:
        leader.end, leader.end_note = leader.start, DOUBLED
        leader.version += 1
        leader.save()
    SkillLeader.objects.filter(worker=absorbed).update(worker=kept)


def _weight(leader: SkillLeader, absorbed: Worker) -> tuple:
    is_paid = leader.payments.exists()
    return leader.state != Proposal.ACCEPTED, not is_paid, leader.worker_id == absorbed.pk, leader.pk


def erase_leaders(worker_ids: list[int], keys: list[bytes]) -> None:
    """Teams, documents and notes go; trades, days and sums stay for past figures (PERSON_ERASERS)."""
    rows = SkillLeader.objects.filter(worker__in=worker_ids)
    rows.update(team="", document_number="", decision_note="")
    rows.exclude(end_note="").update(end_note="（已匿名化）")
