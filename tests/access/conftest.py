"""The scene is built once for this folder, in a transaction that never commits.

Tests here ask for ``scene`` and ``browsers``; each of their requests is undone by itself (``scene.answer``).
"""

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from tests.access.scene import build_scene, signed_in
from tests.conftest import files_in


@pytest.fixture(scope="package")
def scene_files(tmp_path_factory):
    """Where the scene's uploads and reports lie."""
    return files_in(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="package")
def built_scene(django_db_setup, django_db_blocker, scene_files):
    with django_db_blocker.unblock():
        with transaction.atomic():
            with override_settings(STORAGES=scene_files):
                scene = build_scene()
            yield scene
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def db(built_scene):
    """Stands in for pytest-django's: the scene's transaction is there already."""


@pytest.fixture
def scene(db, built_scene, quiet_places, settings, scene_files):
    """Users and objects of the matrix."""
    settings.STORAGES = scene_files
    return built_scene


@pytest.fixture(scope="package")
def opened_browsers(built_scene):
    """Passwords are confirmed in the future: they stay fresh however slow the machine is."""
    return {role: signed_in(user, seconds_ago=-86_400) for role, user in built_scene.users.items()}


@pytest.fixture
def browsers(scene, opened_browsers):
    """A signed-in browser per role."""
    return opened_browsers


@pytest.fixture
def anonymous(scene):
    """A browser without a session."""
    return Client()


@pytest.fixture
def former(scene):
    """A browser of an officer of ``union`` whose post ends today."""
    return signed_in(scene.former)
