"""A process of its own that encodes one uploaded picture anew.

Started by ``core.pictures``; it imports nothing of the portal. A hostile file can only hurt this process: memory and
processor time are capped before it is touched. Standard input holds the file; standard output gets the JPEGs, each after
its length in eight bytes, or the line ``refused CODE``.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

WHITE = (255, 255, 255)


def limit(limits: dict) -> None:
    """Cap this process."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def opened(content: bytes, most_pixels: int, longest: int) -> Image.Image | str:
    """The picture upright in RGB, transparent parts white; or why not."""
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    except UnidentifiedImageError:
        return "wrong_type"
    if picture.width * picture.height > most_pixels:
        return "too_many_pixels"
    picture.draft("RGB", (longest, longest))  # a JPEG need not be unpacked larger than it is kept
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, WHITE)
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def jpeg(picture: Image.Image, longest: int) -> bytes:
    """The pixels alone, no larger than they were: nothing that stood beside them in the file goes along."""
    small = picture.copy()
    small.thumbnail((longest, longest))
    bare = Image.frombytes("RGB", small.size, small.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def main() -> None:
    """Read, encode, write."""
    limits = json.loads(sys.argv[2])
    limit(limits)
    Image.MAX_IMAGE_PIXELS = None  # ours is asked before anything is unpacked
    found = opened(sys.stdin.buffer.read(), limits["pixels"], max(limits["sizes"]))
    out = sys.stdout.buffer
    if isinstance(found, str):
        out.write(f"refused {found}\n".encode())
        return
    for longest in limits["sizes"]:
        data = jpeg(found, longest)
        out.write(len(data).to_bytes(8))
        out.write(data)
