"""Stamps: a finished step leaves the hash of its inputs, so that it is skipped until they change."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def fingerprint(parts: Iterable[str | Path]) -> str:
    """Hash over texts and file contents; a missing file counts as empty, a folder as all its files."""
    digest = hashlib.sha256()
    for part in parts:
        files = [part]
        if isinstance(part, Path) and part.is_dir():
            files = sorted(path for path in part.rglob("*") if path.is_file() and path.suffix != ".pyc")
        for item in files:
            name = str(item).encode()
            body = item.read_bytes() if isinstance(item, Path) and item.is_file() else b""
            digest.update(b"%d:%b%d:" % (len(name), name, len(body)))
            digest.update(body)
    return digest.hexdigest()


def is_stamped(stamp: Path, inputs: str) -> bool:
    """Whether the step was finished with exactly these inputs."""
    try:
        return stamp.read_text().strip() == inputs
    except (OSError, UnicodeDecodeError):
        return False


def write_stamp(stamp: Path, inputs: str) -> None:
    """Records a finished step; appears whole or not at all."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    half = stamp.with_name(stamp.name + ".part")
    half.write_text(inputs + "\n")
    os.replace(half, stamp)


def drop_stamp(stamp: Path) -> None:
    """Forgets a step before it is redone, so that an interrupted attempt counts as not done."""
    stamp.unlink(missing_ok=True)


@contextmanager
def stamping(stamp: Path, inputs: str) -> Iterator[None]:
    """Leaves the stamp after the work inside, with the inputs as they were before it.

    A file that arrives during the work (an update of the checkout) may have missed it: taken afterwards,
    the hash would count that file as done. Interrupted or failed work leaves no stamp.
    """
    drop_stamp(stamp)
    yield
    write_stamp(stamp, inputs)
