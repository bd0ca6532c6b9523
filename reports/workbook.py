"""The workbook that goes with a report, drawn from its frozen data alone. Texts stay texts: no live formulas."""

import datetime as dt
import io

import xlsxwriter

from core.reporting import NO_UNITS, NOT_REPORTED, Direction
from reports.queries import TOO_FEW

NOT_FILLED = "未填"
HEADINGS = {
    "bold": True,
    "bg_color": "#F7E9E9",
    "border": 1,
    "text_wrap": True,
    "align": "center",
    "valign": "vcenter",
}
CELL = {"border": 1, "text_wrap": True, "valign": "vcenter"}
RATES = ("A1", "A2", "A3", "A4", "A5", "B1", "C1", "C2")


class Sheet:
    """One sheet: a heading row that stays in view, then rows of texts, numbers and percentages."""

    def __init__(self, book, name: str, columns: list[tuple[str, int]]):
        self.sheet = book.add_worksheet(name)
        self.text = book.add_format(CELL)
        self.number = book.add_format({**CELL, "num_format": "0"})
        self.share = book.add_format({**CELL, "num_format": "0.0"})
        headings = book.add_format(HEADINGS)
        for column, (title, width) in enumerate(columns):
            self.sheet.set_column(column, column, width)
            self.sheet.write_string(0, column, title, headings)
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.row = 0

    def add(self, *values) -> None:
        """One row; None leaves an empty cell, a float is a share, everything else that is no number is text."""
        self.row += 1
        for column, value in enumerate(values):
            if value is None:
                self.sheet.write_blank(self.row, column, None, self.text)
            elif isinstance(value, float):
                self.sheet.write_number(self.row, column, value, self.share)
            elif isinstance(value, int):
                self.sheet.write_number(self.row, column, value, self.number)
            else:
                self.sheet.write_string(self.row, column, str(value), self.text)


def draw(data: dict, *, code: str, data_sha256: str, pdf_sha256: str) -> bytes:
    """The workbook's bytes; the same input gives the same bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = dt.datetime.fromisoformat(f"{data['built_on']}T00:00:00")
        book.set_properties({"title": data["serial"], "company": data["issuer"], "created": day})
        _figures(book, data)
        _unions(book, data)
        _movements(book, data)
        _measures(book, data)
        _about(book, data, code, data_sha256, pdf_sha256)
    return buffer.getvalue()


def _figures(book, data: dict) -> None:
    columns = [
        ("代码", 7),
        ("指标", 26),
        ("方向", 11),
        ("分子", 28),
        ("分子数", 9),
        ("分母", 24),
        ("分母数", 9),
    ]
    columns += [("上期", 10), ("本期", 10), ("单位", 7), ("增减", 16), ("口径说明", 60)]
    sheet = Sheet(book, "指标表", columns)
    for row in data["figures"]:
        sheet.add(
            row["code"],
            row["title"],
            Direction(row["direction"]).label,
            row["numerator_title"],
            row["numerator"],
            row["denominator_title"],
            row["denominator"],
            value_cell(row["previous"]),
            value_cell(row["value"]),
            row["unit"],
            row["change_text"],
            row["note"],
        )


def value_cell(value: str | None) -> float | int | str:
    """A share or quotient as a number with one decimal, a count as a whole one, 无适用单位 where there is none."""
    if value is None:
        return NO_UNITS
    return float(value) if "." in value else int(value)


def _unions(book, data: dict) -> None:
    titles = {figure["code"]: figure["title"] for figure in data["figures"]}
    columns = [("工会", 34), ("类型", 22), (titles["M9"], 12), (titles["M10"], 12)]
    for code in RATES:
        columns += [(f"{titles[code]}分子", 10), (f"{titles[code]}分母", 10), (f"{titles[code]}（%）", 11)]
    sheet = Sheet(book, "分工会", columns)
    for row in data["unions"]:
        cells = [row["cells"]["M9"]["numerator"], row["cells"]["M10"]["numerator"]]
        for code in RATES:
            cell = row["cells"][code]
            withheld = cell["text"] == TOO_FEW
            cells += [cell["numerator"], cell["denominator"]]
            cells.append(TOO_FEW if withheld else value_cell(cell["value"]))
        sheet.add(row["name"], row["kind"], *cells)


def _movements(book, data: dict) -> None:
    movement = data["movements"]
    columns = [("月份", 12), *((column["title"], 14) for column in movement["columns"]), ("净增", 12)]
    sheet = Sheet(book, "会籍变动", columns)
    for position, month in enumerate(movement["months"]):
        counts = [column["values"][position] for column in movement["columns"]]
        sheet.add(month, *counts, movement["net"][position])


def _measures(book, data: dict) -> None:
    columns = [("序号", 6), ("组别", 24), ("举措", 34), ("具体任务", 46), ("牵头单位", 16), ("配合单位", 20)]
    sheet = Sheet(book, "十四项举措", [*columns, ("目标", 24), ("完成时限", 14), ("进展", 40)])
    for group in data["groups"]:
        for measure in group["measures"]:
            progress = "\n".join(f"{figure['title']} {figure['text']}" for figure in measure["figures"])
            sheet.add(
                measure["number"],
                group["title"],
                measure["title"],
                "\n".join(measure["tasks"]),
                measure["lead_unit"] or NOT_FILLED,
                measure["support_units"] or NOT_FILLED,
                measure["target"] or NOT_FILLED,
                measure["deadline"] or NOT_FILLED,
                progress or NOT_REPORTED,
            )


def _about(book, data: dict, code: str, data_sha256: str, pdf_sha256: str) -> None:
    sheet = Sheet(book, "说明", [("项目", 22), ("内容", 80)])
    period = data["period"]
    sheet.add("报告编号", data["serial"])
    sheet.add("版次", f"第{data['version']}版")
    sheet.add("统计范围", data["scope"])
    sheet.add("统计期", f"{period['label']}（{period['start']} 至 {period['whole_end']}）")
    sheet.add("数据截止日", period["end"])
    sheet.add("编制日期", data["built_on"])
    sheet.add("编制单位", data["issuer"])
    sheet.add("校验码", code)
    sheet.add("冻结内容 SHA-256", data_sha256)
    sheet.add("PDF 文件 SHA-256", pdf_sha256)
    sheet.add(TOO_FEW, "比率的分母小于办公规则规定的人数或家数，不出具比率；为防推算，同列可能再隐去一项。")
    for text in (*data["changes"], *data["revised"]):
        sheet.add("更正", text)
