"""npm assets are served by whitelist, hashed and compressed; nothing refers to what is not served."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from core.staticfiles import NPM_ASSETS, NodeModulesFinder, PortalStaticFilesStorage


def test_whitelisted_assets_are_found_and_nothing_else_is():
    assert [name for name in NPM_ASSETS if not finders.find(name)] == []
    assert finders.find("npm/axe.min.js") is None
    assert finders.find("axe-core/axe.min.js") is None
    assert finders.find("npm/../package.json") is None


def test_a_missing_package_is_named(tmp_path):
    with override_settings(NODE_MODULES=tmp_path):
        errors = NodeModulesFinder().check()
    assert len(errors) == len(NPM_ASSETS)
    assert "bootstrap/dist/css/bootstrap.min.css is missing" in errors[0].msg


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """What collectstatic writes, admin of nothing, with the production storage."""
    root = tmp_path_factory.mktemp("collected")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "core.staticfiles.PortalStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield root, PortalStaticFilesStorage(location=root)


def test_collecting_gives_few_hashed_and_compressed_files(collected):
    root, storage = collected
    files = [path for path in root.rglob("*") if path.is_file()]
    ours = {path.name for path in settings.STATICFILES_DIRS[0].iterdir()}
    # What libraries bring: a whole dist folder of one would be thousands. Our own may grow.
    assert len([path for path in files if path.relative_to(root).parts[0] not in ours]) < 200
    assert not [path for path in files if path.suffix == ".map"]
    name = storage.stored_name("css/portal.css")
    assert re.fullmatch(r"css/portal\.[0-9a-f]{12}\.css", name)
    assert (root / f"{name}.br").is_file()
    assert (root / f"{name}.gz").is_file()
    assert not (root / "css" / "portal.css").exists()


def test_references_inside_stylesheets_lead_to_collected_files(collected):
    root, _ = collected
    targets = [
        (sheet, target)
        for sheet in root.rglob("*.css")
        for target in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8"))
        if not target.startswith(("data:", "#", "%23"))
    ]
    broken = [(sheet.name, target) for sheet, target in targets if not (sheet.parent / target).is_file()]
    assert broken == []
