"""The badges of the side bar: one statement for all, exact, capped, and never from the page before."""

import pytest

from nanyue_portal import badges
from nanyue_portal.badges import badges_of
from tests.badges import badge
from tests.factories.unions import EmployerFactory, PostFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from unions.models import Union
from unions.roles import Role
from unions.scoping import reading_unions_once
from workers.models import Worker

pytestmark = pytest.mark.django_db


def people(user):
    return (Worker.objects.editable_by(user),)


def both(user):
    return *people(user), Union.objects.visible_to(user)


@pytest.fixture
def worker(union):
    return WorkerFactory(employer=EmployerFactory(union=union))


def test_all_badges_are_read_in_one_statement_beside_posts_and_unions(
    officer, worker, other_union, django_assert_num_queries
):
    WorkerFactory(employer=EmployerFactory(union=other_union))
    with django_assert_num_queries(3):  # posts, unions under them, all figures
        found = badges_of(officer, {"a": people, "b": both, "c": lambda user: (Worker.objects.none(),)})
    assert found == {"a": "1", "b": "2", "c": ""}


def test_without_entries_nothing_is_asked(officer, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert badges_of(officer, {}) == {}


def test_counting_ends_at_the_cap(officer, union, worker, monkeypatch):
    monkeypatch.setattr(badges, "CAP", 2)
    assert badge(officer, both) == "2"
    UnionFactory(parent=union)
    assert badge(officer, both) == "2+"


def test_posts_over_several_unions_reach_them_all(officer, worker, other_union):
    assert badge(officer, people) == "1"
    WorkerFactory(employer=EmployerFactory(union=other_union))
    PostFactory(user=officer, role=Role.OFFICER, union=other_union)
    assert badge(officer, people) == "2"


def test_unions_are_kept_in_mind_only_while_the_figures_are_read(officer, union, worker):
    with reading_unions_once(officer):
        assert Union.objects.visible_to(officer).count() == 1
    UnionFactory(parent=union)
    assert Union.objects.visible_to(officer).count() == 2
