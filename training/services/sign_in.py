"""People sign in at a session themselves, on their own phones, without an account (docs/adr/0025)."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from core.characters import TextError
from core.errors import RuleError
from core.text import clean_name, clean_number
from training.models import Attendance, Enrolment, Session, TrainingClass
from training.rules import sign_in as rules
from unions.scoping import require_editable
from workers.models import IdentityDocument


@transaction.atomic
def sign_in(*, session: Session, name: str, tail: str, ip: str | None = None) -> Enrolment | None:
    """Note that the one person with a place in the class who has this name was there; ``tail`` is the last four of
    the identity document or of the phone. The same for who is noted already. None when it is nobody, or not clear
    who. Raises RuleError when nobody can sign in now. Whoever holds a code that opens the session may call it.
    """
    training_class = TrainingClass.objects.select_for_update(of=("self",)).get(pk=session.training_class_id)
    session.training_class = training_class
    now = timezone.now()
    if closed := rules.closed_because(session, now, rules.numbers_on(timezone.localdate(now))):
        raise RuleError(closed)
    found = list(_meant(training_class, name, tail)[:2])
    if len(found) != 1:
        return None
    [enrolment] = found
    if not session.attendances.filter(enrolment=enrolment).exists():
        Attendance.objects.create(session=session, enrolment=enrolment, source=Attendance.Source.CODE)
        audit.record(
            None,
            "training.sign_in",
            training_class,
            union_id=training_class.union_id,
            ip=ip,
            session=session.pk,
            worker=enrolment.worker_id,
        )
    return enrolment


@transaction.atomic
def rate_class(*, enrolment: Enrolment, stars: int, ip: str | None = None) -> bool:
    """Keep how content the person is with the class, from 1 to 5, under the person's name. The first answer stays;
    False when there is one already. Whoever has just signed in as this person may call it. Raises RuleError."""
    if stars not in range(1, 6):
        raise RuleError("请选择 1 至 5 中的一项")
    training_class = TrainingClass.objects.select_for_update(of=("self",)).get(pk=enrolment.training_class_id)
    rows = training_class.enrolments.enrolled().filter(pk=enrolment.pk, satisfaction=None)
    if not rows.update(satisfaction=stars):
        return False
    audit.record(
        None,
        "training.rate",
        training_class,
        union_id=training_class.union_id,
        ip=ip,
        worker=enrolment.worker_id,
        changes={"satisfaction": [None, stars]},
    )
    return True


def _meant(training_class: TrainingClass, name: str, tail: str):
    """Enrolments with a place whose person has this name and tail."""
    try:
        name, tail = clean_name(name), clean_number(tail)
    except TextError:
        return Enrolment.objects.none()
    if not name or len(tail) != 4:
        return Enrolment.objects.none()
    documents = IdentityDocument.objects.filter(worker=OuterRef("worker"), is_current=True, number_tail=tail)
    rows = training_class.enrolments.enrolled().filter(worker__name=name, worker__anonymised_on=None)
    return rows.filter(Q(worker__phone_tail=tail) | Exists(documents)).order_by("pk")


@transaction.atomic
def allow_day_code(*, session: Session, allowed: bool, by: User) -> Session:
    """Let a printed code open the session for its whole day, or no longer."""
    training_class = TrainingClass.objects.select_for_update(of=("self",)).get(pk=session.training_class_id)
    require_editable(training_class, by)
    session = Session.objects.get(pk=session.pk)
    if session.has_day_code != allowed:
        session.has_day_code = allowed
        session.save(update_fields=["has_day_code"])
        audit.record(
            by,
            "training.day_code",
            training_class,
            union_id=training_class.union_id,
            session=session.pk,
            allowed=allowed,
        )
    return session
