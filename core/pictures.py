"""Uploaded pictures: what is kept is a new JPEG with the same pixels. Everything that a camera writes beside them –
place, time, device, owner, preview – stays behind, because only the pixels are encoded again."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from core.errors import RuleError

# Isolated mode leaves the checkout out of the path; nothing but the one module is imported from it.
CHILD = "import sys; sys.path.append(sys.argv[1]); from core.picture_child import main; main()"
ROOT = Path(__file__).parent.parent
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS, WALL_SECONDS = 15, 60
MOST_PIXELS = 60_000_000
REFUSALS = {
    "wrong_type": "文件内容不是 JPG 或 PNG 照片。",
    "too_many_pixels": f"照片的像素超过 {MOST_PIXELS // 10_000} 万，请缩小后再上传。",
    "damaged": "照片打不开，可能已损坏，请换一张。",
}


def encoded_anew(content: bytes, sizes: Sequence[int]) -> list[bytes]:
    """A JPEG for each size, the most pixels of the longer side; upright, and never larger than it was.

    Raises RuleError for what is no JPEG or PNG by its content, too large or damaged.
    """
    limits = {"memory": MEMORY, "seconds": CPU_SECONDS, "pixels": MOST_PIXELS, "sizes": list(sizes)}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", CHILD, str(ROOT), json.dumps(limits)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RuleError(REFUSALS["damaged"])
    if done.stdout.startswith(b"refused "):
        raise RuleError(REFUSALS[done.stdout.decode().split()[1]])
    if done.returncode:
        raise RuleError(REFUSALS["damaged"])
    return _parted(done.stdout)


def _parted(data: bytes) -> list[bytes]:
    found = []
    while data:
        length = int.from_bytes(data[:8])
        found.append(data[8 : 8 + length])
        data = data[8 + length :]
    return found
