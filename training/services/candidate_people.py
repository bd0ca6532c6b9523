"""What becomes of candidates when two records of a person are merged, and when a person is forgotten."""

from django.db.models import F
from django.utils import timezone

from training.models import Candidate, CandidateNote
from training.models.nominations import Proposal
from workers.models import Worker

DOUBLED = "合并记录：与另一份记录在同一年度、同一级名单中重复"
ONE_PERSON = "（合并记录：导师与本人是同一人，请更正）"


def move_candidates(kept: Worker, absorbed: Worker) -> None:
    """Nominations go over, also those as mentor. Of two for one list the accepted one stays, else the kept record's;
    the other is refused with the reason. A person who would be his own mentor has none by record any more, and the
    place of the name says so (settings.PERSON_MOVERS)."""
    rows = Candidate.objects.select_for_update().filter(worker__in=[kept, absorbed])
    taken = set()
    for row in sorted(rows.exclude(state=Proposal.REFUSED), key=lambda row: _weight(row, absorbed)):
        if (row.year, row.scope) in taken:
            row.state, row.decision_note = Proposal.REFUSED, DOUBLED
            row.decided_at = row.decided_at or timezone.now()
            row.version += 1
            row.save()
        taken.add((row.year, row.scope))
    both = [kept.pk, absorbed.pk]
    own = Candidate.objects.filter(worker__in=both, mentor__in=both)
    own.update(mentor=None, mentor_name=ONE_PERSON, version=F("version") + 1)
    Candidate.objects.filter(worker=absorbed).update(worker=kept)
    Candidate.objects.filter(mentor=absorbed).update(mentor=kept)


def _weight(row: Candidate, absorbed: Worker) -> tuple:
    return row.state != Proposal.ACCEPTED, row.outcome == "", row.worker_id == absorbed.pk, row.pk


def erase_candidates(worker_ids: list[int], keys: list[bytes]) -> None:
    """Notes, outside mentors and reasons go; lists, rungs and days stay (PERSON_ERASERS)."""
    rows = Candidate.objects.filter(worker__in=worker_ids)
    CandidateNote.objects.filter(candidate__in=rows).delete()
    rows.exclude(mentor_name="").update(mentor_name="（已匿名化）")
    rows.update(decision_note="", outcome_note="")
