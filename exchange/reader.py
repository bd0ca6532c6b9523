"""The reader: a process of its own that turns one uploaded file into rows of cells.

Run as ``python -I reader.py PATH LIMITS``; it knows nothing of the portal. A hostile file can only hurt this
process: memory, processor time and file size are capped before the file is opened. Each line on standard
output is one JSON object. The first describes the sheets with their heads; then one line on standard input
names the sheet to stream. ``{"refused": code}`` ends the conversation.
"""

import contextlib
import csv
import datetime as dt
import io
import itertools
import json
import resource
import sys
import zipfile

import python_calamine

HEAD_ROWS = 60  # non-blank rows of each sheet that are shown before one is chosen
HEAD_SHEETS = 12
MAX_COLUMNS = 300
CHUNK = 1_000
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PLAIN = (str, float, bool)
SPREADSHEET_PARTS = ("xl/", "content.xml", "Index/", "xl\\")
CSV_ENCODINGS = ("utf-8-sig", "gb18030")


class RefusedError(Exception):
    """The file cannot be read; the code is turned into a sentence by ``exchange.reading``."""


def limit(limits: dict) -> None:
    """Cap this process before anything of the file is touched."""
    memory, seconds = limits["memory"], limits["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def send(value) -> None:
    """Write one line."""
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False)}\n")
    sys.stdout.flush()


def cell(value):
    """A cell as text, number or truth value; dates become ISO text, so their type is not lost."""
    if isinstance(value, PLAIN):
        return value.replace("\0", "") if type(value) is str and "\0" in value else value
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, int):
        return float(value) if abs(value) < 2**53 else str(value)
    return str(value)


def cells(row: list, offset: int) -> list:
    """The cells of a row from column A on, without the blank tail, at most MAX_COLUMNS."""
    values = [value if type(value) is str or type(value) is float else cell(value) for value in row]
    if any("\0" in value for value in values if type(value) is str):
        values = [value.replace("\0", "") if type(value) is str else value for value in values]
    if offset:
        values = [""] * offset + values
    del values[MAX_COLUMNS:]
    while values and (values[-1] == "" or (type(values[-1]) is str and not values[-1].strip())):
        values.pop()
    return values


def filled(rows, offset: int = 0):
    """(sheet row number, cells) of the rows that hold something."""
    for number, row in enumerate(rows, start=1):
        if any(row) or 0.0 in row:
            values = cells(row, offset)
            if values:
                yield number, values


class Spreadsheet:
    """xlsx, xlsm, xls or ods."""

    def __init__(self, path: str):
        with open(path, "rb") as file:
            self.workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        self.loaded: dict[int, object] = {}

    def sheets(self) -> list[dict]:
        """Name, visibility and head of each sheet."""
        found = []
        for index, meta in enumerate(self.workbook.sheets_metadata[:HEAD_SHEETS]):
            if not str(meta.typ).endswith("WorkSheet"):
                continue
            sheet = self.workbook.get_sheet_by_index(index)
            self.loaded[index] = sheet
            found.append(
                {
                    "index": index,
                    "name": meta.name,
                    "visible": str(meta.visible).endswith("Visible"),
                    "head": list(itertools.islice(self.rows(index), HEAD_ROWS)),
                }
            )
        return found

    def rows(self, index: int):
        """The filled rows of a sheet."""
        sheet = self.loaded[index]
        offset = sheet.start[1] if sheet.start else 0
        return filled(sheet.iter_rows(), offset)


class Delimited:
    """csv in UTF-8, GB 18030 or UTF-16, with comma, semicolon or tab."""

    def __init__(self, path: str):
        with open(path, "rb") as file:
            self.text = self.decoded(file.read())
        csv.field_size_limit(1_000_000)

    @staticmethod
    def decoded(data: bytes) -> str:
        """The text in the first encoding that fits."""
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        for encoding in CSV_ENCODINGS:
            with contextlib.suppress(UnicodeDecodeError):
                text = data.decode(encoding)
                if "\0" not in text[:4096]:
                    return text
        raise RefusedError("wrong_type")

    def sheets(self) -> list[dict]:
        """One sheet without a name."""
        head = list(itertools.islice(self.rows(0), HEAD_ROWS))
        if not any(len(values) > 1 for _, values in head):
            raise RefusedError("wrong_type" if head else "empty")
        return [{"index": 0, "name": "", "visible": True, "head": head}]

    def rows(self, index: int):
        """The filled rows."""
        sample = self.text[:8192]
        delimiter = max(",;\t", key=sample.count)
        return filled(csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter))


def open_file(path: str, limits: dict):
    """The file by its content, whatever it is called. Raises RefusedError."""
    with open(path, "rb") as file:
        start = file.read(8)
        rest = file.read() if start == OLE else b""
    if not start.strip(b"\0\r\n\t "):
        raise RefusedError("empty")
    if start[:4] in (ZIP, EMPTY_ZIP):
        check_zip(path, limits)
        return Spreadsheet(path)
    if start == OLE:
        if ENCRYPTED in rest:
            raise RefusedError("encrypted")
        return Spreadsheet(path)
    if start[:5] in (b"%PDF-", b"{\\rtf") or start[:4] in (
        b"\x89PNG",
        b"\xff\xd8\xff\xe0",
        b"Rar!",
        b"7z\xbc\xaf",
    ):
        raise RefusedError("wrong_type")
    if start.lstrip()[:1] == b"<":
        raise RefusedError("web_page")
    return Delimited(path)


def check_zip(path: str, limits: dict) -> None:
    """Refuse bombs and other office files before anything is unpacked."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    if sum(part.file_size for part in parts) > limits["unpacked"] or len(parts) > limits["parts"]:
        raise RefusedError("unpacks_too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("encrypted")
    names = [part.filename for part in parts]
    if any(name.startswith("word/") for name in names):
        raise RefusedError("word_file")
    if not any(name.startswith(SPREADSHEET_PARTS) for name in names):
        raise RefusedError("wrong_type")


def converse(path: str, limits: dict) -> None:
    """Describe the sheets, wait for the choice, stream the rows."""
    source = open_file(path, limits)
    sheets = source.sheets()
    if not any(sheet["head"] for sheet in sheets):
        raise RefusedError("empty")
    send({"sheets": sheets})
    choice = sys.stdin.readline()
    if not choice.strip():
        return
    rows = source.rows(int(choice))
    sent = 0
    while chunk := list(itertools.islice(rows, CHUNK)):
        sent += len(chunk)
        if sent > limits["rows"]:
            raise RefusedError("too_many_rows")
        send({"rows": chunk})
    send({"end": sent})


def refusal_of(error: BaseException) -> str:
    """The code for whatever a parser may raise on a hostile file."""
    if isinstance(error, RefusedError):
        return str(error)
    if isinstance(error, MemoryError):
        return "unpacks_too_large"
    if type(error).__name__ == "PasswordError":
        return "encrypted"
    return "damaged"


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
            send({"refused": refusal_of(error)})
        return True


def main() -> None:
    """Entry point."""
    path, limits = sys.argv[1], json.loads(sys.argv[2])
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    limit(limits)
    with Worded():
        converse(path, limits)


if __name__ == "__main__":
    main()
