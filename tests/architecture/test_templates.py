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


def test_icons_of_the_templates_exist():
    missing = {
        str(path.relative_to(ROOT)): named
        for path in TEMPLATES
        if (
            named := set(re.findall(r"(?:{% lucide |\bicon=)\"([\w-]+)\"", path.read_text(encoding="utf-8")))
            - ICONS
        )
    }
    assert missing == {}


def test_the_entries_of_the_side_bar_lead_somewhere_and_have_an_icon():
    assert all(reverse(entry.url_name) for entry in ENTRIES)
    assert [entry.url_name for entry in ENTRIES if entry.icon not in ICONS or not entry.permissions] == []
