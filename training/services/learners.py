"""Who learns an online course, and the personal links by which people without an account reach it."""

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.queries import hash_token
from core.access import Permission
from core.errors import RuleError
from training.models import Course, Learner
from training.services.choosing import chosen_people, refuse_those_in
from unions.scoping import require_all_editable, require_editable

MOST_LINKS = 200  # slips of one print


@transaction.atomic
def enrol_learners(*, course: Course, workers: Sequence[int], by: User) -> list[Learner]:
    """Put people (their keys) into a course that is open to the user. All of them or nobody.

    Raises RuleError when the course takes nobody now, or when somebody is out of reach, outside the organiser's unions,
    has left, or is in it already; PermissionDenied for a course out of sight.
    """
    course = _seen(course, by, Course.objects.open_to(by))
    if course.state != Course.State.PUBLISHED:
        raise RuleError(f"课程现为“{course.get_state_display()}”，发布之后、结束之前才能安排职工学习")
    people = chosen_people(course.union, workers, by)
    refuse_those_in(course.learners.all(), people, "已在这门课程中")
    today = timezone.localdate()
    rows = Learner.objects.bulk_create(
        Learner(course=course, worker=one, union_id=one.union_id, enrolled_by=by, enrolled_on=today)
        for one in people
    )
    require_all_editable(rows, by)
    _record(by, "training.learner_enrol", course, workers=[one.pk for one in people])
    return rows


@transaction.atomic
def remove_learner(*, learner: Learner, by: User) -> Course:
    """Take somebody out of a course who has not begun. Returns the course. Raises RuleError afterwards: what was learned
    stays."""
    learner = Learner.objects.select_for_update(of=["self"]).select_related("course").get(pk=learner.pk)
    require_editable(learner, by)
    if learner.began_at:
        raise RuleError("此人已经开始学习，学习记录保留，不能移出")
    course, worker = learner.course, learner.worker_id
    learner.delete()
    _record(by, "training.learner_remove", course, workers=[worker])
    return course


@transaction.atomic
def issue_links(*, course: Course, learners: Sequence[int], by: User) -> list[tuple[Learner, str]]:
    """New personal links for these learners (keys, MOST_LINKS at most) who have not completed the course: (learner, link)
    in the order of unions and names. Older links of theirs end. The links exist nowhere else: only digests are stored.

    Raises RuleError for nobody, for too many, and for a course that is not published.
    """
    course = _seen(course, by, Course.objects.visible_to(by))
    if course.state != Course.State.PUBLISHED:
        raise RuleError(f"课程现为“{course.get_state_display()}”，没有可发放的学习链接")
    rows = Learner.objects.select_for_update(of=["self"]).editable_by(by)
    rows = rows.filter(course=course, pk__in=learners, completed_on=None, worker__anonymised_on=None)
    rows = list(
        rows.select_related("worker", "union")
        .defer("worker__phone")
        .order_by("union__path", "worker__pinyin", "pk")
    )
    if not rows:
        raise RuleError("没有需要发放学习链接的人：都已发放过，或已完成学习")
    if len(rows) > MOST_LINKS:
        raise RuleError(f"一次最多发放 {MOST_LINKS} 人，请分批办理")
    now, found = timezone.now(), []
    for row in rows:
        token = secrets.token_urlsafe(24)
        row.token_hash, row.issued_at = hash_token(token), now
        found.append((row, link_of(token)))
    Learner.objects.bulk_update(rows, ["token_hash", "issued_at"])
    _record(by, "training.learner_links", course, workers=[row.worker_id for row in rows])
    return found


def link_of(token: str) -> str:
    """The full address that a token opens."""
    return settings.SITE_URL.rstrip("/") + reverse("learn:course_open", args=[token])


def _seen(course: Course, by: User, among) -> Course:
    """The course as stored, locked against being withdrawn; PermissionDenied for one that is not among these."""
    found = (
        Course.objects.select_for_update(of=["self"], no_key=True).select_related("union").get(pk=course.pk)
    )
    if not (by.has_perm(Permission.EDIT_TRAINING) and among.filter(pk=found.pk).exists()):
        raise PermissionDenied
    return found


def _record(by: User, action: str, course: Course, **details) -> None:
    audit.record(by, action, course, union_id=course.union_id, **details)
