"""Templates render without gaps: variables are defined, icons exist, the side bar leads somewhere."""

import re
from pathlib import Path
from zipfile import ZipFile

import lucide
import pytest
from django.template import engines
from django.urls import reverse

from nanyue_portal.navigation import NAVIGATION

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ENTRIES = [entry for _, entries in NAVIGATION for entry in entries]
ICONS = {
    Path(name).stem for name in ZipFile(Path(lucide.__file__).with_name("lucide.zip")).namelist()
}  # fmt: skip


def test_an_undefined_template_variable_fails_a_test():
    with pytest.raises(pytest.fail.Exception, match="Undefined template variable 'nowhere'"):
        engines["django"].from_string("{{ nowhere }}").render({})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_icons_of_a_template_exist(path):
    named = re.findall(r"(?:{% lucide |\bicon=)\"([\w-]+)\"", path.read_text(encoding="utf-8"))
    assert sorted(set(named) - ICONS) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_an_entry_of_the_side_bar_leads_somewhere_and_has_an_icon(entry):
    assert reverse(entry.url_name)
    assert entry.icon in ICONS
    assert entry.permissions
