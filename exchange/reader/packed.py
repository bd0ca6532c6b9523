"""A zip file as an untrusted stranger packed it: what it unpacks to is counted, not believed."""

import zipfile
import zlib
from collections.abc import Iterator

from exchange.reader.cells import RefusedError

CHUNK = 1024 * 1024
SMALL = 4096  # a part packed into fewer bytes cannot unpack to more than four megabytes
LOCAL_HEADER = 30
ENCRYPTED_FLAG = 1
SPREADSHEET_PARTS = ("xl/", "xl\\", "content.xml")


class Packed:
    """An open zip file. Raises RefusedError for bombs, encrypted parts and other office files."""

    def __init__(self, path: str, limits: dict):
        self.path = path
        self.left = limits["unpacked"]
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
        if sum(part.file_size for part in parts) > limits["unpacked"] or len(parts) > limits["parts"]:
            raise RefusedError("unpacks_too_large")
        if any(part.flag_bits & ENCRYPTED_FLAG for part in parts):
            raise RefusedError("encrypted")
        self.parts = {part.filename.lower(): part for part in parts}
        self._check_kind()

    def _check_kind(self) -> None:
        if any(name.startswith("word/") for name in self.parts):
            raise RefusedError("word_file")
        if not any(name.startswith(SPREADSHEET_PARTS) for name in self.parts):
            raise RefusedError("wrong_type")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.parts

    def size(self, name: str) -> int:
        """How long a part claims to be."""
        return self.parts[name.lower()].file_size if name in self else 0

    def verify(self, *, but: list[str]) -> None:
        """Unpack every part except these, whose chunks are asked for elsewhere. Raises RefusedError for liars."""
        known = {name.lower() for name in but}
        for name, part in self.parts.items():
            if name not in known and part.compress_size > SMALL:
                for _ in self.chunks(name):
                    pass

    def text(self, name: str) -> bytes:
        """A small part whole; empty if there is none."""
        return b"".join(self.chunks(name)) if name in self else b""

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part piece by piece. Raises RefusedError when it is more than it claims to be."""
        part = self.parts.get(name.lower())
        if part is None:
            return
        unpacked = 0
        with open(self.path, "rb") as file:
            file.seek(part.header_offset)
            header = file.read(LOCAL_HEADER)
            file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
            for chunk in _inflated(file, part):
                unpacked += len(chunk)
                self.left -= len(chunk)
                if unpacked > part.file_size or self.left < 0:
                    raise RefusedError("unpacks_too_large")
                yield chunk


def _inflated(file, part: zipfile.ZipInfo) -> Iterator[bytes]:
    left = part.compress_size
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError("damaged")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(CHUNK // 8, left))
        if not packed:
            return
        left -= len(packed)
        if inflater is None:
            yield packed
            continue
        while packed and not inflater.eof:
            yield inflater.decompress(packed, CHUNK)
            packed = inflater.unconsumed_tail
