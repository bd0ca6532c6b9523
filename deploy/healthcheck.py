"""Health of one role, as exit code: healthcheck.py web | worker | beat. Standard library only."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

# The schedule stores its state every three minutes.
SCHEDULE_SECONDS = 600


def web() -> str:
    """Fault of the web process, or an empty text: it has to answer and to reach the database."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0]
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("WEB_PORT", "8000")), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"web: {error}"
    return "" if status == 200 else f"web: /healthz answers {status}"


def worker() -> str:
    """Fault of the worker on this host, or an empty text: it has to answer a ping through the broker."""
    command = ["celery", "-A", "nanyue_portal", "inspect", "ping", "-d", f"celery@{socket.gethostname()}"]
    done = subprocess.run([*command, "--timeout", "8"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"worker: {done.stdout.strip()} {done.stderr.strip()}"


def beat() -> str:
    """Fault of the schedule, or an empty text: its state file has to be fresh."""
    files = list(Path(os.environ["PORTAL_DATA"]).glob("celerybeat-schedule*"))
    age = time.time() - max((file.stat().st_mtime for file in files), default=0)
    return "" if age < SCHEDULE_SECONDS else "beat: the schedule file is not being written"


if __name__ == "__main__":
    fault = {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]()
    if fault:
        sys.exit(fault)
