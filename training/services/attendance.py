"""Who was at a session."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.errors import RuleError
from training.models import Attendance, Session, TrainingClass
from unions.scoping import require_editable


@transaction.atomic
def note_attendance(*, session: Session, came: set[int], missed: set[int], by: User) -> tuple[int, int]:
    """Note who came and take back who did not after all (keys of enrolments with a place; others are passed over).

    Says nothing about anybody else, so that two people can tick at the same time. Returns how many rows are new and
    how many are gone. Raises RuleError before the class has begun, and for a session that is still to come.
    """
    training_class = TrainingClass.objects.select_for_update(of=("self",)).get(pk=session.training_class_id)
    require_editable(training_class, by)
    if not training_class.takes_results:
        raise RuleError(f"班次现在是“{training_class.get_state_display()}”，开课之后再登记考勤")
    if session.on > timezone.localdate():
        raise RuleError(f"{session.on} 的课还没有上，当天再登记考勤")
    known = set(session.attendances.values_list("enrolment", flat=True))
    placed = training_class.enrolments.enrolled().filter(pk__in=came - known).order_by("position")
    listed = Attendance.Source.LIST
    rows = [Attendance(session=session, enrolment=row, source=listed, noted_by=by) for row in placed]
    Attendance.objects.bulk_create(rows)
    gone = session.attendances.filter(enrolment__in=missed - came)
    removed = list(gone.order_by("enrolment").values_list("enrolment__worker", flat=True))
    gone.delete()
    if rows or removed:
        audit.record(
            by,
            "training.attendance",
            training_class,
            union_id=training_class.union_id,
            session=session.pk,
            came=[row.enrolment.worker_id for row in rows],
            taken_back=removed,
        )
    return len(rows), len(removed)
