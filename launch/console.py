"""What the operator sees: numbered steps with seconds, short notices, one-line failures."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


class Failure(Exception):
    """Ends ./portal with exit code 1; the text tells the operator what is wrong and what to do."""


class Stop(BaseException):
    """The operator or the system asked the process to end."""


Note = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One piece of set-up: its name, whether it still has to be done, and how."""

    name: str
    due: Callable[[], bool]
    run: Callable[[Note], None]


def say(text: str) -> None:
    """Prints one line at once, also into a pipe."""
    print(text, flush=True)


class LiveLine:
    """One step on the screen: redrawn every half second on a terminal, a line now and then in a log."""

    def __init__(self, head: str, *, live: bool | None = None) -> None:
        self.head = head
        self.text = ""
        self.live = sys.stdout.isatty() if live is None else live
        self.began = time.monotonic()
        self.said_at = self.began
        self.ended = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "LiveLine":
        if self.live:
            self.ticker.start()
        else:
            say(f"{self.head} …")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.ended.set()
        if self.live:
            self.ticker.join()
        verdict = "完成 done" if kind is None else "未完成 not finished"
        lead = "\r\x1b[K" if self.live else ""
        say(f"{lead}{self.head} · {verdict} · {time.monotonic() - self.began:.1f} s")

    def note(self, text: str) -> None:
        """Shows what the step is doing now; in a log at most every ten seconds."""
        self.text = text
        if not self.live and time.monotonic() - self.said_at > 10:
            self.said_at = time.monotonic()
            say(f"{self.head} · {text} · {time.monotonic() - self.began:.0f} s")

    def _tick(self) -> None:
        while not self.ended.wait(0.5):
            line = f"{self.head} · {time.monotonic() - self.began:.0f} s · {self.text}"
            sys.stdout.write(f"\r\x1b[K{line[:100]}")
            sys.stdout.flush()


def run_steps(steps: Sequence[Step]) -> int:
    """Runs those steps that are due, in order, and returns how many there were."""
    due = [step for step in steps if step.due()]
    for number, step in enumerate(due, 1):
        with LiveLine(f"[{number}/{len(due)}] {step.name}") as line:
            step.run(line.note)
    return len(due)
