"""The portal's side of the reader process: start it, choose a sheet, take its rows, word its refusals."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import orjson
from django.conf import settings

from core.errors import RuleError

# Isolated mode leaves the checkout out of the path; nothing but the reader's own package is imported from it.
READER = "import sys; sys.path.append(sys.argv[1]); from exchange.reader.process import main; main()"
ROOT = Path(__file__).parent.parent
MEMORY = 1024 * 1024 * 1024
UNPACKED = 400 * 1024 * 1024
PARTS = 2_000
CELLS = 6_000_000
TEXT = 100_000_000  # characters, with what parts the cells
CPU_SECONDS = 60
WALL_SECONDS = 240

ACCEPTED = "请上传 Excel 工作簿（.xlsx、.xls、.xlsm）、.ods 或 .csv 文件。"
REFUSALS = {
    "empty": "文件是空的，没有任何内容。请确认选对了文件，填好后再上传。",
    "encrypted": "文件设有打开密码，无法读取。请在表格软件中取消密码，另存后再上传。",
    "damaged": "文件已损坏或不完整，无法读取。请用表格软件打开原文件，另存为 .xlsx 后再上传。",
    "unpacks_too_large": "文件展开后过大，或表格的范围异常，已停止读取。请把数据复制到新的空白采集表中再上传。",
    "crashed": "文件展开后过大，或表格的范围异常，已停止读取。请把数据复制到新的空白采集表中再上传。",
    "word_file": f"这是 Word 文档，不是表格。{ACCEPTED}",
    "web_page": f"这是网页文件，不是真正的工作簿。请用表格软件打开后另存为 .xlsx。{ACCEPTED}",
    "wrong_type": f"文件类型不对，无法作为表格读取。{ACCEPTED}",
    "too_many_cells": f"表格里有内容的单元格超过 {CELLS // 10_000} 万个。请只保留需要导入的列，或拆成几份文件分别上传。",
    "too_much_text": "表格里的文字总量过大，已停止读取。请只保留需要导入的列，或拆成几份文件分别上传。",
    "row_too_long": "第 {row} 行的内容长得不正常，已停止读取。请检查这一行，删去多余的内容后再上传。",
    "open_quote": "第 {row} 行有一个没有成对的英文引号，其后的内容无法分清行和列。请在原文件中改正，或另存为 .xlsx 后再上传。",
    "too_many_rows": "表格超过 {rows} 行。请拆成几份文件分别上传。",
}


class Workbook:
    """An open upload, as a context manager. Raises RuleError with the reason a file cannot be read."""

    def __init__(self, path: str | Path):
        self.path = str(path)
        self.sheets: list[dict] = []
        self.merged: list[list[int]] = []

    def __enter__(self):
        limits = {
            "memory": MEMORY,
            "seconds": CPU_SECONDS,
            "unpacked": UNPACKED,
            "parts": PARTS,
            "cells": CELLS,
            "text": TEXT,
            "rows": settings.UPLOAD_MAX_ROWS,
        }
        self.child = subprocess.Popen(
            [sys.executable, "-I", "-c", READER, str(ROOT), self.path, json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LANG": "C.UTF-8"},
            close_fds=True,
        )
        self.clock = threading.Timer(WALL_SECONDS, self.child.kill)
        self.clock.daemon = True
        self.clock.start()
        try:
            self.sheets = self._receive()["sheets"]
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *exc_info):
        self.clock.cancel()
        self.child.kill()
        self.child.wait()
        self.child.stdin.close()
        self.child.stdout.close()

    def chunks(self, sheet_index: int, after: int | None = None) -> Iterator[list[tuple[int, list]]]:
        """Lists of (sheet row number, cells) of one sheet; call once.

        Below row ``after``, the header's last, cells that are merged downwards give their value to every row;
        ``merged`` then tells where: first row, last row, column.
        """
        self.child.stdin.write(f"{json.dumps({'sheet': sheet_index, 'after': after})}\n".encode())
        self.child.stdin.flush()
        while "end" not in (frame := self._receive()):
            yield frame["rows"]
        self.merged = frame["merged"]

    def _receive(self) -> dict:
        line = self.child.stdout.readline()
        if not line.endswith(b"\n"):
            raise RuleError(REFUSALS["crashed"], code="crashed")
        frame = orjson.loads(line)
        if code := frame.get("refused"):
            facts = {"rows": settings.UPLOAD_MAX_ROWS, **frame}
            raise RuleError(REFUSALS[code].format_map(facts), code=code)
        return frame
