"""Reads over those who learn online courses."""

from django.db.models import Exists, OuterRef

from accounts.queries import hash_token
from core.access import Permission
from training.models import Course, CourseSection, Learner
from workers.picking import people_within

LONGEST_TOKEN = 64


def learner_of(token: str) -> Learner | None:
    """The learner whose personal link holds this token; nobody for an old, unknown or malformed one."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        return None
    rows = Learner.objects.filter(token_hash=hash_token(token), worker__anonymised_on=None)
    return rows.select_related("course__union", "worker").defer("worker__phone").first()


def people_to_teach(course: Course, user):
    """People whom the user may put into the course and who are not in it, by name."""
    taken = course.learners.filter(worker=OuterRef("pk"))
    people = people_within(course.union, user, Permission.EDIT_TRAINING)
    return people.exclude(Exists(taken))


def sections_left(learner: Learner) -> bool:
    """Whether some section of the course has not had its time yet."""
    done = learner.progress.filter(done_at__isnull=False).values("section")
    return learner.course.sections.exclude(pk__in=done).exists()


def outline_of(learner: Learner) -> list[tuple[CourseSection, int, bool]]:
    """The sections in order, each with the seconds counted and whether it is done."""
    known = {row.section_id: row for row in learner.progress.all()}
    return [
        (section, known[section.pk].seconds if section.pk in known else 0, _is_done(known.get(section.pk)))
        for section in learner.course.sections.all()
    ]


def _is_done(progress) -> bool:
    return progress is not None and progress.done_at is not None
