"""Locks: one instance per data folder, one set-up per checkout. They vanish with the process that holds them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.console import Failure, say
from launch.layout import Layout


class Busy(Failure):
    """Another process holds the lock; `holder` is what it wrote about itself."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"数据目录正在使用 · data folder is in use by: {holder or 'another ./portal'}. "
            "请先停止它 stop it first (Ctrl-C there)."
        )
        self.holder = holder


@contextmanager
def _flock(path: Path, mode: int) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, mode)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def data_lock(layout: Layout, purpose: str) -> Iterator[None]:
    """Holds the data folder alone. Raises Busy at once when another instance has it."""
    path = layout.data / "portal.lock"
    try:
        with _flock(path, fcntl.LOCK_EX | fcntl.LOCK_NB) as descriptor:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"./portal {purpose} (pid {os.getpid()})".encode())
            yield
            os.ftruncate(descriptor, 0)
    except BlockingIOError:
        raise Busy(path.read_text(encoding="utf-8"))


@contextmanager
def set_up_lock(layout: Layout) -> Iterator[None]:
    """Lets only one process at a time change the checkout's packages; the others wait and say so."""
    descriptor = os.open(layout.repo, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个准备过程正在运行，等待中 · another set-up is running, waiting …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def server_users(layout: Layout, *, starter: bool) -> Iterator[None]:
    """Marks a command that uses the servers; the one that started them waits until nobody else does."""
    path = layout.data / "users.lock"
    with _flock(path, fcntl.LOCK_SH) as descriptor:
        try:
            yield
        finally:
            if starter:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    say("等待其他命令用完数据库 · waiting for other commands that use the database …")
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
