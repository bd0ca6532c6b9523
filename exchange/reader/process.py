"""The reader: a process of its own that turns one uploaded file into rows of cells.

Started by ``exchange.reading``; it imports nothing of the portal but its own package. A hostile file can only
hurt this process: memory, processor time and file size are capped before the file is opened. Each line on
standard output is one JSON object. The first describes the sheets with their heads; then one line on standard
input names the sheet to stream and its last header row. ``{"refused": code}`` ends the conversation.
"""

import contextlib
import itertools
import json
import resource
import sys

from exchange.reader.cells import RefusedError, Unmerged, countable, shortened
from exchange.reader.delimited import Delimited
from exchange.reader.spreadsheet import open_compound, open_zip

CHUNK = 1_000
LINE = 2 * 1024 * 1024  # characters of one line of rows
LONGEST_ROW = 50_000
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WORD = "WordDocument".encode("utf-16-le")
OTHER_TYPES = (
    b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b",
)  # fmt: skip
WEB_STARTS = (b"<", b"mime-version:", b"from: <saved by")


def limit(limits: dict) -> None:
    """Cap this process before anything of the file is touched."""
    memory, seconds = limits["memory"], limits["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def line_of(value) -> str:
    """One line of JSON. A number that JSON has no form for stands as the error value it would show."""
    try:
        return _encode(value)
    except ValueError:
        return _encode({"rows": countable(value["rows"])})


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def send(line: str) -> None:
    """Write one line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Sender:
    """Writes rows in lines of bounded length, as far as the limits allow."""

    def __init__(self, limits: dict):
        self.limits = limits
        self.rows = self.text = 0

    def send(self, rows: list) -> None:
        """Write these rows. Raises RefusedError when there are too many, or too much in them."""
        self.rows += len(rows)
        if self.rows > self.limits["rows"]:
            raise RefusedError("too_many_rows")
        self._send(rows)

    def _send(self, rows: list) -> None:
        line = line_of({"rows": rows})
        if len(line) > (LINE if len(rows) > 1 else LONGEST_ROW):
            if len(rows) == 1:
                raise RefusedError("row_too_long", row=rows[0][0])
            self._send(rows[: len(rows) // 2])
            self._send(rows[len(rows) // 2 :])
            return
        self.text += len(line)
        if self.text > self.limits["text"]:
            raise RefusedError("too_much_text")
        send(line)


def open_file(path: str, limits: dict):
    """The file by its content, whatever it is called. Raises RefusedError."""
    with open(path, "rb") as file:
        start = file.read(64)
        data = start + file.read() if start[:8] == OLE else b""
    if not start.strip(b"\0\r\n\t "):
        raise RefusedError("empty")
    if start[:4] in (ZIP, EMPTY_ZIP):
        return open_zip(path, limits)
    if data:
        if ENCRYPTED in data:
            raise RefusedError("encrypted")
        if WORD in data:
            raise RefusedError("word_file")
        return open_compound(path, data)
    if start.startswith(OTHER_TYPES):
        raise RefusedError("wrong_type")
    if start.lstrip(b"\xef\xbb\xbf\r\n\t ").lower().startswith(WEB_STARTS):
        raise RefusedError("web_page")
    return Delimited(path)


def converse(path: str, limits: dict) -> None:
    """Describe the sheets, wait for the choice, stream the rows."""
    source = open_file(path, limits)
    sheets = source.sheets()
    if not any(sheet["head"] for sheet in sheets):
        raise RefusedError("empty")
    for sheet in sheets:
        sheet["head"] = shortened(countable(sheet["head"]))
    send(line_of({"sheets": sheets}))
    choice = json.loads(sys.stdin.readline() or "null")
    if choice is None:
        return
    index, after = choice["sheet"], choice["after"]
    rows, unmerged = source.rows(index), None
    if source.most_rows(index) > limits["rows"]:  # too many are refused before anybody works on the first
        rows = list(itertools.islice(rows, limits["rows"] + 1))
        if len(rows) > limits["rows"]:
            raise RefusedError("too_many_rows")
    if after is not None:
        unmerged = Unmerged(source.facts_of(index).merged, after)
        rows = unmerged.rows(rows)
    sender = Sender(limits)
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, CHUNK)):
        sender.send(chunk)
    send(line_of({"end": sender.rows, "merged": unmerged.spread if unmerged else []}))


def refusal_of(error: BaseException) -> dict:
    """The code for whatever a parser may raise on a hostile file."""
    if isinstance(error, RefusedError):
        return {"refused": error.code, **error.facts}
    if isinstance(error, MemoryError):
        return {"refused": "unpacks_too_large"}
    if type(error).__name__ == "PasswordError":
        return {"refused": "encrypted"}
    return {"refused": "damaged"}


class Worded:
    """Ends the conversation with a code whatever the parser raises (nine kinds were seen on broken files)."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if kind is None:
            return False
        if issubclass(kind, BrokenPipeError):
            sys.stderr.close()
        else:
            send(line_of(refusal_of(error)))
        return True


def main() -> None:
    """Entry point: the file and the limits are the last two arguments."""
    path, limits = sys.argv[-2], json.loads(sys.argv[-1])
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    limit(limits)
    with Worded():
        converse(path, limits)
