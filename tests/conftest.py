"""The cast: one town, one federation, two enterprise unions, and a user for each role.

``officer`` keeps the records of ``union``; ``other_officer`` is the stranger of ``other_union``.
"""

import os

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase
from hypothesis import settings as property_tests
from xdist.scheduler import LoadFileScheduling

from tests import pristine
from tests.factories.accounts import UserFactory
from tests.factories.unions import PostFactory, UnionFactory
from unions.models import OrgType
from unions.roles import Role

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs its own loop
property_tests.register_profile("house", deadline=None)  # a busy machine is not a fault of the code
property_tests.load_profile("house")


def pytest_addoption(parser):
    """``--kills N``: how often tests/core/test_jobs_killed.py kills each kind of job. ``--hostile all``: every file
    of tests/exchange/test_hostile.py instead of every fourth one."""
    parser.addoption("--kills", type=int, default=1, help="SIGKILLs per kind of job")
    parser.addoption("--hostile", choices=("some", "all"), default="some", help="hostile files to read")


# Folders whose tests share what is built once for them.
TOGETHER = ("tests/access/", "tests/reports/published/")


class Places(LoadFileScheduling):
    """The tests of a file stay in one process, and so do those of a folder that share what is built for it."""

    def _split_scope(self, nodeid):
        folder = next((folder for folder in TOGETHER if nodeid.startswith(folder)), None)
        return folder or super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """How the whole run is shared out between its processes."""
    return Places(config, log)


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """Code tables, legal numbers and the plan are in every test database, and nothing else between two tests."""
    with django_db_blocker.unblock():
        if request.config.getoption("reuse_db"):  # a run that was cut off may have left its rows
            call_command("flush", interactive=False, verbosity=0)
        call_command("load_reference_data", verbosity=0)
        pristine.keep()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: pristine.restore())
        yield


def files_in(folder):
    """STORAGES with all files below the folder."""
    return {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def caches_in(folder):
    """CACHES in the process, kept by the folder's name."""
    locmem = "django.core.cache.backends.locmem.LocMemCache"
    return {"default": {"BACKEND": locmem, "LOCATION": str(folder)}}


@pytest.fixture(autouse=True)
def quiet_places(settings, tmp_path):
    """Files go to the test's own folder; passwords hash fast; caches do not leak between tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = files_in(tmp_path / "files")
    settings.FILES_DIR = tmp_path / "files"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.CACHES = caches_in(tmp_path)


@pytest.fixture
def town(db):
    return UnionFactory(name="试验镇总工会", org_type=OrgType.TOWN, code="ROOT")


@pytest.fixture
def federation(town):
    return UnionFactory(name="试验村工会联合会", org_type=OrgType.VILLAGE_FEDERATION, parent=town)


@pytest.fixture
def union(federation):
    return UnionFactory(name="甲厂工会委员会", parent=federation)


@pytest.fixture
def other_union(town):
    return UnionFactory(name="乙厂工会委员会", parent=town)


def user_with_post(username, role, union):
    """A user with the role in the union."""
    return PostFactory(user=UserFactory(username=username), role=role, union=union).user


@pytest.fixture
def clerk(town):
    return user_with_post("clerk", Role.TOWN_STAFF, town)


@pytest.fixture
def handler(town):
    return user_with_post("handler", Role.CASE_HANDLER, town)


@pytest.fixture
def officer(union):
    return user_with_post("officer", Role.OFFICER, union)


@pytest.fixture
def other_officer(other_union):
    return user_with_post("officer2", Role.OFFICER, other_union)


@pytest.fixture
def federation_officer(federation):
    return user_with_post("federation", Role.FEDERATION_OFFICER, federation)


@pytest.fixture
def group_member(town):
    return user_with_post("group", Role.GROUP_MEMBER, town)


@pytest.fixture
def sysadmin(town):
    return user_with_post("sysadmin", Role.SYSTEM_ADMIN, town)


@pytest.fixture
def secadmin(town):
    return user_with_post("secadmin", Role.SECURITY_ADMIN, town)


@pytest.fixture
def auditor(town):
    return user_with_post("auditor", Role.AUDIT_ADMIN, town)
