"""./portal as its operator sees it: clear refusals, a start that answers, an end that leaves nothing."""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from launch.layout import Layout
from launch.processes import marked
from tests.launch.conftest import REPO, alive, eventually


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ours(portal) -> dict[int, str]:
    """Processes that belong to the test's data folder."""
    return marked(Layout(repo=REPO, data=portal.data.resolve(), shared=portal.data.resolve()))


def recorded(portal) -> dict[str, int]:
    """Name and pid of the running services."""
    return {entry["name"]: entry["pid"] for entry in json.loads((portal.data / "processes.json").read_text())}


def test_script_can_be_read_by_any_python_3():
    """An old Python must get as far as the sentence that a newer one is needed."""
    source = (REPO / "portal").read_text()
    ast.parse(source, feature_version=(3, 6))
    assert "launch.commands" in source.rsplit("sys.version_info", 1)[1]


def test_taken_port_is_named_and_nothing_is_left(portal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = portal.run("up", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "端口不可用 · cannot use 127.0.0.1:" in done.stderr
    assert "--port" in done.stderr
    assert not portal.data.exists()


def test_unwritable_data_folder_is_named(portal, tmp_path):
    (tmp_path / "file").write_text("")
    done = portal.run("up", "--port", str(free_port()), PORTAL_DATA=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert f"data folder cannot be written: {tmp_path}/file/data" in done.stderr


def test_faulty_secret_is_named(portal):
    done = portal.run("up", "--port", str(free_port()), FIELD_KEYS="nonsense")
    assert done.returncode == 1
    assert "FIELD_KEYS 缺失或格式有误" in done.stderr
    assert ours(portal) == {}


def test_unreachable_given_database_is_named(portal):
    done = portal.run(
        "up", "--port", str(free_port()), DATABASE_URL="postgres://portal:hidden@127.0.0.1:1/portal"
    )
    assert done.returncode == 1
    assert "DATABASE_URL 数据库无法连接" in done.stderr
    assert "hidden" not in done.stderr
    assert ours(portal) == {}


def test_help_lists_the_commands(portal):
    done = portal.run("--help")
    assert done.returncode == 0
    for name in ("up", "test", "manage"):
        assert f"\n    {name} " in done.stdout
    assert portal.run("dance").returncode == 2


def page(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as answer:
        return answer.status


def test_life_of_an_instance(portal):
    """First start, a second one refused, manage beside it, a dead part, a killed supervisor, a warm start, the end;
    then manage by itself, which starts what it needs and stops it."""
    port = free_port()
    first = portal.start("up", "--no-demo", "--port", str(port))
    portal.wait_for("停止 stop: Ctrl-C")
    assert page(port) == 200

    refused = portal.run("up", "--no-demo", "--port", str(free_port()))
    assert refused.returncode == 1
    assert f"./portal up (pid {first.pid})" in refused.stderr

    beside = portal.run("manage", "check_services")
    assert beside.returncode == 0, beside.stderr
    assert portal.run("manage", "no_such_command").returncode == 1

    web = recorded(portal)["web"]
    os.kill(web, signal.SIGKILL)
    portal.wait_for("web 已重启 restarted")
    assert eventually(lambda: recorded(portal)["web"] != web)

    running = list(recorded(portal).values())
    first.kill()
    first.wait()
    began = time.monotonic()
    second = portal.start("up", "--no-demo", "--port", str(port))
    output = portal.wait_for("停止 stop: Ctrl-C")
    assert page(port) == 200
    assert "warm start" in output
    assert time.monotonic() - began < 30
    assert alive(running) == []
    assert sorted(recorded(portal)) == ["beat", "postgres", "valkey", "web", "worker"]

    second.send_signal(signal.SIGINT)
    assert second.wait(60) == 130
    assert "已停止 stopped (SIGINT)" in portal.output.read_text()
    assert ours(portal) == {}
    assert not (portal.data / "processes.json").exists()

    alone = portal.run("manage", "showmigrations", "accounts")
    assert alone.returncode == 0, alone.stderr
    assert "[X] 0001_initial" in alone.stdout
    assert ours(portal) == {}
    assert not (portal.data / "processes.json").exists()


@pytest.mark.long
def test_interrupted_first_start_is_retried_cleanly(portal):
    """Killed while the database is being prepared; the next start finishes the work."""
    port = str(free_port())
    first = portal.start("up", "--no-demo", "--port", port)
    portal.wait_for("数据库 database …")
    first.kill()
    first.wait()
    second = portal.start("up", "--no-demo", "--port", port)
    portal.wait_for("停止 stop: Ctrl-C")
    second.terminate()
    assert second.wait(60) == 0
    assert ours(portal) == {}


def test_command_cut_short_has_not_succeeded(portal):
    process = portal.start("manage", "check_services", "--wait", "60")
    assert eventually(lambda: ours(portal), seconds=60)
    process.terminate()
    assert process.wait(60) == 130
    assert ours(portal) == {}


def test_output_can_be_cut_off(portal):
    """A closed pipe behind ./portal is no reason to leave servers running."""
    with subprocess.Popen(
        [sys.executable, REPO / "portal", "manage", "diffsettings"],
        env=portal.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        process.stdout.close()
        process.wait(120)
    assert eventually(lambda: ours(portal) == {})
