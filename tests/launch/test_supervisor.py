"""Supervision of small stand-in programs: restart, order of the end, and what a killed supervisor leaves."""

import os
import signal
import subprocess
import sys
import time

import pytest

from launch.console import Failure, Stop
from launch.processes import MARK, Record, Service, marked, reap, started_at
from launch.supervisor import Supervisor, stop_on_signals
from tests.launch.conftest import REPO, alive, eventually

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]
# Starts a service, a deaf service and a grandchild, then waits to be killed.
SUPERVISE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from launch.layout import Layout
from launch.processes import Service
from launch.supervisor import Supervisor, stop_on_signals
from tests.launch.test_supervisor import SLEEP, STUBBORN
layout = Layout(repo=Path(sys.argv[1]), data=Path(sys.argv[2]), shared=Path(sys.argv[2]))
parent = [sys.executable, "-c", "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"]
with Supervisor(layout) as supervisor:
    supervisor.start([Service("beat", SLEEP), Service("deaf", STUBBORN), Service("parent", parent)])
    print(*[one.pid for one in supervisor.running], flush=True)
    supervisor.watch()
"""


def test_services_end_in_reverse_order(layout):
    ended = layout.data / "ended.txt"

    def service(name):
        script = (
            "import signal, sys, time\n"
            f"def end(*_):\n    open({str(ended)!r}, 'a').write({name!r} + ' '); sys.exit(0)\n"
            "signal.signal(signal.SIGTERM, end)\nprint('ready', flush=True)\ntime.sleep(600)"
        )
        log = layout.logs / f"{name}.log"
        return Service(name, [sys.executable, "-c", script], ready=lambda pid: "ready" in log.read_text())

    with Supervisor(layout) as supervisor:
        supervisor.start([service("postgres"), service("valkey")])
        supervisor.start([service("web")])
        supervisor.start([service("worker"), service("beat")])
    assert ended.read_text().split() == ["beat", "worker", "web", "valkey", "postgres"]
    assert not Record(layout).path.exists()


def test_dead_service_is_restarted_with_growing_pauses(layout, capsys):
    with Supervisor(layout) as supervisor:
        supervisor.start([Service("web", SLEEP)])
        first = supervisor.running[0]
        first.process.kill()
        assert eventually(lambda: supervisor.look() or supervisor.running[0] is not first)
        second = supervisor.running[0]
        assert second.process.poll() is None
        assert supervisor.record.survivors() == {second.pid: "web"}
        second.process.kill()
        assert eventually(lambda: supervisor.look() or "web" in supervisor.due)
    output = capsys.readouterr().out
    assert "web 意外退出 ended unexpectedly (exit -9), 1 秒后重启" in output
    assert "web 已重启 restarted" in output
    assert "2 秒后重启" in output


def test_service_that_ends_at_start_is_named_with_its_last_words(layout):
    broken = Service(
        "web", [sys.executable, "-c", "import sys; sys.exit('no such table')"], ready=lambda pid: False
    )
    with (
        pytest.raises(Failure, match=r"web 已退出 ended \(exit 1\)[\s\S]*no such table"),
        Supervisor(layout) as supervisor,
    ):
        supervisor.start([broken])


def test_service_that_never_answers_is_stopped(layout):
    with Supervisor(layout) as supervisor:
        with pytest.raises(Failure, match="web 没有响应 does not answer"):
            supervisor.start([Service("web", SLEEP, ready=lambda pid: False)], seconds=0.3)
        pid = supervisor.running[0].pid
    assert alive([pid]) == []


def test_deaf_service_is_killed_after_its_time(layout):
    log = layout.logs / "worker.log"
    deaf = Service(
        "worker", STUBBORN, ready=lambda pid: "deaf" in log.read_text(), endings=((signal.SIGTERM, 0.2),)
    )
    with Supervisor(layout) as supervisor:
        supervisor.start([deaf])
        pid = supervisor.running[0].pid
        began = time.monotonic()
    assert alive([pid]) == []
    assert time.monotonic() - began < 5


def test_stop_raised_by_a_signal_stops_everything(layout):
    supervisor = Supervisor(layout)
    supervisor.start([Service("web", SLEEP)])
    stop_on_signals()
    with pytest.raises(Stop, match="SIGTERM"), supervisor:
        os.kill(os.getpid(), signal.SIGTERM)
    assert alive([supervisor.running[0].pid]) == []


def test_killed_supervisor_leaves_nothing_for_long(layout):
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, REPO, layout.data], stdout=subprocess.PIPE, text=True, cwd=REPO
    ) as process:
        beat, deaf, parent = map(int, process.stdout.readline().split())
        assert eventually(lambda: "deaf" in (layout.logs / "deaf.log").read_text())
        assert eventually(lambda: len(marked(layout)) == 4)
        process.kill()
    # The kernel tells the children; one of them and a grandchild do not listen.
    assert eventually(lambda: alive([beat, parent]) == [])
    assert alive([deaf]) == [deaf]
    assert len(marked(layout)) == 2
    reap(layout)
    assert alive([deaf]) == []
    assert marked(layout) == {}
    assert not Record(layout).path.exists()


def test_a_later_process_of_the_same_number_is_left_alone(layout):
    with subprocess.Popen(SLEEP) as stranger:
        Record(layout).path.write_text(f'[{{"name": "beat", "pid": {stranger.pid}, "started": "1"}}]')
        reap(layout)
        assert stranger.poll() is None
        stranger.kill()


def test_processes_of_another_data_folder_are_left_alone(layout, tmp_path):
    with subprocess.Popen(SLEEP, env={MARK: "another"}) as stranger:
        assert eventually(lambda: started_at(stranger.pid))
        reap(layout)
        assert stranger.poll() is None
        stranger.kill()


def test_signals_stop_an_instance_that_a_shell_started_in_the_background():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    stop_on_signals()
    with pytest.raises(Stop, match="SIGINT"):
        os.kill(os.getpid(), signal.SIGINT)
    # nohup means that closing the terminal is no reason to end.
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
