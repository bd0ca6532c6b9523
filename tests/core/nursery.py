"""Forks Celery workers out of one process that has loaded the portal: loading it takes longer than to kill a worker.

Reads the queue of a worker per line from standard input, answers with the worker's process id, and ends with its input.
"""

import os
import signal
import sys

from nanyue_portal.celery import app

OPTIONS = ["--without-gossip", "--without-mingle", "--without-heartbeat"]


def work(queue: str) -> None:
    """Be a worker of two processes; what it prints goes where this process's errors go."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    app.worker_main(["worker", "-c", "2", "-l", "WARNING", "-Q", queue, *OPTIONS])


def main() -> None:
    """Fork whenever asked."""
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    while queue := sys.stdin.readline().strip():
        pid = os.fork()
        if pid == 0:
            work(queue)
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
