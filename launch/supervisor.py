"""Starts services, restarts those that die, and stops all of them in order."""

import signal
import time
from collections.abc import Sequence

from launch.console import Stop, say
from launch.layout import Layout
from launch.processes import START_SECONDS, Record, Running, Service
from launch.tools import tail_of

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# A service that ran this long has recovered; its next fault counts as the first again.
STABLE_SECONDS = 60.0


def stop_on_signals() -> None:
    """Turns the signals that end a program into Stop, raised in the main thread."""

    def end(number: int, _: object) -> None:
        raise Stop(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Under nohup the hang-up stays ignored. Not so Ctrl-C, which a shell ignores for what it starts with "&".
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def ignore_signals() -> None:
    """From here on the orderly stop is not interrupted any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


class Supervisor:
    """The running services of one instance, in the order in which they were started.

    Use as a context: leaving it stops everything in reverse order, whatever happened inside.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.running: list[Running] = []
        self.record = Record(layout)
        self.pauses: dict[str, float] = {}
        self.due: dict[str, tuple[float, int]] = {}

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        ignore_signals()
        for one in reversed(self.running):
            one.stop()
        self.record.path.unlink(missing_ok=True)

    def start(self, services: Sequence[Service], *, seconds: float = START_SECONDS) -> None:
        """Starts the services together and returns when all are ready.

        Raises Failure with the last words of the one that did not come up.
        """
        started = []
        for service in services:
            started.append(Running(self.layout, service))
            self.running.append(started[-1])
        self.record.write(self.running)
        deadline = time.monotonic() + seconds
        for one in started:
            one.wait_ready(deadline)

    def watch(self) -> None:
        """Looks after the services until a signal raises Stop."""
        while True:
            self.look()
            time.sleep(0.25)

    def look(self) -> None:
        """Notes services that ended and restarts them after a pause that doubles up to half a minute."""
        for place, one in enumerate(self.running):
            name = one.service.name
            if one.process.poll() is None or name in self.due:
                continue
            one.stop()
            if time.monotonic() - one.since > STABLE_SECONDS:
                self.pauses.pop(name, None)
            pause = self.pauses.get(name, FIRST_PAUSE)
            self.pauses[name] = min(pause * 2, LONGEST_PAUSE)
            self.due[name] = (time.monotonic() + pause, place)
            say(
                f"{name} 意外退出 ended unexpectedly (exit {one.process.returncode}), "
                f"{pause:.0f} 秒后重启 restart in {pause:.0f} s; {one.log}\n{tail_of(one.log, 5)}"
            )
        for name, (moment, place) in list(self.due.items()):
            if time.monotonic() >= moment:
                del self.due[name]
                self.running[place] = Running(self.layout, self.running[place].service)
                self.record.write(self.running)
                say(f"{name} 已重启 restarted")
