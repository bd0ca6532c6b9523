"""A data folder of its own for every test; the checkout's packages are shared."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from launch import configuration
from launch.layout import Layout

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def heed_signals():
    """A function that takes signals again. The supervisor ignores them after its end; the test process must not, nor may
    what it starts next, which would not hear that it is to stop until it has come up."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}

    def heed():
        for number, handler in before.items():
            signal.signal(number, handler)

    yield heed
    heed()


@pytest.fixture
def embedded(monkeypatch) -> None:
    """No servers are given by the environment."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def layout(tmp_path, embedded) -> Iterator[Layout]:
    """An empty installation with secrets."""
    made = Layout(repo=REPO, data=tmp_path / "data", shared=tmp_path / "data")
    made.make_folders()
    configuration.write_secrets(made)
    yield made
    if made.sockets.parent != made.data:
        shutil.rmtree(made.sockets, ignore_errors=True)


def eventually(condition: Callable[[], object], *, seconds: float = 10) -> bool:
    """Whether the condition becomes true within this time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Portal:
    """Runs ./portal on a data folder, in the background where wanted."""

    def __init__(self, data: Path) -> None:
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        }
        self.env = {**kept, "PORTAL_DATA": str(data), "FONTS_DIR": str(settings.FONTS_DIR)}
        self.data = data
        self.output = data.parent / "portal-output.txt"
        self.started: list[subprocess.Popen] = []

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        """Runs to the end and captures the output."""
        return subprocess.run(
            [sys.executable, REPO / "portal", *arguments],
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=180,
        )

    def start(self, *arguments: str) -> subprocess.Popen:
        """Starts in the background, output in `self.output`."""
        with self.output.open("w") as sink:
            process = subprocess.Popen(
                [sys.executable, REPO / "portal", *arguments], env=self.env, stdout=sink, stderr=sink
            )
        self.started.append(process)
        return process

    def wait_for(self, text: str, *, seconds: float = 180) -> str:
        """The output once it contains the text."""
        found = eventually(lambda: text in self.output.read_text(), seconds=seconds)
        assert found, self.output.read_text()
        return self.output.read_text()


@pytest.fixture
def portal(tmp_path) -> Iterator[Portal]:
    """A ./portal whose instances are stopped after the test."""
    made = Portal(tmp_path / "data")
    yield made
    for process in made.started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def alive(pids: Sequence[int]) -> list[int]:
    """Those of the processes that still run."""
    found = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            found.append(pid)
    return found
