"""An online course as its keepers make it: two sections with a minimum time, and a quiz of two questions."""

import datetime as dt

from django.utils import timezone

from training.models import Course, Learner
from training.services.course_parts import add_section, put_question
from training.services.courses import create_course, publish_course
from training.services.learners import enrol_learners, issue_links

TODAY = timezone.localdate()


def draft(union, by, *, seconds=60, **facts) -> Course:
    """A draft with two sections of so many seconds and two questions; 60 to pass, so both must be right."""
    said = {"title": "用电安全", "kind": "ONLINE", "opens_on": TODAY - dt.timedelta(days=9)}
    course = create_course(union=union, by=by, **(said | facts))
    for title in ("触电的原因", "怎样急救"):
        add_section(course=course, title=title, text=f"{title}\n第二行", minimum_seconds=seconds, by=by)
    options = [("先切断电源", True), ("用手拉开", False)]
    put_question(course=course, kind="single", text="有人触电怎么办", options=options, by=by)
    put_question(
        course=course, kind="truefalse", text="湿手可以拔插头", options=[("", False), ("", True)], by=by
    )
    return course


def published(union, by, **facts) -> Course:
    """The same, published."""
    return publish_course(course=draft(union, by, **facts), by=by)


def learning(course, worker, by) -> tuple[Learner, str]:
    """The worker in the course, and the token of the personal link."""
    [learner] = enrol_learners(course=course, workers=[worker.pk], by=by)
    [(learner, link)] = issue_links(course=course, learners=[learner.pk], by=by)
    return learner, link.rstrip("/").split("/")[-1]


def right_answers(attempt) -> dict[int, set[int]]:
    """Every question of the go, answered rightly."""
    questions = attempt.learner.course.questions.filter(pk__in=attempt.questions).prefetch_related("options")
    return {one.pk: {option.pk for option in one.options.all() if option.is_right} for one in questions}
