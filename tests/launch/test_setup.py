"""Set-up steps on small inputs: what was left half done is done again from the start."""

import os
import subprocess
import sys

import pytest

from launch.application import database_step, static_step
from launch.console import Failure
from launch.fonts import FILES, configuration, is_font, unpack_fonts
from launch.layout import Layout
from launch.packages import REQUIREMENTS_STAMP, venv_step
from launch.system import install_command, system_step


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose requirements are empty, so that pip has nothing to fetch."""
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / "requirements.txt").write_text("# nothing\n")
    made = Layout(repo=repo, data=tmp_path / "data", shared=tmp_path / "data")
    made.make_folders()
    return made


def nothing(text: str) -> None:
    """Takes progress notes."""


def test_half_made_environment_is_replaced_and_a_finished_one_is_kept(checkout):
    junk = checkout.venv / "lib" / "half"
    junk.parent.mkdir(parents=True)
    junk.write_text("left behind")
    step = venv_step(checkout)
    assert step.due()
    step.run(nothing)
    assert not junk.exists()
    assert not step.due()
    assert subprocess.run([checkout.python, "-c", ""]).returncode == 0


def test_failed_installation_says_why_and_the_next_try_starts_clean(checkout):
    step = venv_step(checkout)
    (checkout.repo / "requirements.txt").write_text("./no-such-package.whl\n")
    with pytest.raises(Failure, match=r"pip install失败[\s\S]*no-such-package"):
        step.run(nothing)
    marker = checkout.venv / "half-installed"
    marker.write_text("")
    (checkout.repo / "requirements.txt").write_text("# nothing\n")
    assert step.due()
    step.run(nothing)
    assert not marker.exists()
    assert not step.due()


def test_changed_requirements_are_installed_into_the_same_environment(checkout):
    step = venv_step(checkout)
    step.run(nothing)
    kept = checkout.venv / "kept"
    kept.write_text("")
    (checkout.repo / "requirements.txt").write_text("# nothing else\n")
    assert step.due()
    step.run(nothing)
    assert kept.exists()
    assert (checkout.venv / REQUIREMENTS_STAMP).exists()


def test_moved_checkout_gets_a_new_environment(checkout, tmp_path):
    venv_step(checkout).run(nothing)
    moved = tmp_path / "elsewhere"
    checkout.repo.rename(moved)
    assert venv_step(Layout(repo=moved, data=checkout.data, shared=checkout.data)).due()


# Stands for manage.py in the middle of an update of the checkout: while it works, the next file arrives.
ARRIVING = """
import pathlib, sys
repo = pathlib.Path(__file__).parent
target = {"migrate": "roll/migrations", "collectstatic": "roll/static"}.get(sys.argv[1])
if target:
    (repo / target / f"{len(list((repo / target).iterdir()))}.py").write_text("")
"""


@pytest.mark.parametrize(("make", "folder"), [(database_step, "migrations"), (static_step, "static")])
def test_what_arrives_while_a_step_works_makes_it_due_again(checkout, make, folder):
    checkout.python.parent.mkdir(parents=True)
    checkout.python.symlink_to(sys.executable)
    (checkout.repo / "manage.py").write_text(ARRIVING)
    checkout.static.mkdir()
    sources = checkout.repo / "roll" / folder
    sources.mkdir(parents=True)
    step = make(checkout, {**os.environ, "DATABASE_URL": "postgres://elsewhere/town"})
    step.run(nothing)
    assert [path.name for path in sources.iterdir()] == ["0.py"]
    assert step.due()


def debian_package(folder, files):
    """A package file with these files under /usr/share/fonts."""
    root = folder / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        "Package: sample\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.cn>\nDescription: sample\n"
    )
    (root / "usr/share/fonts").mkdir(parents=True)
    for name, content in files.items():
        (root / "usr/share/fonts" / name).write_bytes(content)
    package = folder / "sample_1_all.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, package], check=True, capture_output=True)
    return package


def test_only_the_named_fonts_leave_the_package(tmp_path):
    package = debian_package(tmp_path, {"A.ttf": b"\0\1\0\0rest", "B.ttf": b"other"})
    target = tmp_path / "fonts"
    target.mkdir()
    unpack_fonts(package, ["A.ttf"], target)
    assert [path.name for path in target.iterdir()] == ["A.ttf"]
    assert is_font(target / "A.ttf")


def test_package_without_the_font_is_named(tmp_path):
    package = debian_package(tmp_path, {"B.ttf": b"other"})
    with pytest.raises(Failure, match=r"sample_1_all\.deb lacks A\.ttf"):
        unpack_fonts(package, ["A.ttf"], tmp_path)


def test_font_test_refuses_error_pages_and_missing_files(tmp_path):
    (tmp_path / "page.ttf").write_text("<html>not found</html>")
    assert not is_font(tmp_path / "page.ttf")
    assert not is_font(tmp_path / "missing.ttf")


def test_font_configuration_names_only_our_folder(layout, monkeypatch):
    monkeypatch.delenv("FONTS_DIR", raising=False)
    text = configuration(layout)
    assert text.count("<dir>") == 1
    assert f"<dir>{layout.data}/fonts</dir>" in text
    assert len(FILES) == len(set(FILES)) == 8


def test_install_command_is_one_line_that_renews_the_lists_first():
    command = install_command(["libpango-1.0-0", "python3.11-venv"])
    assert "\n" not in command
    assert command.index("apt-get update") < command.index("apt-get install -y --no-install-recommends")
    assert "libpango-1.0-0 python3.11-venv" in command


def test_nothing_missing_needs_no_root(tmp_path):
    step = system_step(log=tmp_path / "log", downloads=list, extra=list)
    assert not step.due()


def test_package_that_no_list_knows_makes_the_step_due(tmp_path):
    step = system_step(log=tmp_path / "log", downloads=lambda: ["no-such-package-here"], extra=list)
    assert step.due()
