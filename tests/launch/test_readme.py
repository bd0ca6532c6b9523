"""The README is followed word by word by newcomers, so its words are checked."""

import re

from demo.services import ACCOUNTS
from launch.commands import parse
from tests.launch.conftest import REPO

README = (REPO / "README.md").read_text()
OPERATIONS = (REPO / "docs" / "operations.md").read_text()


def test_every_demo_account_is_listed_with_its_password():
    listed = set(re.findall(r"`(\w+)`", README.split("### Demo accounts")[1].split("## Deploy")[0]))
    assert {account.username for account in ACCOUNTS} <= listed
    assert {account.signs_in_with for account in ACCOUNTS} == {"gonghui-demo-2026"}
    assert "`gonghui-demo-2026`" in README


def test_named_commands_and_options_exist():
    assert parse(["up", "--port", "8001", "--host", "0.0.0.0", "--no-demo"]).demo is False
    for command in re.findall(r"^\./portal (\w+)", README, re.MULTILINE):
        assert command in ("up", "test", "manage")


def test_links_lead_to_files():
    for text, folder in ((README, REPO), (OPERATIONS, REPO / "docs")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (folder / target).exists(), target


def test_every_setting_is_explained():
    settings = (REPO / "nanyue_portal" / "settings.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)) - {"DEBUG"}
    explained = set(re.findall(r"`([A-Z_]+)`", OPERATIONS))
    assert names - explained == set()
