"""Writers of exported tables. Texts stay texts: no cell of a file can become a formula.

A workbook holds its texts as string cells, which no program computes. In a CSV file a text that starts like a
formula gets an apostrophe (``core.characters.spreadsheet_safe``), and the mark at the front tells Excel it is UTF-8.
"""

import csv
import datetime as dt
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from rustpy_xlsxwriter import Format, write_worksheets

from core.characters import spreadsheet_safe
from core.listing import Column

ABOUT = "说明"
DAY = "yyyy-mm-dd"
BOM = "utf-8-sig"


def write_xlsx(
    path: Path, title: str, columns: list[Column], lines: Iterator[list], about: Iterable[tuple[str, str]]
) -> None:
    """A sheet of the rows and one that explains them; rows are written as they come."""
    titles = [column.title for column in columns]
    head = Format().set_bold().set_background_color("#EEF0F4").set_border("thin").set_align("center")
    text = Format().set_num_format("@")
    long_numbers = [column.title for column in columns if column.number_text]
    with _created(path, "xb") as file:
        write_worksheets(
            [
                (title, (dict(zip(titles, line, strict=True)) for line in lines)),
                (ABOUT, ({"项目": what, "内容": says} for what, says in about)),
            ],
            file,
            datetime_format=DAY,
            header_format={title: head, ABOUT: head},
            column_widths={title: [column.width for column in columns], ABOUT: [16, 90]},
            column_formats={title: dict.fromkeys(long_numbers, text)},
            ignore_errors={title: long_numbers},
            freeze_panes={title: {"row": 1, "col": 1}},
            autofilter={title: True},
            page_setup={title: _on_paper(title)},
        )


def write_csv(
    path: Path, title: str, columns: list[Column], lines: Iterator[list], about: Iterable[tuple[str, str]]
) -> None:
    """The rows, an empty line, and one line that explains them."""
    with _created(path, "x", encoding=BOM, newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.title for column in columns])
        writer.writerows([_cell(value) for value in line] for line in lines)
        writer.writerow([])
        writer.writerow([spreadsheet_safe("；".join(f"{what}：{says}" for what, says in about))])


WRITERS = {"xlsx": write_xlsx, "csv": write_csv}


def _cell(value) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, int | float) else spreadsheet_safe(value)


def _on_paper(title: str) -> dict:
    return {
        "landscape": True,
        "paper_size": 9,
        "repeat_rows": 0,
        "fit_to_pages": (1, 0),
        "footer": f"&L{title}&C内含个人信息，妥善保管&R第 &P 页，共 &N 页",
    }


def _created(path: Path, mode: str, **options):
    """A new file that only this account can read."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600), **options)
