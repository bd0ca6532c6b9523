"""LibreOffice without a screen, for tests: many files converted in one start, with a profile of its own."""

import csv
import datetime as dt
import io
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl

SECONDS = 240
# Comma, quotation mark, UTF-8, from the first line, every sheet into a file of its own, cells as they are stored.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
# How a csv is opened by hand: UTF-8, comma, and every one of thirty columns as text.
AS_TEXT = "--infilter=Text - txt - csv (StarCalc):44,34,76,1," + "/".join(f"{n}/2" for n in range(1, 31))


def program() -> str:
    """The soffice to use: OFFICE_PATH, as ./portal test sets it, or the one on PATH."""
    found = os.environ.get("OFFICE_PATH") or shutil.which("soffice") or shutil.which("libreoffice")
    assert found, "No LibreOffice: install libreoffice-calc-nogui or set OFFICE_PATH."
    return found


def converted(files: dict[str, bytes], to: str, folder: Path, *options: str) -> dict[str, bytes]:
    """What LibreOffice makes of each file: name without its ending (and “-sheet”, for csv) → content."""
    source, target = folder / "in", folder / to.partition(":")[0]
    source.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (source / name).write_bytes(content)
    done = subprocess.run(
        [
            program(), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", *options,
            "--convert-to", to, "--outdir", str(target), *[str(source / name) for name in files],
        ],
        capture_output=True, text=True, timeout=SECONDS, check=False, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {path.name.removesuffix(path.suffix): path.read_bytes() for path in target.iterdir()}


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows of a csv without blank tails."""
    rows = [_without_tail(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def workbook_rows(content: bytes) -> dict[str, list[list[str]]]:
    """Sheet → rows as texts, as openpyxl reads them, without blank tails."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book:
        rows = [_without_tail([_text(value) for value in row]) for row in sheet.iter_rows(values_only=True)]
        while rows and not rows[-1]:
            rows.pop()
        found[sheet.title] = rows
    return found


def _without_tail(texts: list[str]) -> list[str]:
    while texts and texts[-1] == "":
        texts.pop()
    return texts


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n")
