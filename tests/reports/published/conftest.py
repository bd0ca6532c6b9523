"""A published report, built once for this folder in a transaction that never commits.

Each test has a savepoint and a copy of the files of its own, so it may do to the report what it likes.
"""

import shutil
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import override_settings

from accounts.models import User
from reports.models import Report
from tests.conftest import caches_in, files_in, user_with_post
from tests.factories.unions import EmployerFactory, UnionFactory
from tests.factories.workers import WorkerFactory
from tests.reports.conftest import publish
from unions.models import OrgType, Union
from unions.roles import Role
from workers.models import Worker


def build_town() -> SimpleNamespace:
    """Keys of what the tests ask for by name: the cast of tests/conftest.py, three members, and the report."""
    town = UnionFactory(name="试验镇总工会", org_type=OrgType.TOWN, code="ROOT")
    federation = UnionFactory(name="试验村工会联合会", org_type=OrgType.VILLAGE_FEDERATION, parent=town)
    union = UnionFactory(name="甲厂工会委员会", parent=federation)
    clerk = user_with_post("clerk", Role.TOWN_STAFF, town)
    user_with_post("group", Role.GROUP_MEMBER, town)
    user_with_post("federation", Role.FEDERATION_OFFICER, federation)
    user_with_post("officer", Role.OFFICER, union)
    people = WorkerFactory.create_batch(3, employer=EmployerFactory(union=union, employees=30))
    report = publish(clerk)
    return SimpleNamespace(union=union.pk, people=[person.pk for person in people], report=report.pk)


@pytest.fixture(scope="package")
def built_files(tmp_path_factory):
    return tmp_path_factory.mktemp("published")


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker, built_files):
    with django_db_blocker.unblock():
        with transaction.atomic():
            with override_settings(STORAGES=files_in(built_files), CACHES=caches_in(built_files)):
                keys = build_town()
            yield keys
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def db(built, built_files, quiet_places, settings):
    """Stands in for pytest-django's: what a test does is undone to where the report was published."""
    shutil.copytree(built_files, settings.FILES_DIR)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def report(db, built):
    return Report.objects.get(pk=built.report)


@pytest.fixture
def members(db, built):
    return list(Worker.objects.filter(pk__in=built.people).order_by("pk"))


@pytest.fixture
def union(db, built):
    return Union.objects.get(pk=built.union)


@pytest.fixture
def clerk(db):
    return User.objects.get(username="clerk")


@pytest.fixture
def group_member(db):
    return User.objects.get(username="group")


@pytest.fixture
def federation_officer(db):
    return User.objects.get(username="federation")


@pytest.fixture
def officer(db):
    return User.objects.get(username="officer")
