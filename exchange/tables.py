"""Writers of exported tables. Texts stay texts: no cell of a file can become a formula.

A workbook holds its texts as string cells, which no program computes. In a CSV file a text that starts like a
formula gets an apostrophe (``core.characters.spreadsheet_safe``), and the mark at the front tells Excel it is UTF-8.
"""

import csv
import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rustpy_xlsxwriter import Format, write_worksheets

from core.characters import spreadsheet_safe
from core.listing import Column

ABOUT = "说明"
DAY = "yyyy-mm-dd"
BOM = "\ufeff"
QUOTED_NOTHING = '""'  # a line of one empty cell; a blank line would be none
FOOTER_LENGTH = 255  # Excel takes no more


@dataclass(frozen=True)
class Table:
    """What a writer puts into a file: rows as they come, what explains them (read after the rows), and who took
    them when (``signed``), for the foot of every printed page. Cells for a CSV file are what ``csv_text`` made of them."""

    title: str
    columns: Sequence[Column]
    lines: Iterator[Sequence]
    about: Iterable[tuple[str, str]]
    signed: str


def write_xlsx(path: Path, table: Table) -> None:
    """A sheet of the rows and one that explains them; rows are written as they come."""
    title, columns = table.title, table.columns
    titles = [column.title for column in columns]
    head = Format().set_bold().set_background_color("#EEF0F4").set_border("thin").set_align("center")
    text = Format().set_num_format("@")
    long_numbers = [column.title for column in columns if column.number_text]
    with created(path, "xb") as file:
        write_worksheets(
            [
                (title, (dict(zip(titles, line, strict=True)) for line in table.lines)),
                (ABOUT, ({"项目": what, "内容": says} for what, says in table.about)),
            ],
            file,
            datetime_format=DAY,
            header_format={title: head, ABOUT: head},
            column_widths={title: [column.width for column in columns], ABOUT: [16, 90]},
            column_formats={title: dict.fromkeys(long_numbers, text)},
            ignore_errors={title: long_numbers},
            freeze_panes={title: {"row": 1, "col": 1}},
            autofilter={title: True},
            page_setup={title: _on_paper(table, landscape=True), ABOUT: _on_paper(table, landscape=False)},
        )


def write_csv(path: Path, table: Table) -> None:
    """The rows, an empty line, and one line that explains them and says who took them when."""
    with created(path, "x", encoding="utf-8", newline="") as file:
        file.write(BOM + _csv_line(csv_text(column.title) for column in table.columns))
        file.writelines(map(_csv_line, table.lines))
        about = [*table.about, ("导出", table.signed)]
        file.write(f"\r\n{csv_text('；'.join(f'{what}：{says}' for what, says in about))}\r\n")


WRITERS = {"xlsx": write_xlsx, "csv": write_csv}


class _Told:
    """Gives back what the csv module would write."""

    def write(self, text: str) -> str:
        return text


_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff]{1,200}")  # most texts: nothing to guard, nothing to quote
_quote = csv.writer(_Told()).writerow


def csv_text(value) -> str:
    """A cell as it stands in a CSV file: days in ISO form, texts guarded, quoted where that is needed."""
    if value is None or value == "":
        return ""
    if type(value) is str and _PLAIN.fullmatch(value):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return _quote([value if isinstance(value, int | float) else spreadsheet_safe(value)])[:-2]


def _csv_line(texts: Iterable[str]) -> str:
    return f"{','.join(texts) or QUOTED_NOTHING}\r\n"


def footer(table: Table) -> str:
    """The foot of a printed page in Excel's own marks: who took it when, the warning, the page."""
    signed, page = _plain(table.signed), "&C内含个人信息，妥善保管&R第 &P 页，共 &N 页"
    return f"&L{signed[: FOOTER_LENGTH - len(page) - 2]}{page}"


def _plain(text: str) -> str:
    return spreadsheet_safe(text).replace("&", "＆")


def _on_paper(table: Table, *, landscape: bool) -> dict:
    return {
        "landscape": landscape,
        "paper_size": 9,
        "repeat_rows": 0,
        "fit_to_pages": (1, 0),
        "header": f"&L{_plain(table.title)}",
        "footer": footer(table),
    }


def created(path: Path, mode: str, **options):
    """A new file that only this account can read."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600), **options)
