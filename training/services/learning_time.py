"""What a person does who learns a course by the personal link: stays on sections, answers the quiz, completes.

There is no user: the link is the right, for this one course and person. Every change locks the learner's row first, so
that beats and answers of several tabs come one after the other.
"""

import datetime as dt
import secrets
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from core.errors import RuleError
from training.models import Attempt, Course, CourseSection, Learner, SectionProgress
from training.queries.learners import sections_left
from training.rules.courses import counted_seconds, mark

CLOSED = "课程现在不开放学习"


@transaction.atomic
def count_beat(
    *, learner: Learner, section: CourseSection, now: dt.datetime, is_first: bool = False
) -> SectionProgress:
    """A sign of presence on a section. ``is_first``: the page was just opened or came back into view, so nothing is
    counted yet. Seconds come from the server's clock and the learner's last beat on whatever section, so they never
    add up to more than the time on the wall. Nothing changes once the course is completed.

    Raises RuleError when the course is not open.
    """
    learner = _locked(learner, now)
    progress, _ = SectionProgress.objects.get_or_create(
        learner=learner, section=learner.course.sections.get(pk=section.pk)
    )
    if learner.completed_on:
        return progress
    seconds = 0 if is_first else counted_seconds(learner.beat_at, now)
    if seconds or is_first or learner.beat_at is None:
        learner.beat_at = max(now, learner.beat_at or now)
    learner.began_at = learner.began_at or now
    progress.seconds += seconds
    if progress.done_at is None and progress.seconds >= progress.section.minimum_seconds:
        progress.done_at = now
    progress.save(update_fields=["seconds", "done_at"])
    _complete(learner, now)
    learner.save(update_fields=["beat_at", "began_at", "completed_on"])
    return progress


@transaction.atomic
def begin_attempt(*, learner: Learner, now: dt.datetime) -> Attempt:
    """Draw the questions of a go at the quiz; one that is open goes on. Raises RuleError before all sections have their
    time, after completion, and when all goes are used up."""
    learner = _locked(learner, now)
    if learner.completed_on:
        raise RuleError("您已完成这门课程，不用再答题")
    course = learner.course
    open_one = learner.attempts.filter(submitted_at=None).first()
    if open_one:
        return open_one
    keys = list(course.questions.values_list("pk", flat=True))
    if not keys:
        raise RuleError("这门课程没有测验")
    if sections_left(learner):
        raise RuleError("请先学完各个章节，再答题")
    used = learner.attempts.count()
    if used >= course.attempts_allowed:
        raise RuleError(f"{course.attempts_allowed} 次答题机会已用完，请联系所在工会")
    drawn = secrets.SystemRandom().sample(keys, min(course.quiz_size or len(keys), len(keys)))
    return Attempt.objects.create(learner=learner, questions=drawn, started_at=now)


@transaction.atomic
def submit_attempt(*, learner: Learner, answers: Mapping[int, set[int]], now: dt.datetime) -> Attempt:
    """Mark the open go at the quiz; ``answers`` is question → ticked options, what does not belong to it is left out.
    Raises RuleError when none is open."""
    learner = _locked(learner, now)
    attempt = learner.attempts.filter(submitted_at=None).first()
    if attempt is None:
        raise RuleError("没有正在进行的答题，请重新开始")
    questions = learner.course.questions.filter(pk__in=attempt.questions).prefetch_related("options")
    right = {one.pk: {option.pk for option in one.options.all() if option.is_right} for one in questions}
    known = {one.pk: {option.pk for option in one.options.all()} for one in questions}
    ticked = {key: answers.get(key, set()) & known[key] for key in known}
    attempt.answers = {str(key): sorted(options) for key, options in ticked.items()}
    attempt.score, attempt.submitted_at = mark(right, ticked), now
    attempt.passed = attempt.score >= learner.course.pass_mark
    attempt.save()
    _complete(learner, now)
    learner.save(update_fields=["completed_on"])
    return attempt


def _locked(learner: Learner, now: dt.datetime) -> Learner:
    """The learner's row, locked, of a course that is open now. Before somebody begins the course is locked first, in the
    order of ``issue_links``: it cannot go back to the draft in between."""
    if learner.began_at is None:
        Course.objects.select_for_update(no_key=True).get(pk=learner.course_id)
    rows = Learner.objects.select_for_update(of=["self"]).select_related("course")
    learner = rows.get(pk=learner.pk)
    if not learner.course.is_open_on(timezone.localdate(now)):
        raise RuleError(CLOSED)
    return learner


def _complete(learner: Learner, now: dt.datetime) -> None:
    """The course is completed when every section has its time, all together the course's, and the quiz is passed."""
    if learner.completed_on or sections_left(learner):
        return
    seconds = learner.progress.aggregate(sum=Sum("seconds"))["sum"] or 0
    if seconds < learner.course.minimum_seconds:
        return
    if learner.course.questions.exists() and not learner.attempts.filter(passed=True).exists():
        return
    learner.completed_on = timezone.localdate(now)
