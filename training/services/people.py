"""What becomes of skill records when two records of a person are merged, or a person is anonymised."""

from django.db.models import Count

from core.papers import delete_papers
from training.models import Certificate, Enrolment, Evidence, Title, TrainingClass
from training.services.enrolments import pass_on_places, withdraw_double
from workers.models import Worker


def move_skills(kept: Worker, absorbed: Worker) -> None:
    """Certificates and titles go over to the kept record; of a title that both hold, the kept record's stays
    (settings.PERSON_MOVERS)."""
    Certificate.objects.filter(worker=absorbed).update(worker=kept)
    for title in Title.objects.filter(worker=absorbed).order_by("pk"):
        double = Title.objects.exclude(state=Title.State.REFUSED).filter(worker=kept)
        if double.filter(rank=title.rank, series=title.series).exists():
            title.delete()
        else:
            Title.objects.filter(pk=title.pk).update(worker=kept)


def move_enrolments(kept: Worker, absorbed: Worker) -> None:
    """Enrolments go over to the kept record. Of two in one class the one with a result stays, else the one with a
    place, else the kept record's; the other is withdrawn, and its place passed on (settings.PERSON_MOVERS). A meeting
    that both attended counts once."""
    rows = Enrolment.objects.standing().filter(worker__in=[kept, absorbed])
    doubled = (
        rows.values("training_class").annotate(rows=Count("pk")).filter(rows=2).order_by("training_class")
    )
    keys = list(doubled.values_list("training_class", flat=True))
    for training_class in TrainingClass.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        pair = sorted(rows.filter(training_class=training_class), key=lambda row: _standing_of(row, kept))
        weaker, stronger = pair
        seen = stronger.attendances.values("session")
        weaker.attendances.exclude(session__in=seen).update(enrolment=stronger)
        weaker.attendances.all().delete()
        withdraw_double(weaker)
        pass_on_places(training_class)
    Enrolment.objects.filter(worker=absorbed).update(worker=kept)


def _standing_of(row: Enrolment, kept: Worker) -> tuple:
    return bool(row.result), row.state == Enrolment.State.ENROLLED, row.worker_id == kept.pk


def erase_skills(worker_ids: list[int], keys: list[bytes]) -> None:
    """Numbers, issuers, notes and papers go; kinds, levels and dates stay for past figures (PERSON_ERASERS)."""
    delete_papers(Evidence.objects.filter(certificate__worker__in=worker_ids))
    Certificate.objects.filter(worker__in=worker_ids).update(number="", issuer="", decision_note="")
    Title.objects.filter(worker__in=worker_ids).update(register_number="", issuer="", decision_note="")
