"""One online course of the demo town: three sections, a quiz, and members who are at different places of it."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from demo.learning import fill_learning
from demo.organisation import Town
from demo.roll import BATCH
from training.models import Attempt, Course, CourseSection, Learner, Option, Question, SectionProgress
from workers.models import Standing

SECTIONS = (
    (
        "触电是怎样发生的",
        "人体接触带电体，电流通过人体，就是触电。\n潮湿、破损的绝缘、没有接地的设备，是车间里最常见的原因。",
    ),
    ("检修前的五步", "停电、验电、放电、挂接地线、挂牌。\n五步做完之前，一律按带电处理。"),
    (
        "有人触电怎么办",
        "先切断电源，切不断的用干燥的木棒挑开。\n不能直接用手拉人。脱离电源后立即呼救，必要时做心肺复苏。",
    ),
)
QUESTIONS = (
    (
        "single",
        "发现有人触电，第一步做什么",
        (("切断电源", True), ("用手把人拉开", False), ("浇水降温", False)),
    ),
    ("multiple", "检修前必须做的是", (("停电", True), ("验电", True), ("挂牌", True), ("先试运行", False))),
    ("truefalse", "没有验电之前，设备一律按带电处理", (("对", True), ("错", False))),
    ("truefalse", "手上有水也可以拔插头", (("对", False), ("错", True))),
)
LEARNERS, EACH = 60, 300  # people in the course; seconds a section takes at least


def fill_online(town: Town, workers, *, by: User, today: dt.date) -> dict[str, int]:
    """What people learned outside, and the online course; returns the counts by name."""
    learning = fill_learning(workers, by=by, today=today)
    return {"learning": learning, "learners": fill_course(town, workers, by=by, today=today)}


def fill_course(town: Town, workers, *, by: User, today: dt.date) -> int:
    """The course with its learners: two of five completed, some in the middle, the others not begun. Returns how many."""
    course = Course.objects.create(
        union=town.root, title="车间用电安全", intro="三节短课，学完答题，手机上就能学。", kind="SAFETY", trade="电工",
        opens_on=today - dt.timedelta(days=40), closes_on=today + dt.timedelta(days=50), is_open_below=True,
        state=Course.State.PUBLISHED, created_by=by,
    )  # fmt: skip
    sections = CourseSection.objects.bulk_create(
        CourseSection(course=course, position=place, title=title, text=text, minimum_seconds=EACH)
        for place, (title, text) in enumerate(SECTIONS, start=1)
    )
    for kind, text, options in QUESTIONS:
        question = Question.objects.create(course=course, kind=kind, text=text)
        Option.objects.bulk_create(
            Option(question=question, text=one, is_right=right) for one, right in options
        )
    members = [worker for worker in workers if worker.standing == Standing.MEMBER][:LEARNERS]
    rows = [_learner(course, worker, place, by, today) for place, worker in enumerate(members)]
    Learner.objects.bulk_create(rows, BATCH)
    SectionProgress.objects.bulk_create(
        SectionProgress(learner=row, section=section, seconds=EACH, done_at=row.beat_at)
        for row in rows
        if row.began_at
        for section in (sections if row.completed_on else sections[:1])
    )
    keys = list(course.questions.values_list("pk", flat=True))
    Attempt.objects.bulk_create(
        Attempt(
            learner=row, questions=keys, started_at=row.beat_at, submitted_at=row.beat_at, passed=True,
            score=75 if place % 3 else 100,
        )
        for place, row in enumerate(rows)
        if row.completed_on
    )  # fmt: skip
    return len(rows)


def _learner(course: Course, worker, place: int, by: User, today: dt.date) -> Learner:
    began = timezone.now() - dt.timedelta(days=3 + place % 30, hours=1) if place % 5 < 3 else None
    ended = began + dt.timedelta(minutes=50) if began else None
    return Learner(
        course=course, worker=worker, union_id=worker.union_id, enrolled_by=by, enrolled_on=today - dt.timedelta(days=38),
        began_at=began, beat_at=ended, completed_on=timezone.localdate(ended) if ended and place % 5 < 2 else None,
    )  # fmt: skip
