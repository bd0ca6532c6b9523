"""Row keys: how a row of an exported list knows, when it comes back, which record it is and what it said.

The last column of an exported workbook is hidden. Its heading names the list and the columns of the file, each of its
cells holds ``v1.<pk>.<hashes and signature>``: three bytes for every cell as it was written, and a keyed signature over
heading, key and hashes, so that nobody can make one up. A cell whose hash still fits was not edited and says nothing;
that is how masked numbers come back unharmed. The hashes are keyed and differ from row to row: they give away neither
texts nor which rows are alike. An edit goes unseen once in 16 million times.
"""

import binascii
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core import crypto
from core.characters import as_text

TITLE = "行标识（请勿改动）"
VERSION = "v1"
CELL_BYTES, SIGNATURE_BYTES = 3, 12
MEMO_LIMIT = 50_000


class RowKeyError(Exception):
    """The key cannot be read, was altered, or is not of this office."""


@dataclass(frozen=True)
class Heading:
    """What the heading of the hidden column says: the list, and the columns of the file in their order."""

    listing: str
    columns: tuple[str, ...]

    def __str__(self):
        return f"{TITLE} {self.listing}:{','.join(self.columns)}"


def read_heading(text) -> Heading | None:
    """The heading in a header cell, or None if it is not one."""
    title, _, rest = " ".join(as_text(text).split()).partition(" ")
    listing, colon, columns = rest.partition(":")
    if title != TITLE or not colon or not columns:
        return None
    return Heading(listing, tuple(columns.replace(" ", "").split(",")))


def canonical(value) -> str:
    """A cell as it is compared: days in ISO form, whole numbers without ``.0``, no outer space."""
    if type(value) is str:
        return value.strip()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return as_text(value).strip()


class RowKeys:
    """Makes and reads the keys of one list's rows; what a text hashes to is remembered per column."""

    def __init__(self, heading: Heading):
        self.heading = heading
        self._cells = [_Hashes(f"{heading.listing}\0{column}") for column in heading.columns]
        self._pads = hashlib.shake_128(_key("rows") + heading.listing.encode() + b"\0")
        self._signer = hashlib.blake2b(
            f"{heading}\0".encode(), key=_key("signature"), digest_size=SIGNATURE_BYTES
        )
        self._length = CELL_BYTES * len(heading.columns)

    def make(self, pk: int, cells: Sequence) -> str:
        """The key of a row with these cells."""
        [key] = self.make_all([pk], [cells])
        return key

    def make_all(self, pks: Iterable[int], rows: Sequence[Sequence]) -> Iterator[str]:
        """The keys of many rows; the hashes are looked up column by column."""
        columns = zip(*rows, strict=True)
        hashed = [map(known.__getitem__, column) for known, column in zip(self._cells, columns, strict=True)]
        for pk, pieces in zip(pks, zip(*hashed, strict=True), strict=True):
            hashes = self._mixed(pk, b"".join(pieces))
            yield f"{VERSION}.{pk}.{_text(hashes + self._sign(pk, hashes))}"

    def read(self, text) -> tuple[int, bytes]:
        """The record's key and the hashes of a row. Raises RowKeyError."""
        try:
            version, pk, held = as_text(text).strip().split(".")
            number, held = int(pk), _bytes(held)
            hashes, signature = held[: self._length], held[self._length :]
        except (ValueError, binascii.Error) as error:
            raise RowKeyError("not a row key") from error
        if version != VERSION or not hmac.compare_digest(signature, self._sign(number, hashes)):
            raise RowKeyError("not signed here")
        return number, hashes

    def edited(self, pk: int, hashes: bytes, cells: Sequence) -> list[int]:
        """Which cells are not what the row said; nothing for a row as it was. ``None`` cells are left out."""
        if None not in cells and self._hashed(pk, cells) == hashes:
            return []
        pad = self._pad(pk)
        return [
            place
            for place, cell in enumerate(cells)
            if cell is not None and not _same(hashes, pad, place, self._cells[place][cell])
        ]

    def fits(self, pk: int, place: int, was: bytes, value) -> bool:
        """Whether a value is what the row said in this place; ``was`` is ``piece`` of its hashes."""
        return _mixed(self._pad(pk), place, self._cells[place][value]) == was

    @staticmethod
    def piece(hashes: bytes, place: int) -> bytes:
        """The hash of one cell."""
        return hashes[place * CELL_BYTES : (place + 1) * CELL_BYTES]

    def _hashed(self, pk: int, cells: Sequence) -> bytes:
        return self._mixed(
            pk, b"".join([known[cell] for known, cell in zip(self._cells, cells, strict=True)])
        )

    def _mixed(self, pk: int, joined: bytes) -> bytes:
        return (int.from_bytes(joined) ^ int.from_bytes(self._pad(pk))).to_bytes(self._length)

    def _pad(self, pk: int) -> bytes:
        pad = self._pads.copy()
        pad.update(b"%d" % pk)
        return pad.digest(self._length)

    def _sign(self, pk: int, hashes: bytes) -> bytes:
        signer = self._signer.copy()
        signer.update(b"%d\0" % pk + hashes)
        return signer.digest()


class _Hashes(dict):
    """Cell → the keyed hash of its canonical text in one column."""

    def __init__(self, place: str):
        self._base = hashlib.blake2b(f"{place}\0".encode(), key=_key("cells"), digest_size=CELL_BYTES)

    def __missing__(self, cell):
        if len(self) >= MEMO_LIMIT:
            self.clear()
        hasher = self._base.copy()
        hasher.update(canonical(cell).encode("utf-8", "replace"))
        found = self[cell] = hasher.digest()
        return found


def _same(hashes: bytes, pad: bytes, place: int, cell: bytes) -> bool:
    return _mixed(pad, place, cell) == RowKeys.piece(hashes, place)


def _mixed(pad: bytes, place: int, cell: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(RowKeys.piece(pad, place), cell, strict=True))


def _key(purpose: str) -> bytes:
    return crypto.blind_index(f"row keys: {purpose}", purpose="rowkeys")


def _text(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _bytes(text: str) -> bytes:
    return binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
