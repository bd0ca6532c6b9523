"""What is wrong with a run's file, written into that file: the user's own workbook with one more column.

A workbook that cannot be taken as it is (xls, ods, csv, more than OWN_ROWS rows, or one the marker gives up on) is
written anew, with its title rows, its header and every data row at its place.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import xlsxwriter

from core.characters import as_text, spreadsheet_safe
from exchange.models import ImportRow, ImportRun

MARKER = Path(__file__).with_name("marker.py")
REASON = "错误原因"
OWN_ROWS = 20_000
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 180
WALL_SECONDS = 300
WRITTEN = 400 * 1024 * 1024
NOTE_LENGTH = 500
NOTES = (
    5_000  # notes beyond that make a workbook slow to open; the reasons stand in their column all the same
)
STEP = 1_000
Progress = Callable[[int, int, str], None]


def mark(run: ImportRun, target: Path, progress: Progress) -> bool:
    """Write the marked workbook of a run to ``target``; True if it is the user's own, False if written anew."""
    own = _is_workbook(run) and run.rows <= OWN_ROWS and _mark_own(run, target, progress)
    if not own:
        target.unlink(missing_ok=True)
        _write_anew(run, target, progress)
    return own


def _is_workbook(run: ImportRun) -> bool:
    with run.file.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _mark_own(run: ImportRun, target: Path, progress: Progress) -> bool:
    limits = {"memory": MEMORY, "seconds": CPU_SECONDS, "written": WRITTEN}
    progress(0, run.rows, "正在打开原表")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{target.name}.") as scratch:
        child = subprocess.Popen(
            [sys.executable, "-I", str(MARKER), run.file.path, str(target), json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8", "TMPDIR": scratch},
            close_fds=True,
        )
        clock = threading.Timer(WALL_SECONDS, child.kill)
        clock.daemon = True
        clock.start()
        try:
            _order(run, child.stdin, progress)
            child.stdin.close()
            return child.wait() == 0 and target.exists()
        except BrokenPipeError:
            return False
        finally:
            clock.cancel()
            child.kill()
            child.wait()


def _order(run: ImportRun, pipe, progress: Progress) -> None:
    """Tell the child which sheet and header, and what to do to each row that is wrong or was put right."""
    titles = run.header["titles"]
    order = {
        "sheet": run.header["sheet"],
        "header": run.header["last_row"],
        "reasons": titles.index(REASON) + 1 if REASON in titles else None,
        "title": REASON,
    }
    _send(pipe, order)
    positions, titled = run.header["positions"], _places(run)
    for line in _lines(run, progress, "正在写入错误原因"):
        faults, reason = _findings(line, titled)
        if reason or line.mended:
            cells = json.loads(line.raw)
            places = [positions[name] for name in line.mended if name in positions]
            texts = [(place + 1, spreadsheet_safe(cells[place])) for place in places]
            faults = [(place + 1, note) for place, note in faults.items()]
            _send(pipe, {"number": line.number, "texts": texts, "faults": faults, "reason": reason})
    _send(pipe, None)
    progress(run.rows, run.rows, "正在保存")


def _send(pipe, value: dict | None) -> None:
    pipe.write(json.dumps(value, ensure_ascii=True).encode() + b"\n")


def _lines(run: ImportRun, progress: Progress, note: str) -> Iterator[ImportRow]:
    lines = run.lines.only("number", "raw", "problems", "mended", "verdict").order_by("number")
    for done, line in enumerate(lines.iterator(chunk_size=STEP)):
        if done % STEP == 0:
            progress(done, run.rows, note)
        yield line


def _places(run: ImportRun) -> dict[str, int]:
    """Title of a kind's column → index of its cell."""
    columns = run.kind_class.columns()
    return {columns[name].column_name: place for name, place in run.header["positions"].items()}


def _findings(line: ImportRow, titled: dict[str, int]) -> tuple[dict[int, str], str]:
    """Index of a faulty cell → what is wrong with it; and all reasons of the row as one text."""
    errors = [problem for problem in line.problems if problem["level"] == "error"]
    faults: dict[int, list[str]] = {}
    for problem in errors:
        if problem["column"] in titled:
            faults.setdefault(titled[problem["column"]], []).append(problem["message"])
    notes = {place: spreadsheet_safe("\n".join(told))[:NOTE_LENGTH] for place, told in faults.items()}
    return notes, spreadsheet_safe("\n".join(_sentence(problem) for problem in errors))


def _sentence(problem: dict) -> str:
    return f"{problem['column']}：{problem['message']}" if problem["column"] else problem["message"]


def _write_anew(run: ImportRun, target: Path, progress: Progress) -> None:
    """Row by row, each at the row number it has in the file, every cell a text."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(target.parent),
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet(_sheet_name(run))
        text, fault = {"num_format": "@"}, {"num_format": "@", "bg_color": "#FCE9EA", "border": 1}
        wrapped = {"text_wrap": True, "valign": "top", "font_color": "#B02A37"}
        styles = {"text": text, "fault": fault, "reason": wrapped, "head": {"bold": True, "text_wrap": True}}
        styles = {name: book.add_format(style) for name, style in styles.items()}
        after = _after(run)
        sheet.set_column(0, after - 1, 14, styles["text"])
        sheet.set_column(after, after, 60, styles["reason"])
        _write_head(sheet, run, styles["head"], after)
        titled, noted = _places(run), 0
        for line in _lines(run, progress, "正在写入表格"):
            faults, reason = _findings(line, titled)
            _write_line(sheet, line, faults, reason, styles, after)
            for place, note in faults.items():
                noted += 1
                if noted <= NOTES:
                    sheet.write_comment(line.number - 1, place, note, {"x_scale": 2})


def _sheet_name(run: ImportRun) -> str:
    """The sheet's own name where a workbook may have it."""
    name = run.header.get("sheet") or run.kind_class.title
    return "".join(letter for letter in name if letter not in "[]:*?/\\").strip("'")[:31] or "名单"


def _after(run: ImportRun) -> int:
    """The index of the reason column: an earlier one, or behind the header."""
    titles = run.header["titles"]
    return titles.index(REASON) if REASON in titles else len(titles)


def _write_head(sheet, run: ImportRun, style, after: int) -> None:
    header = run.header
    for number, cells in header["top"]:
        for place, cell in enumerate(cells):
            sheet.write_string(number - 1, place, spreadsheet_safe(as_text(cell)))
    if header["first_row"] < header["last_row"]:
        groups = header["groups"]
        for place, group in enumerate(groups):
            if group and (place == 0 or groups[place - 1] != group):
                sheet.write_string(header["first_row"] - 1, place, spreadsheet_safe(group), style)
    for place, title in enumerate(header["titles"]):
        sheet.write_string(header["last_row"] - 1, place, spreadsheet_safe(title), style)
    sheet.write_string(header["last_row"] - 1, after, REASON, style)
    sheet.freeze_panes(header["last_row"], 0)


def _write_line(sheet, line: ImportRow, faults: dict, reason: str, styles: dict, after: int) -> None:
    cells = json.loads(line.raw)
    for place in range(max(len(cells), *(place + 1 for place in faults), 0)):
        if place == after:
            continue
        text = spreadsheet_safe(as_text(cells[place])) if place < len(cells) else ""
        if place in faults or text:
            sheet.write_string(line.number - 1, place, text, styles["fault" if place in faults else "text"])
    if reason:
        sheet.write_string(line.number - 1, after, reason, styles["reason"])
