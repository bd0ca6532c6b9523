"""How much a web process grows when it takes a large workbook and shows pages of its rows.

``python -m exchange.benchmarks.web`` is that process: it is told its requests on standard input, handles
them like the server does, and answers with its memory. The body of the upload lies in a file, so that what a
browser holds is not counted.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from core.benchmarking import scratch_settings
from core.errors import RuleError

BOUNDARY = "benchmark-boundary"
PART = '--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'


def growth_mb(*, workbook: Path, folder: Path, user_id: int, union_id: int, pages: list[str]) -> float:
    """Peak memory of a fresh web process that is sent the workbook for a union and asked for pages, above what
    it held after a first small request."""
    body = folder / "body"
    _write_body(body, workbook, {"kind": "workers", "union": str(union_id)})
    told = {"user": user_id, "folder": str(folder), "body": str(body), "pages": pages}
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        "DATABASE_URL": urlunsplit(database),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": settings.FIELD_KEYS,
        "REDIS_URL": settings.REDIS_URL,
        "NODE_MODULES": str(settings.NODE_MODULES),
        "FONTS_DIR": str(settings.FONTS_DIR),
        "SECURE": "false",
        "ALLOWED_HOSTS": "localhost",
    }
    done = subprocess.run(
        [sys.executable, "-m", "exchange.benchmarks.web"],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        input=json.dumps(told),
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode:
        raise RuleError(f"the web process failed: {done.stderr[-2000:]}")
    before, peak = json.loads(done.stdout)
    return round((peak - before) / 1024, 1)


def memory_kb(pid: int | str, what: str) -> int:
    """``VmRSS`` (now) or ``VmHWM`` (peak) of a process."""
    return int(re.search(rf"{what}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def _write_body(path: Path, workbook: Path, fields: dict[str, str]) -> None:
    with path.open("wb") as body:
        for name, value in fields.items():
            body.write(f"{PART.format(boundary=BOUNDARY, name=name, more='')}{value}\r\n".encode())
        more = '; filename="benchmark.xlsx"'
        body.write(PART.format(boundary=BOUNDARY, name="file", more=more).encode())
        body.write(workbook.read_bytes())
        body.write(f"\r\n--{BOUNDARY}--\r\n".encode())


def _upload(client: Client, path: Path) -> str:
    """Send the body; returns the page of the run it became."""
    with path.open("rb") as body:
        response = client.request(
            **{
                "PATH_INFO": reverse("exchange:run_upload"),
                "REQUEST_METHOD": "POST",
                "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
                "CONTENT_LENGTH": path.stat().st_size,
                "wsgi.input": body,
            }
        )
    if response.status_code != 302:
        raise SystemExit(f"the upload was answered with {response.status_code}")
    return response["Location"]


def _get(client: Client, address: str) -> None:
    if (status := client.get(address).status_code) != 200:
        raise SystemExit(f"{address} was answered with {status}")


def serve() -> None:
    """Sign in, warm up, take the upload, show its page and the other pages; print memory before and at its peak."""
    told = json.load(sys.stdin)
    django.setup()
    current_app.conf.broker_url = "memory://"  # the live workers do not know this database
    with override_settings(**scratch_settings(Path(told["folder"]))):
        client = Client(SERVER_NAME="localhost")
        client.force_login(apps.get_model("accounts", "User").objects.get(pk=told["user"]))
        _get(client, reverse("exchange:run_list"))
        before = memory_kb("self", "VmRSS")
        _get(client, _upload(client, Path(told["body"])))
        for address in told["pages"]:
            _get(client, address)
    json.dump([before, memory_kb("self", "VmHWM")], sys.stdout)


if __name__ == "__main__":
    serve()
