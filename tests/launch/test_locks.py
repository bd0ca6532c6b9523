import subprocess
import sys

import pytest

from launch.console import Failure
from launch.locks import Busy, data_lock, server_users

HOLD = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from launch.layout import Layout
from launch import locks
layout = Layout(repo=Path(sys.argv[1]), data=Path(sys.argv[2]), shared=Path(sys.argv[2]))
with locks.{lock}:
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(layout):
    """Starts a process that holds a lock until its input is closed."""
    started = []

    def hold(lock: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD.format(lock=lock), layout.repo, layout.data],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in started:
        process.communicate()


def test_second_instance_learns_who_holds_the_folder(layout, holder):
    other = holder("data_lock(layout, 'up')")
    with pytest.raises(Busy, match=rf"\./portal up \(pid {other.pid}\)") as caught, data_lock(layout, "up"):
        pass
    assert isinstance(caught.value, Failure)
    other.communicate()
    with data_lock(layout, "up"):
        assert "pid" in (layout.data / "portal.lock").read_text()


def test_killed_holder_leaves_no_lock(layout, holder):
    other = holder("data_lock(layout, 'up')")
    other.kill()
    other.wait()
    with data_lock(layout, "manage"):
        assert "manage" in (layout.data / "portal.lock").read_text()


def test_starter_waits_for_other_users_of_its_servers(layout, holder, capsys):
    other = holder("server_users(layout, starter=False)")
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLD.format(lock="server_users(layout, starter=True)"),
            layout.repo,
            layout.data,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout.readline() == "held\n"
        starter.stdin.close()
        assert "waiting for other commands" in starter.stdout.readline()
        assert starter.poll() is None
        other.communicate()
        assert starter.wait(10) == 0


def test_user_alone_leaves_at_once(layout):
    with server_users(layout, starter=True):
        inside = (layout.data / "users.lock").exists()
    assert inside
