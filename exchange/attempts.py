"""Files that a job writes: each attempt under a name of its own, put in place by the holder of the job's fence."""

import datetime as dt
import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import timezone

ALONE_FOR = dt.timedelta(days=1)  # a file that no row names may belong to a job at work for so long


def path_for(folder: str, claim, suffix: str) -> Path:
    """Where the file will be: named by job and fence, so that no two attempts share one."""
    name = f"{folder}/{timezone.localtime(claim.job.created_at):%Y/%m}/{claim.job.pk}-{claim.fence}.{suffix}"
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def stored_name(path: Path) -> str:
    """The name under which the storage knows the file."""
    return path.relative_to(default_storage.path("")).as_posix()


@contextmanager
def kept_if_finished(path: Path):
    """A temporary name beside the final one; neither is left when the attempt fails, nor what has a name that begins
    with the temporary one."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        yield temporary
    except BaseException:
        for left in (path, *path.parent.glob(f"{temporary.name}*")):
            _remove(left)
        raise


def remove_older(folder: str, claim) -> None:
    """What killed attempts of this job have left."""
    root = Path(default_storage.path(folder))
    for path in [*root.rglob(f"{claim.job.pk}-*"), *root.rglob(f".{claim.job.pk}-*")]:
        fence = path.name.lstrip(".").partition("-")[2].partition(".")[0]
        if fence.isdecimal() and int(fence) < claim.fence:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def settle(path: Path) -> tuple[str, int]:
    """Put the file on the disk for good, readable by this account alone; its SHA-256 and size."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        os.fchmod(file.fileno(), 0o600)
        os.fsync(file.fileno())
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
        return digest.hexdigest(), file.tell()


def left_over(folder: str, known: set[str], *, now: dt.datetime) -> list[Path]:
    """Files of the folder that no row names and that no job can still be writing."""
    before = (now - ALONE_FOR).timestamp()
    return [
        path
        for path in sorted(Path(default_storage.path(folder)).rglob("*"))
        if path.is_file() and stored_name(path) not in known and path.stat().st_mtime < before
    ]
