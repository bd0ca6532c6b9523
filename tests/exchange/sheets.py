"""Filled forms as people send them, made in the tests: the circulated layout, invented people."""

import datetime as dt
import io
import itertools

import openpyxl
from django.core.files.base import ContentFile
from openpyxl.worksheet.datavalidation import DataValidation

from core import jobs
from core.models import Job
from exchange import services
from exchange.models import ImportRun
from tests.factories.workers import citizen_number

MEMBER_TITLES = [
    "序号", "姓名", "性别", "出生日期（格式：yyyy/MM/dd）", "民族", "就业状况", "有效证件类别",
    "证件号码\n(填写18位身份证)", "学历", "技术等级", "移动电话", "户籍类型", "户籍所在地", "会籍变化类型",
    "会籍变化日期（格式：yyyy/MM/dd）", "会籍变化原因", "政治面貌", "工作单位", "籍贯", "是否农民工会员\n填写“是”或“否”",
]  # fmt: skip
NUMBER, FIRM, CHANGE, ON = 7, 17, 13, 14
UNION_GROUPS = ["序号", "工会组织所在单位信息", *[""] * 7, "工会组织信息"]
UNION_TITLES = [
    "", "单位名称", "单位法人和其他组织统一社会信用代码", "单位地址", "单位所在政区", "单位性质类别", "经济类型", "单位所属行业",
    "职工人数", "工会名称", "工会法人和其他组织统一社会信用代码", "上级工会名称", "建会日期（格式：yyyy/MM/dd）", "基层工会类型",
    "会员人数", "工会负责人", "联系电话",
]  # fmt: skip
NOTE = "填表说明：\n1、此表所列项目均为必填项；\n2、“工作单位”需填写完整的单位全称。"


def member(place: int, *, birth: dt.date = dt.date(1990, 1, 5), **changes) -> list:
    """A faultless row of 附件四; ``changes`` by index as ``c7="…"``."""
    number = citizen_number(birth=birth, sequence=place + 1)
    sex = "男" if int(number[16]) % 2 else "女"
    row = [
        str(place), "试" + "甲乙丙丁戊己庚辛壬癸"[place % 10], sex, f"{birth:%Y/%m/%d}", "汉族", "在岗", "居民身份证",
        number, "高中", "无", f"1390000{place:04d}", "农业户口", "浙江省乐清市南岳镇", "入会", "2021/06/01", "",
        "群众", "", "浙江乐清", "否",
    ]  # fmt: skip
    for name, value in changes.items():
        row[int(name[1:])] = value
    return row


def member_book(rows: list[list], *, filled_by: str = "", footer_after: int | None = None) -> bytes:
    """附件四 as circulated: title rows, signature line, drop-downs, the note as last (or a middle) row."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "会员信息"
    sheet["A1"], sheet["A2"], sheet["A3"] = (
        "附件四",
        "海南省工会会员信息采集表",
        f"填表单位（盖章）：{filled_by}",
    )
    sheet["L3"] = "     单位负责人(签字)："
    sheet.merge_cells("A2:T2")
    for column, title in enumerate(MEMBER_TITLES, start=1):
        sheet.cell(4, column, title)
    at, middle = 5, footer_after
    for place, row in enumerate(rows):
        if place == middle:
            at = _footer(sheet, at)
        for column, value in enumerate(row, start=1):
            if value != "":
                sheet.cell(at, column, value)
        at += 1
    if middle is None:
        _footer(sheet, at)
    rule = DataValidation(type="list", formula1='"男,女"')
    rule.add("C5:C63354")
    sheet.add_data_validation(rule)
    lists = book.create_sheet("下拉菜单表")
    lists["A1"], lists["A2"] = "民族", "汉族"
    return saved(book)


def _footer(sheet, at: int) -> int:
    sheet.cell(at, 1, NOTE)
    sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=20)
    return at + 1


def union_book(rows: list[list], *, example: bool = False) -> bytes:
    """附件一 as circulated, with its two-row header; ``example`` leaves the printed row of elevens in."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = "附件一", "海南省工会组织信息采集表", "填表单位（盖章）："
    sheet["N3"] = " 填报日期：2026/03/01"
    for column, (group, title) in enumerate(
        zip([*UNION_GROUPS, *[""] * 7], UNION_TITLES, strict=True), start=1
    ):
        sheet.cell(4, column, group or None)
        sheet.cell(5, column, title or None)
    sheet.merge_cells("B4:I4")
    sheet.merge_cells("J4:Q4")
    elevens = [
        "",
        "11",
        "11",
        "1",
        "海口市",
        "国有企业",
        "国有经济",
        "农、林、牧、渔业",
        "100",
        "11",
        "11",
        "11",
        "11",
    ]
    at = 6
    for row in [[*elevens, "独立基层工会", 11, "11", "11"], *rows] if example else rows:
        for column, value in enumerate(row, start=1):
            if value != "":
                sheet.cell(at, column, value)
        at += 1
    sheet.cell(at, 1, NOTE)
    return saved(book)


_numbers = itertools.count()


def saved(book) -> bytes:
    """The workbook as a file that is like no other: the one sent twice within a second would be the same upload."""
    buffer = io.BytesIO()
    book.properties.title = str(next(_numbers))
    book.save(buffer)
    return buffer.getvalue()


def upload(
    by, union, content: bytes, *, kind: str = "workers", name: str = "名单.xlsx", **options
) -> ImportRun:
    """Upload and check a file as the pages and the worker do; returns the run as it stands then."""
    run, created = services.upload(
        kind=kind, union=union, file=ContentFile(content), file_name=name, by=by, hint=False, **options
    )
    assert created
    return finish(run)


def finish(run: ImportRun) -> ImportRun:
    """Do the run's job."""
    jobs.run_inline(Job.objects.get(key=run.job_key))
    return ImportRun.objects.select_related("union", "created_by").get(pk=run.pk)


def applied(run: ImportRun, by, *, mode: str = "all") -> ImportRun:
    """Confirm a checked run and write it."""
    return finish(services.confirm(run=run, mode=mode, by=by, hint=False))


def messages_of(run: ImportRun, *, level: str = "error") -> list[tuple[int, str, str]]:
    """(row, column, code) of every problem."""
    return [
        (line.number, problem["column"], problem["code"])
        for line in run.lines.order_by("number")
        for problem in line.problems
        if problem["level"] == level
    ]
