"""What the operating system must bring: shared libraries for PDF, Python's venv, apt's package lists."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from launch.console import Failure, Note, Step
from launch.tools import run_logged

# Library that WeasyPrint loads at run time -> Debian and Ubuntu package. Without the last one it works,
# but eighteen times slower, so its absence is an error here.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}


# The same Chromium; the first is the package without a user interface, which takes half the time for a page.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def has_library(name: str) -> bool:
    """Whether the dynamic linker finds and loads the library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_packages() -> list[str]:
    """Debian packages that the set-up needs and this machine lacks."""
    packages = [package for library, package in LIBRARIES.items() if not has_library(library)]
    if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
        packages.append(f"python3.{sys.version_info.minor}-venv")
    return packages


def can_download(packages: Sequence[str]) -> bool:
    """Whether apt's lists are there and name all these packages."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return False
    command = ["apt-get", "download", "--print-uris", *packages]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def install_command(packages: Sequence[str]) -> str:
    """The one line an ordinary user runs, or has run, to get these packages; also renews apt's lists."""
    parts = ["apt-get update"]
    if packages:
        parts.append(f"apt-get install -y --no-install-recommends {' '.join(packages)}")
    if shutil.which("sudo"):
        return " && ".join(f"sudo {part}" for part in parts)
    return f'su -c "{" && ".join(parts)}"'


def system_step(
    *, log: Path, downloads: Callable[[], Sequence[str]], extra: Callable[[], Sequence[str]] = tuple
) -> Step:
    """Installs what is missing as root, or stops with the command to run.

    `downloads` names packages a later step fetches through apt; `extra` names further packages to install.
    """

    def lacking() -> tuple[list[str], bool]:
        wanted = downloads()
        return [*missing_packages(), *extra()], bool(wanted) and not can_download(wanted)

    def run(note: Note) -> None:
        packages, lists = lacking()
        if shutil.which("apt-get") is None:
            raise Failure(
                "本机没有 apt · no apt here; please install by hand: "
                + ", ".join([*packages, *(["the fonts listed in docs/operations.md"] if lists else [])])
            )
        if os.geteuid() != 0:
            raise Failure(
                f"请运行下面一行后重试 · run this line, then try again:\n\n    {install_command(packages)}\n"
            )
        env = {"DEBIAN_FRONTEND": "noninteractive"}
        run_logged(["apt-get", "update"], log=log, what="apt-get update", env=env, on_line=note)
        if packages:
            command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
            run_logged(command, log=log, what="apt-get install", env=env, on_line=note)
        packages, lists = lacking()
        if packages or lists:
            raise Failure(f"仍然缺少 still missing: {', '.join(packages) or ', '.join(downloads())}")

    return Step("系统软件 system packages", lambda: any(lacking()), run)


def browser() -> str | None:
    """The Chromium for the browser tests: CHROMIUM_PATH, or the one on PATH."""
    given = os.environ.get("CHROMIUM_PATH")
    if given:
        return given if os.access(given, os.X_OK) else None
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def missing_browser() -> list[str]:
    """The package of the test browser where none is installed."""
    if browser():
        return []
    if os.environ.get("CHROMIUM_PATH"):
        raise Failure("CHROMIUM_PATH 不是可执行文件 names no executable")
    return [BROWSERS[0]]


def office() -> str | None:
    """The LibreOffice for the tests that open our workbooks with it: OFFICE_PATH, or the one on PATH."""
    given = os.environ.get("OFFICE_PATH")
    if given:
        return given if os.access(given, os.X_OK) else None
    return next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)


def missing_office() -> list[str]:
    """The package of LibreOffice's tables, without a screen, where there is none."""
    if office():
        return []
    if os.environ.get("OFFICE_PATH"):
        raise Failure("OFFICE_PATH 不是可执行文件 names no executable")
    return ["libreoffice-calc-nogui"]


def missing_test_programs() -> list[str]:
    """The packages of the programs that only tests need."""
    return [*missing_browser(), *missing_office()]
