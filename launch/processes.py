"""Starts and stops our processes, and finds those that a killed supervisor left behind."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from launch.console import Failure, say
from launch.layout import Layout
from launch.tools import child_argv, tail_of

# Every process of an instance carries this variable with the key of its data folder.
MARK = "PORTAL_INSTANCE"
LOG_LIMIT = 10 * 1024 * 1024
START_SECONDS = 60
KILL_SECONDS = 5


@dataclass
class Service:
    """A long-running process: how it is started, when it is ready, and the signals that end it in order."""

    name: str
    argv: Sequence[str | Path]
    ready: Callable[[int], bool] = lambda pid: True
    env: Mapping[str, str] = field(default_factory=dict)
    # (signal, seconds to wait) one after the other; SIGKILL follows by itself.
    endings: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10),)
    death: signal.Signals = signal.SIGTERM
    account: str = ""
    caps: str = ""
    before: Callable[[], None] = lambda: None


def started_at(pid: int) -> str:
    """The kernel's start time of a process, which tells it from a later one of the same number; "" if gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def send(pid: int, number: signal.Signals, *, group: bool = False) -> None:
    """Signals a process or its whole group; one that is gone already is fine."""
    with suppress(ProcessLookupError, PermissionError):
        (os.killpg if group else os.kill)(pid, number)


class Running:
    """One started service."""

    def __init__(self, layout: Layout, service: Service) -> None:
        self.service = service
        self.log = layout.logs / f"{service.name}.log"
        service.before()
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        command = child_argv(
            service.argv, death=service.death, account=service.account, caps=service.caps, group=True
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=layout.repo if not service.account else "/",
                env={**os.environ, **service.env, MARK: layout.key},
            )
        self.pid = self.process.pid
        self.since = time.monotonic()

    def wait_ready(self, deadline: float) -> None:
        """Returns when the service answers; raises Failure with its last words when it ends or hangs."""
        while not self.service.ready(self.pid):
            code = self.process.poll()
            if code is not None or time.monotonic() > deadline:
                what = "没有响应 does not answer" if code is None else f"已退出 ended (exit {code})"
                raise Failure(f"{self.service.name} {what}; {self.log}:\n{tail_of(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the service politely, then firmly; nothing of its process group stays."""
        for number, seconds in self.service.endings:
            if self.process.poll() is None:
                send(self.pid, number)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(seconds)
        send(self.pid, signal.SIGKILL, group=True)
        self.process.wait(KILL_SECONDS)


class Record:
    """The pids of this instance on disk, for whoever starts next."""

    def __init__(self, layout: Layout) -> None:
        self.path = layout.data / "processes.json"

    def write(self, running: Sequence[Running]) -> None:
        """Replaces the record by these processes."""
        entries = [
            {"name": one.service.name, "pid": one.pid, "started": started_at(one.pid)} for one in running
        ]
        half = self.path.with_suffix(".part")
        half.write_text(json.dumps(entries))
        half.replace(self.path)

    def survivors(self) -> dict[int, str]:
        """Recorded processes that still run: pid -> name."""
        try:
            entries = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return {
            entry["pid"]: entry["name"]
            for entry in entries
            if entry["started"] and started_at(entry["pid"]) == entry["started"]
        }


def marked(layout: Layout) -> dict[int, str]:
    """Processes anywhere on the machine that carry this instance's mark: pid -> command name."""
    mark = f"{MARK}={layout.key}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0") and int(folder.name) != os.getpid():
                found[int(folder.name)] = (folder / "comm").read_text().strip()
        except OSError:
            continue
    return found


def _wait_gone(find: Callable[[], dict[int, str]], seconds: float) -> dict[int, str]:
    deadline = time.monotonic() + seconds
    while (left := find()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def reap(layout: Layout) -> None:
    """Ends what a killed supervisor left running, so that no second schedule or server can exist.

    Call with the data lock held: then nothing that is found belongs to a living instance.
    """
    record = Record(layout)

    def find() -> dict[int, str]:
        return {**marked(layout), **record.survivors()}

    # They were told to end when their supervisor died, and most are about to.
    left = find()
    if left:
        say(
            f"清理上次遗留的进程 · ending processes left by a killed ./portal: {', '.join(set(left.values()))}"
        )
        for pid, name in left.items():
            send(pid, signal.SIGINT if name.startswith("postgres") else signal.SIGTERM)
        for pid in _wait_gone(find, KILL_SECONDS):
            send(pid, signal.SIGKILL)
        left = _wait_gone(find, KILL_SECONDS)
    if left:
        raise Failure(
            f"无法结束遗留进程 · cannot end left-over processes {left}; run as the same user: kill -9"
        )
    record.path.unlink(missing_ok=True)
