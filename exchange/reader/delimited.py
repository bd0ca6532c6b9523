"""csv in UTF-8, GB 18030 or UTF-16, with comma, semicolon or tab."""

import contextlib
import csv
import io
import itertools
import re
from collections import Counter

from exchange.reader.cells import HEAD_ROWS, Facts, RefusedError, filled

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t"
SAMPLE = 64 * 1024
SAMPLE_ROWS = 50
LONGEST_CELL = 1_000_000
_STATED = re.compile(r"\A\"?sep=([,;\t])\"?\r?\n", re.IGNORECASE)
_QUOTED = re.compile(r'(?<![^,;\t\r\n])"(?:[^"]|"")*"')
# What a table of ours holds: letters, digits, signs, Han, their full-width forms.
_EXPECTED = re.compile("[\t\r\n -~\u00b7\u2014-\u201d\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


class Delimited:
    """An open csv file."""

    def __init__(self, path: str):
        with open(path, "rb") as file:
            self.text = decoded(file.read())
        csv.field_size_limit(LONGEST_CELL)
        if stated := _STATED.match(self.text):
            self.delimiter, self.text = stated[1], self.text[stated.end() :]
        else:
            self.delimiter = likely_delimiter(self.text[:SAMPLE])

    def sheets(self) -> list[dict]:
        """One sheet without a name."""
        head = list(itertools.islice(self.rows(0), HEAD_ROWS))
        if not any(len(values) > 1 for _, values in head):
            raise RefusedError("wrong_type" if head else "empty")
        return [{"index": 0, "name": "", "visible": True, "head": head}]

    def facts_of(self, index: int) -> Facts:
        """A csv says nothing beside its values."""
        return Facts()

    def most_rows(self, index: int) -> int:
        """What its filled rows cannot be more than."""
        return self.text.count("\n") + self.text.count("\r") + 1

    def rows(self, index: int):
        """The filled rows. Raises RefusedError when a quotation mark is never closed."""
        return filled(self._records())

    def _records(self):
        held: list[str] = []

        def lines():
            for line in io.StringIO(self.text, newline=""):
                held.append(line)
                yield line

        records, last = 0, []
        for record in csv.reader(lines(), delimiter=self.delimiter):
            records, last = records + 1, held.copy()
            held.clear()
            yield record
        if _is_open(last, self.delimiter):
            raise RefusedError("open_quote", row=records)


def _is_open(lines: list[str], delimiter: str) -> bool:
    """True if the record these lines hold ends inside a quoted cell."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def likely_delimiter(sample: str) -> str:
    """The delimiter that parts most rows into the same number of cells, more than one; quoted ones do not count."""

    sample = _QUOTED.sub("x", sample)

    def fit(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        with contextlib.suppress(csv.Error):
            widths.update(len(record) for record in itertools.islice(reader, SAMPLE_ROWS) if len(record) > 1)
        return max(((rows, width) for width, rows in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=fit)


def decoded(data: bytes) -> str:
    """The text in the first encoding that fits. Raises RefusedError for what is no text."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    if b"\0" in data[:SAMPLE]:
        return _utf_16(data)
    for encoding in ENCODINGS:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise RefusedError("wrong_type")


def _utf_16(data: bytes) -> str:
    """UTF-16 without its mark: the byte order in which nearly all is what a table holds."""
    for encoding in ("utf-16-le", "utf-16-be"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            sample = text[:4096]
            if len(_EXPECTED.findall(sample)) >= 0.9 * len(sample) and "\n" in sample:
                return text
    raise RefusedError("wrong_type")
