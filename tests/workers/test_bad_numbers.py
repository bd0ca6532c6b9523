"""Numbers as people type and paste them, asked of the page and of an import alike: cleaned, or refused with a
message that names the field, the value (masked) and the remedy; nothing is stored half."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given, strategies as st

from core.idnumbers import DOCUMENT_TYPES, check_document
from core.text import TextError, clean_number, mask_number, mask_phone
from tests.exchange.sheets import applied, member, member_book, upload
from tests.factories.unions import EmployerFactory
from tests.factories.workers import citizen_number
from workers.models import Employment, IdentityDocument, Membership, Worker

TODAY = dt.date(2026, 11, 23)
NUMBER, BORN = "33038219880808001X", dt.date(1988, 8, 8)
PHONE = "16012345678"
CLEANED = {
    "full width": "３３０３８２１９８８０８０８００１Ｘ",
    "lower case x": "33038219880808001x",
    "times sign": "33038219880808001×",
    "Roman ten": "33038219880808001Ⅹ",
    "small Roman ten": "33038219880808001ⅹ",
    "Cyrillic Kha": "33038219880808001Х",
    "spaces": " 330382 19880808 001X ",
    "ideographic space": "330382\u300019880808001X",
    "thin and no-break spaces": "330382\u200919880808\u00a0001X",
    "apostrophe": "'33038219880808001X",
    "curly apostrophe": "’33038219880808001X",
    "tab": "33038219880808001X\t",
    "zero width": "3303\u200b8219880808001X\u200d",
    "byte order mark": "\ufeff33038219880808001X",
    "direction marks": "\u202a33038219880808001X\u202c",
}
# What is typed → the field at fault and part of the remedy.
REFUSED = {
    "letter O": ("33O38219880808001X", "number", "请核对是否把数字 0、1 写成了字母 O、l、I"),
    "letter l": ("33038219880808001l", "number", "请核对是否把数字 0、1 写成了字母 O、l、I"),
    "no such day": ("330382199902300017", "number", "请对照证件原件逐位核对"),
    "day to come": ("330382209001010012", "number", "请对照证件原件逐位核对"),
    "check digit": ("330382198808080011", "number", "请对照证件原件逐位核对"),
    "fifteen digits": ("330382880808001", "number", "请按现用证件填写 18 位号码"),
    "rounded": ("330382198808080000", "number", "请把该列设为“文本”格式"),
    "scientific": ("3.30382E+17", "number", "请把该列设为“文本”格式"),
    "one short": ("3303821988080800X", "number", "请核对是否漏填或多填"),
    "masked": ("330382********001X", "number", "请按证件原件填写完整号码"),
    "a woman's number": (citizen_number(birth=BORN, sequence=4), "sex", "请对照证件原件，改正填错的一项"),
    "child": (citizen_number(birth=dt.date(2015, 1, 1), sequence=1), "number", "请不要录入并报告镇总工会"),
}
PHONES_CLEANED = {
    "full width": "１６０１２３４５６７８",
    "country code": "+86 160-1234-5678",
    "spaces": "160\u00a01234\u30005678",
    "trailing zero fraction": "16012345678.0",
}
PHONES_REFUSED = {
    "letter O": ("16O12345678", "只能是数字"),
    "landline": ("0577-61234567", "请填写 11 位手机号码"),
    "one short": ("1601234567", "请核对是否少填或多填"),
    "two in a cell": ("16012345678/16012345679", "请只保留一个 11 位手机号码"),
    "masked": ("160****5678", "请填写 11 位手机号码"),
    "scientific": ("1.60123E+10", "请把该列设为“文本”格式"),
}
FIELDS = {"number": "证件号码", "sex": "性别", "phone": "移动电话"}
TABLES = (Worker, IdentityDocument, Employment, Membership)
ANYTHING = st.text(max_size=40) | st.text(alphabet="0123456789XxOl ×Ⅹ'.０１HMEK军字第号+\u200b", max_size=24)


def cases(table):
    return pytest.mark.parametrize("typed", table.values(), ids=table)


@pytest.fixture
def firm(union):
    return EmployerFactory(name="甲厂有限公司", name_key="甲厂有限公司", union=union)


@pytest.fixture
def post(client, officer, firm):
    """Send the form of a new person with these values; the errors by field, or nothing."""
    client.force_login(officer)
    facts = {
        "doc_type": "111", "number": NUMBER, "name": "试甲", "sex": "1", "birth_date": str(BORN),
        "ethnicity": "01", "phone": PHONE, "education": "60", "skill_level": "L0", "employment_status": "1",
        "household_type": "2", "union": firm.union_id, "employer": firm.pk,
    }  # fmt: skip

    def send(**changes):
        answer = client.post(reverse("workers:worker_create"), facts | changes)
        return {} if answer.status_code == 302 else answer.context["form"].errors.as_data()

    return send


def of_import(officer, union, **changes):
    """Check a form with one row; the run, and its problems as (column, shown value, message)."""
    row = member(1, birth=BORN, c2="男", c7=NUMBER, c10=PHONE)
    for name, value in changes.items():
        row[int(name[1:])] = value
    run = upload(officer, union, member_book([row]))
    problems = [
        problem for line in run.lines.all() for problem in line.problems if problem["level"] == "error"
    ]
    return run, [(problem["column"], problem["value"], problem["message"]) for problem in problems]


def stored():
    return [model.objects.count() for model in TABLES]


def text(errors, field):
    return errors[field][0].messages[0]


@cases(CLEANED)
def test_the_page_cleans_a_number(post, typed):
    assert post(number=typed) == {}
    assert IdentityDocument.objects.get().number == NUMBER


@cases(CLEANED)
def test_an_import_cleans_a_number(officer, union, firm, typed):
    run, problems = of_import(officer, union, c7=typed)
    assert problems == []
    applied(run, officer)
    assert IdentityDocument.objects.get().number == NUMBER


@cases(REFUSED)
def test_the_page_refuses_a_number_and_stores_nothing(post, typed):
    number, field, remedy = typed
    message = text(post(number=number), field)
    assert remedy in message
    assert number not in message
    if field == "number":
        assert f"（所填：{mask_number(number)}）" in message
    assert stored() == [0, 0, 0, 0]


@cases(REFUSED)
def test_an_import_refuses_a_number_and_shows_it_masked(officer, union, firm, typed):
    number, field, remedy = typed
    run, problems = of_import(officer, union, c7=number)
    found = [line for line in problems if line[0] == FIELDS[field]]
    assert len(found) == 1
    _, value, message = found[0]
    assert remedy in message
    assert number not in message + value
    if field == "number":
        assert value == mask_number(clean_number(number))
    assert (run.new, run.failed, stored()) == (0, 1, [0, 0, 0, 0])


@cases(PHONES_CLEANED)
def test_the_page_cleans_a_phone(post, typed):
    assert post(phone=typed) == {}
    assert Worker.objects.get().phone == PHONE


@cases(PHONES_CLEANED)
def test_an_import_cleans_a_phone(officer, union, firm, typed):
    run, problems = of_import(officer, union, c10=typed)
    assert problems == []
    applied(run, officer)
    assert Worker.objects.get().phone == PHONE


@cases(PHONES_REFUSED)
def test_page_and_import_refuse_a_phone(post, officer, union, firm, typed):
    phone, part = typed
    message = text(post(phone=phone), "phone")
    assert part in message
    assert f"（所填：{mask_phone(phone)}）" in message
    run, problems = of_import(officer, union, c10=phone)
    assert [(column, part in message) for column, value, message in problems] == [("移动电话", True)]
    assert "*" in phone or phone not in problems[0][1]
    assert (run.failed, stored()) == (1, [0, 0, 0, 0])


def test_a_letter_is_offered_as_a_digit_and_never_taken(post):
    errors = post(number="33O38219880808001X")
    assert errors["number"][0].suggestion == NUMBER
    assert stored() == [0, 0, 0, 0]


@pytest.mark.parametrize("cell", [330382198808080011, 3.30382198808080e17])
def test_a_numeric_cell_has_lost_its_end(officer, union, firm, cell):
    _, problems = of_import(officer, union, c7=cell)
    assert [column for column, value, message in problems] == ["证件号码"]
    assert "请把该列设为“文本”格式" in problems[0][2]


def judged(doc_type, value):
    """The check of a number, or the refusal it meets; anything else is a fault of ours."""
    try:
        return check_document(doc_type, value, on=TODAY), None
    except TextError as refused:
        return None, refused


@given(
    st.sampled_from(["", "999", *sorted(DOCUMENT_TYPES)]), ANYTHING | st.integers() | st.floats() | st.none()
)
def test_any_document_number_validates_or_gives_a_message(doc_type, value):
    check, refused = judged(doc_type, value)
    if check:
        assert judged(doc_type, check.number) == (check, None)
    else:
        assert refused.messages[0].endswith("。")
        assert refused.remedy != ""
        assert refused.remedy in refused.messages[0]


@given(st.text(max_size=40))
def test_a_mask_never_shows_more_than_three_and_two(text):
    masked = mask_number(text)
    assert len(masked) == len(text)
    shown = [place for place, (was, now) in enumerate(zip(text, masked, strict=True)) if now == was != "*"]
    assert all(place < 3 or place >= len(text) - 2 for place in shown)
