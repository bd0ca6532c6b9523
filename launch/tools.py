"""Runs the outside commands of the set-up, with their output kept in a log and their end tied to ours."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from launch.console import Failure

CHILD = Path(__file__).with_name("child.py")
TAIL_LINES = 15


def child_argv(
    command: Sequence[str | Path],
    *,
    death: signal.Signals,
    account: str = "",
    caps: str = "",
    group: bool = False,
) -> list[str]:
    """The command wrapped so that it gets the signal `death` when this process dies (see child.py)."""
    return [
        sys.executable, "-I", "-S", str(CHILD),
        f"parent={os.getpid()}", f"death={int(death)}", f"account={account}", f"caps={caps}", f"group={int(group)}",
        *map(str, command),
    ]  # fmt: skip


def run_logged(
    command: Sequence[str | Path],
    *,
    log: Path,
    what: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_line: Callable[[str], None] | None = None,
) -> None:
    """Runs a command to its end; every line goes to the log and to `on_line`.

    Raises Failure with the last lines when the command cannot start or ends with an error.
    """
    lines: list[str] = []
    with log.open("a", encoding="utf-8") as sink:
        sink.write(f"$ {' '.join(map(str, command))}\n")
        with subprocess.Popen(
            child_argv(command, death=signal.SIGKILL),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=None if env is None else {**os.environ, **env},
            cwd=cwd,
        ) as process:
            try:
                for line in process.stdout or ():
                    sink.write(line)
                    lines.append(line.rstrip())
                    if on_line:
                        on_line(lines[-1])
            except BaseException:
                process.kill()
                raise
    if process.returncode:
        tail = "\n".join(f"    {line}" for line in lines[-TAIL_LINES:])
        raise Failure(f"{what}失败 failed (exit {process.returncode}); 全部输出 full output: {log}\n{tail}")


def tail_of(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, indented; empty when there is none."""
    try:
        found = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in found)
