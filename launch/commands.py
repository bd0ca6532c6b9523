"""The three commands: up, test, manage; and setup, which only prepares (used by the container image)."""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from launch import application, configuration
from launch.checks import run_checks
from launch.console import Failure, Step, Stop, run_steps, say
from launch.fonts import fonts_step, packages_to_download
from launch.layout import Layout
from launch.locks import Busy, data_lock, server_users, set_up_lock
from launch.packages import npm_step, test_tools_step, venv_step
from launch.processes import Record, reap
from launch.servers import embedded_services
from launch.stamps import write_stamp
from launch.supervisor import Supervisor, ignore_signals, stop_on_signals
from launch.system import missing_test_programs, system_step


def operating_system(layout: Layout, *, fonts: bool = True, tests: bool = False) -> Step:
    """The step that needs root on a bare machine."""
    return system_step(
        log=layout.logs / "setup.log",
        downloads=lambda: packages_to_download(layout) if fonts else [],
        extra=missing_test_programs if tests else list,
    )


def packages(layout: Layout, *, tests: bool = False) -> list[Step]:
    """What an ordinary user can fetch, in the order of need."""
    tools = [test_tools_step(layout)] if tests else []
    return [venv_step(layout), *tools, npm_step(layout), fonts_step(layout)]


def prepare(layout: Layout, *, tests: bool = False) -> None:
    """Does what is missing, one process at a time per checkout."""
    with set_up_lock(layout):
        run_steps(
            [
                operating_system(layout, tests=tests),
                *packages(layout, tests=tests),
                configuration.secrets_step(layout),
            ]
        )


@contextmanager
def servers(layout: Layout, *, throwaway: bool = False) -> Iterator[Supervisor]:
    """Runs the embedded servers, and whatever is started through the supervisor, until the block is left."""
    with Supervisor(layout) as supervisor:
        supervisor.start(embedded_services(layout, throwaway=throwaway))
        yield supervisor


def up(options: argparse.Namespace) -> int:
    """Prepares, starts everything, prints the address, and stays until it is told to stop."""
    began = time.monotonic()
    layout = Layout.of_environment()
    application.require_free_port(options.host, options.port)
    layout.make_folders()
    with data_lock(layout, "up"):
        reap(layout)
        prepare(layout)
        write_stamp(layout.stamps / "site", configuration.site_url(options.host, options.port))
        environment = configuration.environment(layout, host=options.host)
        with servers(layout) as supervisor:
            steps = [
                application.check_step(layout, environment),
                application.static_step(layout, environment),
                application.database_step(layout, environment),
            ]
            if options.demo or (options.demo is None and configuration.uses_embedded_database()):
                steps.append(application.demo_step(layout, environment))
            fresh = run_steps(steps)
            web = application.web_service(layout, environment, host=options.host, port=options.port)
            supervisor.start([web])
            seconds = time.monotonic() - began
            say(
                f"就绪 ready in {seconds:.1f} s · {environment['SITE_URL']}"
                + ("" if fresh else " · warm start")
            )
            supervisor.start(application.background_services(layout, environment))
            application.print_accounts(application.demo_accounts(layout, environment))
            say(f"日志 logs: {layout.logs} · 停止 stop: Ctrl-C")
            supervisor.watch()
    return 0


def run_manage(layout: Layout, arguments: Sequence[str]) -> int:
    """Runs manage.py on the terminal of the operator and returns its exit code."""
    command = [str(layout.python), str(layout.repo / "manage.py"), *arguments]
    # Ctrl-C is meant for the command (a shell goes on after it), and ends this process with it.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    return subprocess.run(command, env=configuration.environment(layout), check=False).returncode


def manage(options: argparse.Namespace) -> int:
    """Runs manage.py; starts the embedded servers when they are not running and stops what it started."""
    layout = Layout.of_environment()
    layout.make_folders()
    try:
        with data_lock(layout, f"manage {' '.join(options.arguments[:1])}"):
            reap(layout)
            prepare(layout)
            with servers(layout), server_users(layout, starter=True):
                if not (layout.stamps / "database").exists():
                    run_steps([application.database_step(layout, configuration.environment(layout))])
                return run_manage(layout, options.arguments)
    except Busy as busy:
        if not Record(layout).survivors():
            raise Failure(f"{busy.holder} 正在启动，请稍后再试 · is still starting, try again in a moment")
        with server_users(layout, starter=False):
            return run_manage(layout, options.arguments)


def test(options: argparse.Namespace) -> int:
    """Prepares the test tools and runs all checks, or only pytest when it is given arguments."""
    real = Layout.of_environment()
    real.make_folders()
    layout = real.for_tests()
    layout.make_folders()
    with data_lock(layout, "test"):
        reap(layout)
        prepare(layout, tests=True)
        return run_checks(layout, options.arguments, servers=servers)


def setup(options: argparse.Namespace) -> int:
    """Fetches packages and fonts without starting anything; for building an image."""
    layout = Layout.of_environment()
    layout.make_folders()
    with set_up_lock(layout):
        run_steps([operating_system(layout, fonts=not options.system)])
        run_steps([] if options.system else packages(layout))
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="./portal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="up | test | manage")

    def add(name: str, act: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=act.__doc__)
        command.set_defaults(act=act)
        return command

    start = add("up", up, "准备并启动 set up what is missing and start everything")
    start.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    start.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    start.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help="load the demo town (default: only into an embedded database)",
    )
    only = add("setup", setup, "只下载软件包和字体 only fetch packages and fonts")
    only.add_argument(
        "--system", action="store_true", help="only the shared libraries of the operating system"
    )
    # These two hand everything that follows to pytest or Django, options included.
    if arguments[:1] in (["test"], ["manage"]):
        act = {"test": test, "manage": manage}[arguments[0]]
        return argparse.Namespace(act=act, arguments=list(arguments[1:]))
    add("test", test, "运行全部检查 run all checks, or pytest with the given arguments")
    add("manage", manage, "运行 manage.py 命令 run a manage.py command")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; a fault is one clear message and code 1."""
    options = parse(arguments)
    stop_on_signals()
    try:
        return options.act(options)
    except Failure as failure:
        print(f"✗ {failure}", file=sys.stderr, flush=True)
        return 1
    except Stop as stop:
        ignore_signals()
        say(f"已停止 stopped ({stop})")
        # A service manager ends `up` this way; tests or a command that were cut short have not succeeded.
        return 0 if options.act is up and stop.args == ("SIGTERM",) else 130
    except KeyboardInterrupt:
        return 130
