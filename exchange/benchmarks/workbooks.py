"""Filled collection forms with invented people, for benchmarks and for tests that need many rows."""

import datetime as dt
import io

from rustpy_xlsxwriter import write_worksheet

from unions.models import Employer
from workers.benchmarks.invention import invented_names, invented_number

TITLES = (
    *("姓名", "性别", "出生日期", "民族", "就业状况", "有效证件类别", "证件号码", "学历", "技术等级"),
    *("移动电话", "户籍类型", "户籍所在地", "会籍变化类型", "会籍变化日期", "会籍变化原因", "政治面貌"),
    *("工作单位", "籍贯", "是否农民工会员"),
)


def workbook(rows: int, firms: list[Employer], *, first: int = 0) -> bytes:
    """The form's columns with valid invented people, one per row; ``first`` tells workbooks apart."""
    buffer = io.BytesIO()
    write_worksheet(_lines(range(first, first + rows), firms), buffer, sheet_name="会员")
    return buffer.getvalue()


def _lines(places: range, firms: list[Employer]):
    names = invented_names(20_000)
    for place in places:
        number = invented_number(place)
        birth = dt.date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
        values = (
            names[place % len(names)],
            "男" if int(number[16]) % 2 else "女",
            f"{birth:%Y/%m/%d}",
            "汉族",
            "在岗",
            "居民身份证",
            number,
            "大专",
            "",
            f"160{place:08d}",
            "农业户口",
            "浙江省乐清市",
            "入会",
            "2024/03/01",
            "",
            "群众",
            firms[place % len(firms)].name,
            "浙江",
            "是" if place % 3 else "否",
        )
        yield dict(zip(TITLES, values, strict=True))
