"""The portal's own processes and its one-off preparations: web, worker, schedule, database, static files."""

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence

from launch import configuration
from launch.console import Failure, Note, Step, say
from launch.layout import Layout
from launch.processes import Service
from launch.stamps import fingerprint, is_stamped, stamping, write_stamp
from launch.tools import run_logged

DEMO_WORKERS = 3000
DEMO_SEED = 20260101
FIRST_PAGE = "/accounts/login/"
Environment = Mapping[str, str]


def require_free_port(host: str, port: int) -> None:
    """Raises Failure when somebody listens on the port, or it may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failure(
                f"端口不可用 · cannot use {host}:{port} ({error.strerror}). "
                f"请换一个 choose another: ./portal up --port {port + 1 if port < 65535 else 8000}"
            )


def manage(layout: Layout, environment: Environment, arguments: Sequence[str], note: Note) -> None:
    """Runs one manage.py command as part of the set-up; raises Failure with its last lines."""
    run_logged(
        [layout.python, layout.repo / "manage.py", *arguments],
        log=layout.logs / "setup.log",
        what=f"manage.py {arguments[0]}",
        env=environment,
        cwd=layout.repo,
        on_line=note,
    )


def static_step(layout: Layout, environment: Environment) -> Step:
    """Collects and compresses the static files when one of their sources changed."""
    stamp = layout.stamps / "static"

    def inputs() -> str:
        repo = layout.repo
        names = (
            "requirements.txt",
            "package-lock.json",
            "core/staticfiles.py",
            "nanyue_portal/settings.py",
            "static",
        )
        return fingerprint([*(repo / name for name in names), *sorted(repo.glob("*/static"))])

    def run(note: Note) -> None:
        with stamping(stamp, inputs()):
            manage(layout, environment, ["collectstatic", "--noinput", "--clear"], note)

    def due() -> bool:
        return not is_stamped(stamp, inputs()) or not layout.static.is_dir()

    return Step("静态文件 static files", due, run)


def database_identity(environment: Environment) -> str:
    """Tells one database from another without writing its password anywhere."""
    return environment["DATABASE_URL"] if not configuration.uses_embedded_database() else "embedded"


def database_step(layout: Layout, environment: Environment) -> Step:
    """Migrates and loads code tables and the plan when migrations or these data changed."""
    stamp = layout.stamps / "database"

    def inputs() -> str:
        repo = layout.repo
        sources = [
            *sorted(repo.glob("*/migrations")),
            *sorted(repo.glob("*/data")),
            repo / "requirements.txt",
        ]
        commands = sorted(repo.glob("*/management/commands/load_reference_data.py"))
        return fingerprint([database_identity(environment), *sources, *commands])

    def run(note: Note) -> None:
        with stamping(stamp, inputs()):
            manage(layout, environment, ["migrate", "--noinput"], note)
            manage(layout, environment, ["load_reference_data"], note)

    return Step("数据库 database", lambda: not is_stamped(stamp, inputs()), run)


def demo_step(layout: Layout, environment: Environment) -> Step:
    """Loads the demo town once. The command works in one transaction and refuses a database with data in it."""
    stamp = layout.stamps / "demo"
    identity = fingerprint([database_identity(environment)])

    def run(note: Note) -> None:
        workers, seed = str(DEMO_WORKERS), str(DEMO_SEED)
        try:
            manage(layout, environment, ["seed_demo", "--workers", workers, "--seed", seed], note)
        except Failure as failure:
            # A refusal is not a fault: the operator has data already. Anything else is.
            refusal = str(failure).partition("CommandError: ")[2]
            if not refusal:
                raise
            say(f"未载入演示数据 no demo town loaded: {refusal.strip()}")
        write_stamp(stamp, identity)

    return Step("演示数据 demo town", lambda: not is_stamped(stamp, identity), run)


def check_step(layout: Layout, environment: Environment) -> Step:
    """Asks Django whether secrets, database, broker and fonts are usable; for servers that are not ours."""

    def run(note: Note) -> None:
        manage(layout, environment, ["check_services"], note)

    def due() -> bool:
        return not (configuration.uses_embedded_database() and configuration.uses_embedded_broker())

    return Step("服务检查 services", due, run)


def answers(host: str, port: int, name: str) -> bool:
    """Whether the sign-in page comes back; `name` is the host name the browser would ask for."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(target, port, timeout=10)
    try:
        connection.request("GET", FIRST_PAGE, headers={"Host": f"{name}:{port}"})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def web_service(layout: Layout, environment: Environment, *, host: str, port: int) -> Service:
    """Granian with two processes, four requests each at a time."""
    workers = "2" if (os.cpu_count() or 1) >= 2 else "1"
    name = environment["ALLOWED_HOSTS"].split(",")[0]
    return Service(
        name="web",
        argv=[layout.venv / "bin" / "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
              "--workers", workers, "--blocking-threads", "4", "--respawn-failed-workers",
              "--workers-kill-timeout", "8", "nanyue_portal.wsgi:application"],
        ready=lambda pid: answers(host, port, name),
        env=environment,
    )  # fmt: skip


def background_services(layout: Layout, environment: Environment) -> list[Service]:
    """The worker and the schedule."""
    celery = [layout.venv / "bin" / "celery", "-A", "nanyue_portal"]
    concurrency = str(min(4, max(1, os.cpu_count() or 1)))
    worker = Service(
        name="worker",
        argv=[*celery, "worker", "--loglevel", "INFO", "--concurrency", concurrency,
              "--without-gossip", "--without-mingle"],
        env=environment,
        # First let running work finish; jobs that are cut off are taken up again at the next start.
        endings=((signal.SIGTERM, 15), (signal.SIGQUIT, 5)),
    )  # fmt: skip
    beat = Service(name="beat", argv=[*celery, "beat", "--loglevel", "INFO"], env=environment)
    return [worker, beat]


def demo_accounts(layout: Layout, environment: Environment) -> list[dict[str, str]]:
    """The demo accounts with their passwords, or none when the database has no demo town."""
    command = [layout.python, layout.repo / "manage.py", "demo_accounts", "--json"]
    done = subprocess.run(
        command, env=environment, cwd=layout.repo, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return []
    return json.loads(done.stdout)


def print_accounts(accounts: Sequence[Mapping[str, str]]) -> None:
    """Shows the demo accounts as a small table."""
    if accounts:
        say("演示账号 demo accounts (用户名 user · 密码 password · 角色 role):")
    for account in accounts:
        say(f"    {account['username']:<12} {account['password']:<18} {account.get('role', '')}")
