"""What becomes of outside learning and online courses when two records of a person are merged, and when a person is forgotten."""

from django.utils import timezone

from core.papers import delete_papers
from training.models import Attempt, Learner, LearningPaper, OutsideLearning
from workers.models import Worker

State = OutsideLearning.State
DOUBLE = "合并记录时发现与另一条相同"


def move_learning(kept: Worker, absorbed: Worker) -> None:
    """The rows go over to the kept record. Of the same learning on both records the kept one's stays: the other is
    deleted when the platform said it, and refused when a union reported it (settings.PERSON_MOVERS)."""
    known = set(_keys(OutsideLearning.objects.filter(worker=kept).exclude(state=State.REFUSED)))
    rows = OutsideLearning.objects.filter(worker=absorbed).exclude(state=State.REFUSED)
    doubles = [row for row in rows if (row.source, row.title, row.completed_on) in known]
    for row in doubles:
        if not row.is_reported:
            row.delete()
            continue
        row.state, row.decision_note = State.REFUSED, DOUBLE
        row.decided_at = row.decided_at or timezone.now()
        row.version += 1
        row.save(update_fields=["state", "decision_note", "decided_at", "version"])
    OutsideLearning.objects.filter(worker=absorbed).update(worker=kept)


def erase_learning(worker_ids: list[int], keys: list[bytes]) -> None:
    """Notes and papers go; course, hours and dates stay for past figures (settings.PERSON_ERASERS)."""
    delete_papers(LearningPaper.objects.filter(learning__worker__in=worker_ids))
    OutsideLearning.objects.filter(worker__in=worker_ids).update(decision_note="", account_bound=None)


def _keys(rows):
    return rows.values_list("source", "title", "completed_on")


def move_learners(kept: Worker, absorbed: Worker) -> None:
    """Courses go over to the kept record. Of two in one course the completed one stays, else the one that was begun, else
    the kept record's; the other goes with its link and what it counted (settings.PERSON_MOVERS)."""
    mine = {row.course_id: row for row in Learner.objects.filter(worker=kept)}
    for row in Learner.objects.filter(worker=absorbed):
        double = mine.get(row.course_id)
        if double is not None:
            (double if _reached(row) > _reached(double) else row).delete()
    Learner.objects.filter(worker=absorbed).update(worker=kept)


def _reached(row: Learner) -> tuple[bool, bool]:
    return row.completed_on is not None, row.began_at is not None


def erase_learners(worker_ids: list[int], keys: list[bytes]) -> None:
    """Links and answers go; time, marks and dates stay for past figures (settings.PERSON_ERASERS)."""
    Learner.objects.filter(worker__in=worker_ids).update(token_hash=None)
    Attempt.objects.filter(learner__worker__in=worker_ids).update(answers={})
