"""Forty beats of one learner at the same moment: real threads, real connections."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from tests.at_once import at_once
from tests.factories.unions import EmployerFactory
from tests.factories.workers import WorkerFactory
from tests.training.teaching import learning, published
from training.models import Learner, SectionProgress
from training.services.courses import withdraw_course
from training.services.learning_time import begin_attempt, count_beat

pytestmark = pytest.mark.django_db(transaction=True)


def test_beats_at_once_count_the_time_once(union, officer):
    course = published(union, officer)
    learner, _ = learning(course, WorkerFactory(employer=EmployerFactory(union=union)), officer)
    sections, start = list(course.sections.all()), timezone.now()
    count_beat(learner=learner, section=sections[0], now=start, is_first=True)

    def beat(place):
        def send():
            return count_beat(
                learner=Learner.objects.get(pk=learner.pk),
                section=sections[place % 2],
                now=start + dt.timedelta(seconds=20),
            )

        return send

    done, refused = at_once([beat(place) for place in range(40)])
    assert (len(done), refused) == (40, [])
    assert sum(SectionProgress.objects.values_list("seconds", flat=True)) == 20


def test_a_course_is_not_withdrawn_while_somebody_begins(union, officer):
    course = published(union, officer)
    firm = EmployerFactory(union=union)
    learners = [learning(course, WorkerFactory(employer=firm), officer)[0] for _ in range(6)]
    section, now = course.sections.first(), timezone.now()

    def begin(learner):
        return lambda: count_beat(learner=learner, section=section, now=now, is_first=True)

    def withdraw():
        return withdraw_course(course=course, by=User.objects.get(pk=officer.pk))

    at_once([*(begin(one) for one in learners[:3]), withdraw, *(begin(one) for one in learners[3:])])
    course.refresh_from_db()
    has_begun = Learner.objects.filter(began_at__isnull=False).exists()
    assert course.is_draft != has_begun


def test_a_quiz_begun_at_once_is_one_go(union, officer):
    course = published(union, officer, seconds=0)
    learner, _ = learning(course, WorkerFactory(employer=EmployerFactory(union=union)), officer)
    for section in course.sections.all():
        count_beat(learner=learner, section=section, now=timezone.now(), is_first=True)
    begin = [lambda: begin_attempt(learner=learner, now=timezone.now())] * 10
    done, refused = at_once(begin)
    assert (len({one.pk for one in done}), refused, learner.attempts.count()) == (1, [], 1)
