"""Everything that ./portal test runs: linters, Django's own checks, the tests."""

import secrets
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from launch import configuration
from launch.console import Failure, say
from launch.layout import Layout
from launch.system import browser, office

# What a real deployment sets, so that check --deploy judges those settings and not the demo's.
PRODUCTION = {
    "DEBUG": "false",
    "SECURE": "true",
    "ALLOWED_HOSTS": "portal.example.cn",
    "SITE_URL": "https://portal.example.cn",
    "TRUSTED_PROXY_COUNT": "1",
}

# A process per core, each with a test database of its own; the tests of a file stay together (tests/conftest.py), and
# files in their order. Long ones are asked for: ./portal test -m long.
WHOLE_RUN = ("--numprocesses", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "-m", "not long")


@dataclass(frozen=True)
class Check:
    """One command of the test run."""

    name: str
    command: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)


def all_checks(arguments: Sequence[str]) -> list[Check]:
    """The checks in order; with arguments for pytest it is the only one."""
    tests = Check("pytest", ["python", "-m", "pytest", *(arguments or WHOLE_RUN)])
    if arguments:
        return [tests]
    production = {**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(60)}
    return [
        Check("ruff check", ["ruff", "check", "."]),
        Check("ruff format", ["ruff", "format", "--check", "."]),
        Check("lint-imports", ["lint-imports"]),
        Check("djlint", ["djlint", "--lint", "--quiet", "templates"]),
        Check("makemigrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"]),
        Check(
            "check --deploy",
            ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            production,
        ),
        tests,
    ]


def run_checks(
    layout: Layout,
    arguments: Sequence[str],
    *,
    servers: Callable[..., AbstractContextManager[object]],
) -> int:
    """Runs the checks against throwaway servers, stops at the first that fails, and sums up the time."""
    done: list[str] = []
    began = time.monotonic()
    with servers(layout, throwaway=True):
        environment = configuration.environment(layout)
        for variable, path in (("CHROMIUM_PATH", browser()), ("OFFICE_PATH", office())):
            if path is None:
                raise Failure(f"找不到测试所需的程序 a program for the tests is missing; set {variable}")
            environment[variable] = path
        for check in all_checks(arguments):
            say(f"▶ {check.name}")
            started = time.monotonic()
            command = [str(layout.venv / "bin" / check.command[0]), *check.command[1:]]
            code = subprocess.run(
                command, env={**environment, **check.env}, cwd=layout.repo, check=False
            ).returncode
            done.append(f"{check.name} {time.monotonic() - started:.1f} s")
            if code:
                say(f"✗ {check.name} 未通过 failed (exit {code}) · {' · '.join(done)}")
                return code if 0 < code < 126 else 1
    say(f"✓ 全部通过 all passed · {' · '.join(done)} · 共 total {time.monotonic() - began:.1f} s")
    return 0
