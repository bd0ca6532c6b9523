"""Time on an online course: counted by the server's clock, never more than passed; quiz and completion."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.teaching import TODAY, learning, published, right_answers
from training.invariants.courses import INVARIANTS
from training.models import Learner, SectionProgress
from training.rules.courses import MOST_PER_BEAT, counted_seconds
from training.services.courses import close_course, edit_course
from training.services.learning_time import begin_attempt, count_beat, submit_attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


@pytest.fixture
def course(union, officer):
    return published(union, officer)


@pytest.fixture
def learner(course, worker, officer):
    return learning(course, worker, officer)[0]


def stay(learner, section, start, seconds, step=15) -> dt.datetime:
    """Open a section and stay, with a beat every ``step`` seconds; returns when it ended."""
    count_beat(learner=learner, section=section, now=start, is_first=True)
    for passed in range(step, seconds + 1, step):
        count_beat(learner=learner, section=section, now=start + dt.timedelta(seconds=passed))
    return start + dt.timedelta(seconds=seconds)


def seconds_of(learner) -> list[int]:
    return [row.seconds for row in learner.progress.order_by("section__position")]


def test_a_section_is_done_after_its_time_and_a_replay_gains_nothing(course, learner):
    now, section = timezone.now(), course.sections.first()
    end = stay(learner, section, now, 45)
    assert (seconds_of(learner), learner.progress.get().done_at) == ([45], None)
    for _ in range(20):
        count_beat(learner=learner, section=section, now=end)
        count_beat(learner=learner, section=section, now=end - dt.timedelta(seconds=40))
    assert seconds_of(learner) == [45]
    count_beat(learner=learner, section=section, now=end + dt.timedelta(hours=3))
    assert seconds_of(learner) == [45 + MOST_PER_BEAT]
    assert learner.progress.get().done_at is not None


def test_a_page_that_comes_back_into_view_counts_from_then(course, learner):
    now, section = timezone.now(), course.sections.first()
    stay(learner, section, now, 15)
    back = now + dt.timedelta(hours=1)
    stay(learner, section, back, 15)
    assert seconds_of(learner) == [30]


def test_two_tabs_share_one_clock(course, learner):
    now = timezone.now()
    first, second = course.sections.all()
    for passed in range(0, 61, 5):
        for section in (first, second):
            count_beat(learner=learner, section=section, now=now + dt.timedelta(seconds=passed))
    assert sum(seconds_of(learner)) == 60


MOVES = st.lists(
    st.tuples(st.integers(-5000, 90_000), st.integers(0, 1), st.booleans(), st.integers(1, 3)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(moves=MOVES)
def test_counted_time_never_exceeds_the_time_on_the_wall(moves):
    """The rule alone, as the service uses it: any order, any gaps, any tabs, any replays."""
    start = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    now = earliest = latest = start
    last, counted, beats = None, 0, 0
    for shift, _, is_first, repeats in moves:
        now += dt.timedelta(milliseconds=shift)
        earliest, latest = (now, now) if last is None else (earliest, max(latest, now))
        for _ in range(repeats):
            added = 0 if is_first else counted_seconds(last, now)
            if added or is_first or last is None:
                last = max(now, last or now)
            counted += added
            beats += 1
    assert 0 <= counted <= (latest - earliest).total_seconds()
    assert counted <= MOST_PER_BEAT * beats


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_the_service_counts_like_the_rule(moves, course, learner):
    with transaction.atomic():  # undone: each example begins anew
        now = timezone.now()
        latest = earliest = None
        sections = list(course.sections.all())
        for shift, place, is_first, repeats in moves:
            now += dt.timedelta(milliseconds=shift)
            earliest = earliest or now
            latest = max(latest or now, now)
            for _ in range(repeats):
                count_beat(learner=learner, section=sections[place], now=now, is_first=is_first)
        assert sum(seconds_of(learner)) <= (latest - earliest).total_seconds()
        assert [text for _, check in INVARIANTS for text in check()] == []
        transaction.set_rollback(True)


def test_the_course_is_completed_by_time_and_quiz(course, learner):
    now = timezone.now()
    first, second = course.sections.all()
    with pytest.raises(ValidationError, match="先学完"):
        begin_attempt(learner=learner, now=now)
    end = stay(learner, second, stay(learner, first, now, 60), 60)
    attempt = begin_attempt(learner=learner, now=end)
    assert sorted(attempt.questions) == sorted(course.questions.values_list("pk", flat=True))
    assert begin_attempt(learner=learner, now=end) == attempt
    failed = submit_attempt(learner=learner, answers={attempt.questions[0]: {0}}, now=end)
    assert (failed.score, failed.passed, set(map(str, failed.answers.values()))) == (0, False, {"[]"})
    with pytest.raises(ValidationError, match="没有正在进行"):
        submit_attempt(learner=learner, answers={}, now=end)
    attempt = begin_attempt(learner=learner, now=end)
    passed = submit_attempt(learner=learner, answers=right_answers(attempt), now=end)
    learner.refresh_from_db()
    assert (passed.score, passed.passed, learner.completed_on) == (100, True, timezone.localdate(end))
    with pytest.raises(ValidationError, match="已完成"):
        begin_attempt(learner=learner, now=end)
    count_beat(learner=learner, section=first, now=end + dt.timedelta(seconds=20))
    assert sum(seconds_of(learner)) == 120


def test_the_whole_time_of_the_course_counts_too(union, officer, worker):
    course = published(union, officer, minimum_seconds=150)
    learner, _ = learning(course, worker, officer)
    first, second = course.sections.all()
    end = stay(learner, second, stay(learner, first, timezone.now(), 60), 60)
    attempt = begin_attempt(learner=learner, now=end)
    submit_attempt(learner=learner, answers=right_answers(attempt), now=end)
    learner.refresh_from_db()
    assert learner.completed_on is None
    stay(learner, first, end, 30)
    learner.refresh_from_db()
    assert learner.completed_on is not None


def test_goes_at_the_quiz_are_limited_and_the_course_must_be_open(course, learner, officer):
    edit_course(course=course, version="2", attempts_allowed=1, by=officer)
    end = stay(
        learner, course.sections.last(), stay(learner, course.sections.first(), timezone.now(), 60), 60
    )
    begin_attempt(learner=learner, now=end)
    submit_attempt(learner=learner, answers={}, now=end)
    with pytest.raises(ValidationError, match="已用完"):
        begin_attempt(learner=learner, now=end)
    late = end + dt.timedelta(days=400)
    edit_course(course=course, version="3", closes_on=TODAY + dt.timedelta(days=2), by=officer)
    for act in (
        lambda: count_beat(learner=learner, section=course.sections.first(), now=late),
        lambda: begin_attempt(learner=learner, now=late),
        lambda: submit_attempt(learner=learner, answers={}, now=late),
    ):
        with pytest.raises(ValidationError, match="不开放"):
            act()
    close_course(course=course, by=officer)


def test_a_draw_of_some_questions(union, officer, worker):
    course = published(union, officer, seconds=0, quiz_size=1)
    learner, _ = learning(course, worker, officer)
    for section in course.sections.all():
        count_beat(learner=learner, section=section, now=timezone.now(), is_first=True)
    assert len(begin_attempt(learner=learner, now=timezone.now()).questions) == 1
    assert Learner.objects.with_progress().get().done == 2
    assert SectionProgress.objects.count() == 2
