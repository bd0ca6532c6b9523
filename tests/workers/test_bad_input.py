"""One table of awkward values, put through the page and through a sheet: cleaned alike, or refused by both at the
named field with a remedy; nothing is stored half."""

import datetime as dt

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from exchange import services as desk
from tests.exchange.sheets import MEMBER_TITLES, finish, member, saved, upload
from tests.factories.unions import EmployerFactory
from workers.models import Employment, IdentityDocument, Membership, Worker

pytestmark = pytest.mark.django_db
TITLES = {
    "name": "姓名", "sex": "性别", "birth_date": "出生日期（格式：yyyy/MM/dd）", "phone": "移动电话",
    "number": "证件号码\n(填写18位身份证)", "household_place": "户籍所在地", "native_place": "籍贯",
    "occupation": "工种", "team": "班组", "staff_number": "工号", "start": "入职日期",
    "joined_on": "会籍变化日期（格式：yyyy/MM/dd）",
}  # fmt: skip
JOB = ("occupation", "team", "staff_number", "start")
BORN = dt.date(1990, 1, 5)
NUMBER = member(1)[7]
RARE = "试\U00020087\U0002b740"  # beyond the BMP
DOTS = "．•・‧∙⋅･﹒˙·"

CLEANED = [
    ("name", "  试\u200b 甲\ufeff ", "试甲"),
    ("name", "试　甲", "试甲"),
    ("name", RARE, RARE),
    ("name", "试" * 50, "试" * 50),
    ("name", "\u2f92甲", "見甲"),
    *[("name", f"试买买提{dot}艾力", "试买买提·艾力") for dot in DOTS],
    ("name", "试买买提 · 艾力", "试买买提·艾力"),
    ("name", "Ｓｈｉ Ｊｉａ", "Shi Jia"),
    ("birth_date", "1990年1月5日", BORN),
    ("birth_date", "１９９０－０１－０５", BORN),
    ("birth_date", "1990.1.5", BORN),
    ("birth_date", "'19900105", BORN),
    ("phone", "１６０００００１２３４", "16000001234"),
    ("phone", "+86 160-0000-1234", "16000001234"),
    ("phone", "'160\u200b0000\u00a01234", "16000001234"),
    ("number", "".join(chr(ord(digit) + 0xFEE0) for digit in NUMBER), NUMBER),
    ("number", f"'{NUMBER[:6]} {NUMBER[6:14]}\u200b{NUMBER[14:]}\t", NUMBER),
    ("household_place", " 浙江省\u200b乐清市　南岳镇 ", "浙江省乐清市 南岳镇"),
    ("native_place", "浙" * 50, "浙" * 50),
    ("occupation", "焊\u2060工", "焊工"),
    ("team", " 一 班 ", "一 班"),
    ("staff_number", "　Ｄ\u200b００１ ", "D001"),
    ("start", "２０２１年５月１日", dt.date(2021, 5, 1)),
    ("joined_on", "2021.6.1", dt.date(2021, 6, 1)),
]
REFUSED = [
    ("name", "试" * 60, "姓名最多 50 个字，现有 60 个字", "请只填写证件上的姓名"),
    ("name", "试甲5", "姓名中含有数字“5”", "序号和备注不要写在姓名里"),
    ("name", "试*", "像是被遮盖", "请按证件填写完整姓名"),
    ("name", "试（甲）", "姓名中含有“(”", "括号和备注不要写在姓名里"),
    ("name", "试\ue5e6", "无法识别的字符", "请改用标准汉字重新输入"),
    ("name", "⿰王甲", "用部件拼写了生僻字", "请用生僻字输入法"),
    ("name", "·", "没有填写姓名", "请"),
    ("birth_date", "1990-02-30", "日历上没有 1990 年 2 月 30 日", "请按“年-月-日”填写"),
    ("birth_date", "90-1-5", "分不清是哪个世纪", "请按“年-月-日”填写"),
    ("birth_date", "5/1/1990", "分不清哪个是月", "请按“年-月-日”填写"),
    ("birth_date", "一九九〇年", "不是可以识别的日期", "请按“年-月-日”填写"),
    ("birth_date", "1991-01-05", "出生日期填写的是 1991-01-05", "请"),
    ("birth_date", "3990-01-05", "不在 1900 至 2100 之间", "请核对年份"),
    ("sex", "男", "性别填写的是 男", "请"),
    ("phone", "1600000123", "应为 11 位，现为 10 位", "请核对"),
    ("phone", "160O0001234", "只能是数字", "请填写 11 位手机号码"),
    ("phone", "0577-61234567", "固定电话", "请填写 11 位手机号码"),
    ("phone", "1.6E+10", "科学计数", "设为“文本”格式"),
    ("phone", "16000001234/16000001235", "一格里填了几个号码", "请只保留一个"),
    ("number", NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2"), "校验码不符", "请"),
    ("number", NUMBER[:15] + "000", "被表格软件舍入", "请"),
    ("number", NUMBER[:6] + NUMBER[8:17], "15 位", "请"),
    ("number", NUMBER[:6] + "19900230" + NUMBER[14:], "不是真实的出生日期", "请"),
    ("number", "33038219900105****", "被遮盖", "请按证件原件填写完整号码"),
    ("household_place", "浙" * 101, "最多 100 个字，现有 101 个字", "请缩短"),
    ("native_place", "浙\ufffd", "无法识别的字符", "请改用标准汉字"),
    ("occupation", "焊" * 51, "最多 50 个字，现有 51 个字", "请缩短"),
    ("team", "班" * 51, "最多 50 个字，现有 51 个字", "请缩短"),
    ("staff_number", "9" * 31, "最多 30 个字，现有 31 个字", "请缩短"),
    ("start", "2021-13-01", "日历上没有", "请按“年-月-日”填写"),
    ("joined_on", "2021-02-29", "日历上没有", "请按“年-月-日”填写"),
]


# A page asks for the day; a sheet with 出生年月 gets it from the identity number.
MONTH_ONLY = ("birth_date", "1990-01", "没有写到日", "请补全年、月、日")


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


def typed(union, firm, **facts):
    """The form of a new person as a browser posts it."""
    data = {
        "doc_type": "111", "number": NUMBER, "name": "试乙", "sex": "1" if int(NUMBER[16]) % 2 else "2",
        "birth_date": "1990-01-05", "ethnicity": "01", "phone": "16000000001", "education": "60",
        "skill_level": "L0", "employment_status": "1", "household_type": "2", "union": union.pk,
        "employer": firm.pk, "join_change": "1", "joined_on": "2021-06-01",
    }  # fmt: skip
    if "sex" in facts:
        facts["sex"] = {"男": "1", "女": "2"}[facts["sex"]]
    return data | facts


def sheet(**facts) -> bytes:
    """A sheet of one line with all columns."""
    line = dict(zip(MEMBER_TITLES, member(1), strict=True)) | {TITLES[name]: "" for name in JOB}
    line |= {TITLES[name]: value for name, value in facts.items()}
    book = openpyxl.Workbook()
    for row in (list(line), list(line.values())):
        book.active.append(row)
    return saved(book)


def stored(name):
    worker = Worker.objects.get()
    if name == "number":
        return worker.documents.get().number
    if name == "joined_on":
        return worker.memberships.get().start
    return getattr(worker.employments.get() if name in JOB else worker, name)


def nothing_is_stored():
    counts = [model.objects.count() for model in (Worker, IdentityDocument, Employment, Membership)]
    return counts == [0, 0, 0, 0] and not AuditEntry.objects.filter(action="workers.register").exists()


def shown_value(name, value):
    """What of the value a message may not hold: whole numbers and phones."""
    return value if name in ("number", "phone") and len(value) > 10 else "\0"


@pytest.mark.parametrize(("name", "value", "clean"), CLEANED)
def test_the_page_cleans(client, officer, union, firm, name, value, clean):
    client.force_login(officer)
    response = client.post(reverse("workers:worker_create"), typed(union, firm, **{name: value}))
    assert response.status_code == 302, response.context["form"].errors
    assert stored(name) == clean


@pytest.mark.parametrize(("name", "value", "clean"), [*CLEANED, ("birth_date", MONTH_ONLY[1], BORN)])
def test_the_import_cleans(officer, union, firm, name, value, clean):
    run = upload(officer, union, sheet(**{name: value}))
    assert [line.problems for line in run.lines.all() if line.verdict != "new"] == []
    finish(desk.confirm(run=run, mode="all", by=officer, hint=False))
    assert stored(name) == clean


@pytest.mark.parametrize(("name", "value", "reason", "remedy"), [*REFUSED, MONTH_ONLY])
def test_the_page_refuses(client, officer, union, firm, name, value, reason, remedy):
    client.force_login(officer)
    response = client.post(reverse("workers:worker_create"), typed(union, firm, **{name: value}))
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert list(errors) == [name]
    (message,) = errors[name]
    assert reason in message
    assert remedy in message
    assert shown_value(name, value) not in message
    assert nothing_is_stored()


@pytest.mark.parametrize(("name", "value", "reason", "remedy"), REFUSED)
def test_the_import_refuses(officer, union, firm, name, value, reason, remedy):
    run = upload(officer, union, sheet(**{name: value}))
    (problem,) = [one for one in run.lines.get().problems if one["level"] == "error"]
    assert problem["column"] == TITLES[name].split("（")[0].split("\n")[0]
    assert reason in problem["message"]
    assert remedy in problem["message"]
    assert shown_value(name, value) not in problem["message"] + problem["value"]
    assert nothing_is_stored()


def test_the_page_refuses_a_broken_character_in_a_job_of_somebody_on_the_roll(client, officer, union, firm):
    client.force_login(officer)
    assert client.post(reverse("workers:worker_create"), typed(union, firm)).status_code == 302
    worker = Worker.objects.get()
    job = worker.employments.get()
    url = reverse("workers:employment_edit", args=[worker.pk, job.pk])
    for name, value, reason, _ in [row for row in REFUSED if row[0] in JOB]:
        response = client.post(url, {"version": "1", name: value})
        assert reason in response.context["form"].errors[name][0]
    assert Employment.objects.values().get() == Employment.objects.filter(pk=job.pk).values().get()
    worker.refresh_from_db()
    assert worker.version == 1
