"""Identity documents: checked by their own rules, never mended, and told apart."""

import datetime
import string

import pytest
from hypothesis import assume, given, strategies as st
from stdnum.cn import ric

from core.idnumbers import (
    DOCUMENT_TYPES,
    DocumentCheck,
    DocumentError,
    age_on,
    birth_from,
    check_age,
    check_character,
    check_document,
    compare_declared,
    identity_key,
    refuse_numeric_cell,
    sex_from,
)
from core.text import TextError

TODAY = datetime.date(2026, 11, 23)
NEW_YEAR = datetime.date(1990, 1, 1)
TEXT_COLUMN = "请把该列设为“文本”格式，再按证件原件重新填写（只改格式不能恢复已丢失的数字）。"
BY_DIGIT = "请对照证件原件逐位核对。"
ADULT_BIRTHS = st.dates(min_value=datetime.date(1956, 11, 24), max_value=datetime.date(2008, 11, 23))


@st.composite
def citizen_numbers(draw, births=ADULT_BIRTHS, area="330382"):
    """Well-formed numbers of adults whose sequence is not 000."""
    body = f"{area}{draw(births):%Y%m%d}{draw(st.integers(min_value=1, max_value=999)):03d}"
    return body + check_character(body)


def refused(doc_type, number, *, on=TODAY):
    """Return the error a number meets."""
    with pytest.raises(TextError) as caught:
        check_document(doc_type, number, on=on)
    return caught.value


@pytest.mark.parametrize(
    ("doc_type", "number", "expected"),
    [
        ("111", "330382199001010015", DocumentCheck("330382199001010015", NEW_YEAR, "1")),
        ("111", "330382199912311230", DocumentCheck("330382199912311230", datetime.date(1999, 12, 31), "1")),
        ("111", "33038219880808001X", DocumentCheck("33038219880808001X", datetime.date(1988, 8, 8), "1")),
        ("111", "330323197208153620", DocumentCheck("330323197208153620", datetime.date(1972, 8, 15), "2")),
        ("111", "440308199901101512", DocumentCheck("440308199901101512", datetime.date(1999, 1, 10), "1")),
        (
            "111",
            "'１１０１０２ 19840406 970x",
            DocumentCheck("11010219840406970X", datetime.date(1984, 4, 6), "2"),
        ),
        ("112", "330382199001010015", DocumentCheck("330382199001010015", NEW_YEAR, "1")),
        ("113", "330382199001010015", DocumentCheck("330382199001010015", NEW_YEAR, "1")),
        ("113", "300123456", DocumentCheck("300123456", None, None)),
        ("114", "军字第1234567号", DocumentCheck("军字第1234567号", None, None)),
        ("414", "e12345678", DocumentCheck("E12345678", None, None)),
        ("414", "X1234", DocumentCheck("X1234", None, None)),
        ("420", "K12345678", DocumentCheck("K12345678", None, None)),
        ("421", "MA1234567", DocumentCheck("MA1234567", None, None)),
        ("511", "01234567", DocumentCheck("01234567", None, None)),
        ("516", "h 1234 5678", DocumentCheck("H12345678", None, None)),
        ("516", "M1234567890", DocumentCheck("M1234567890", None, None)),
        ("550", "810000199408230021", DocumentCheck("810000199408230021", datetime.date(1994, 8, 23), "2")),
        ("550", "830000199201300022", DocumentCheck("830000199201300022", datetime.date(1992, 1, 30), "2")),
        ("553", "932682198501010017", DocumentCheck("932682198501010017", datetime.date(1985, 1, 1), None)),
        ("553", "usa330185010112", DocumentCheck("USA330185010112", None, None)),
        ("990", "港务 a-12", DocumentCheck("港务A-12", None, None)),
    ],
)
def test_good_numbers_are_normalised_and_read(doc_type, number, expected):
    assert check_document(doc_type, number, on=TODAY) == expected


@pytest.mark.parametrize(
    ("doc_type", "number", "code", "message"),
    [
        ("111", "", "blank", "没有填写证件号码。请填写居民身份证的号码。"),
        ("111", None, "blank", "没有填写证件号码。请填写居民身份证的号码。"),
        ("999", "1", "unknown_type", "没有代码为“999”的证件类别。请从列表中选择证件类别。"),
        ("", "1", "unknown_type", "没有填写证件类别。请从列表中选择证件类别。"),
        ("111", "330382********0015", "masked", "证件号码中有被遮盖的数字。请按证件原件填写完整号码。"),
        (
            "111",
            "33038219900101001",
            "length",
            "身份证号码应为 18 位，现为 17 位。请核对是否漏填或多填；如是其他证件，请改选证件类别。",
        ),
        (
            "111",
            "330323850312452",
            "fifteen_digits",
            "身份证号码只有 15 位，是已停用的第一代号码。"
            "请按现用证件填写 18 位号码（出生年份前加 19，末尾加校验码，换算结果须与证件核对）。",
        ),
        (
            "111",
            "3303821990O1010015",
            "characters",
            "身份证号码第 11 位是“O”，前 17 位只能是数字，末位是数字或 X。"
            "请核对是否把数字 0、1 写成了字母 O、l、I。",
        ),
        ("111", "330382199002300011", "birth_date", f"号码第 7 至 14 位不是真实的出生日期。{BY_DIGIT}"),
        ("111", "330382189901010014", "birth_date", f"号码第 7 至 14 位不是真实的出生日期。{BY_DIGIT}"),
        ("111", "330382199001010016", "check_digit", f"号码的校验码不符，至少有一位填错。{BY_DIGIT}"),
        ("111", "100000199001010015", "prefix", f"身份证号码前两位“10”不是省级行政区的代码。{BY_DIGIT}"),
        (
            "111",
            "330382199001010000",
            "rounded",
            f"号码末三位是 000，是被表格软件舍入的结果，后几位已经丢失。{TEXT_COLUMN}",
        ),
        (
            "111",
            "3.30382E+17",
            "rounded",
            f"证件号码被表格软件改成了科学计数，末尾数字已经丢失。{TEXT_COLUMN}",
        ),
        (
            "111",
            "810000199408230021",
            "wrong_type",
            "这像是港澳台居民居住证的号码，与证件类别不符。请把证件类别改为“港澳台居民居住证”或核对号码。",
        ),
        (
            "111",
            "830000199201300022",
            "wrong_type",
            "这像是港澳台居民居住证的号码，与证件类别不符。请把证件类别改为“港澳台居民居住证”或核对号码。",
        ),
        (
            "111",
            "932682198501010017",
            "wrong_type",
            "这像是外国人永久居留身份证的号码，与证件类别不符。"
            "请把证件类别改为“外国人永久居留身份证”或核对号码。",
        ),
        (
            "516",
            "330382199001010015",
            "wrong_type",
            "这像是居民身份证的号码，与证件类别不符。请把证件类别改为“居民身份证”或核对号码。",
        ),
        (
            "550",
            "H12345678",
            "wrong_type",
            "这像是港澳居民来往内地通行证的号码，与证件类别不符。"
            "请把证件类别改为“港澳居民来往内地通行证”或核对号码。",
        ),
        (
            "550",
            "710000199201300029",
            "prefix",
            "居住证号码的前 6 位应为 810000（香港）、820000（澳门）或 830000（台湾）。请核对号码和证件类别。",
        ),
        (
            "553",
            "832682198501010017",
            "format",
            "永久居留身份证号码应为以 9 开头的 18 位（2023 版）或 3 个字母加 12 位数字（2017 版）。"
            f"{BY_DIGIT}",
        ),
        (
            "414",
            "1234",
            "format",
            "普通护照的号码应为 5 至 9 位字母和数字，与所填不符。请核对号码和证件类别。",
        ),
        (
            "511",
            "0123456701",
            "format",
            "台湾居民来往大陆通行证的号码应为 8 位数字，不含换证次数，与所填不符。请核对号码和证件类别。",
        ),
        (
            "516",
            "A12345678",
            "format",
            "港澳居民来往内地通行证的号码应为 H 或 M 加 8 位数字（旧证 10 位），与所填不符。请核对号码和证件类别。",
        ),
        (
            "117",
            "M330123456",
            "children_only",
            "出生医学证明只用于帮扶档案中的子女，不能用来登记职工。请选择职工本人的证件类别，例如居民身份证。",
        ),
        (
            "990",
            "330382199001010015",
            "wrong_type",
            "这像是居民身份证的号码，与证件类别不符。请把证件类别改为“居民身份证”或核对号码。",
        ),
        (
            "990",
            "33038219900101 0000",
            "rounded",
            f"号码末三位是 000，是被表格软件舍入的结果，后几位已经丢失。{TEXT_COLUMN}",
        ),
        ("990", "1" * 31, "length", f"其他证件的号码应为 2 至 30 位，现为 31 位。{BY_DIGIT}"),
    ],
)
def test_a_bad_number_is_told_what_is_wrong_and_what_to_do(doc_type, number, code, message):
    error = refused(doc_type, number)
    assert (error.code, str(error)) == (code, message)
    assert message.endswith(error.remedy)
    assert error.remedy != ""


def test_repairs_are_suggested_and_never_made():
    assert refused("111", "330323850312452").suggestion == "330323198503124528"
    assert refused("111", "3303821990O101001S").suggestion == ""
    assert refused("111", "33O382199OO1O1OO15").suggestion == "330382199001010015"


@pytest.mark.parametrize("cell", [330382199001010015, 3.3038219900101e17, 1234567, 0, True])
def test_a_numeric_cell_is_refused_by_its_type(cell):
    error = refused("511", cell)
    assert str(error) == f"证件号码被当作数字存放，部分数字可能已经丢失。{TEXT_COLUMN}"
    with pytest.raises(DocumentError):
        refuse_numeric_cell(cell)


def test_a_rounded_number_with_a_fitting_check_digit_is_still_refused():
    assert check_character("33038219900301000") == "0"
    assert refused("111", "330382199003010000").code == "rounded"


def test_a_true_number_ending_in_zeros_is_taken_with_a_warning():
    number = next(
        body + "0" for day in range(1, 29) if check_character(body := f"330382199003{day:02d}100") == "0"
    )
    check = check_document("111", number, on=TODAY)
    assert check.warnings == ("号码末三位是 000，可能被表格软件舍入过，请对照证件原件。",)


def born(birth):
    body = f"330382{birth:%Y%m%d}001"
    return body + check_character(body)


def test_age_decides_at_the_birthday():
    sixteen = datetime.date(2010, 11, 23)
    assert refused("111", born(sixteen + datetime.timedelta(days=1))).message == (
        "年龄只有 15 周岁，用人单位不得招用未满 16 周岁的人（劳动法第十五条）。"
        "请先核对出生日期；如属实，请不要录入并报告镇总工会。"
    )
    assert check_document("111", born(sixteen), on=TODAY).warnings == (
        "年龄 16 周岁，属于未成年工，受特殊保护（劳动法第五十八条），请核对。",
    )
    assert check_document("111", born(datetime.date(2008, 11, 24)), on=TODAY).warnings != ()
    assert check_document("111", born(datetime.date(2008, 11, 23)), on=TODAY).warnings == ()
    assert check_document("111", born(datetime.date(1955, 11, 24)), on=TODAY).warnings == ()
    assert check_document("111", born(datetime.date(1955, 11, 23)), on=TODAY).warnings == (
        "年龄 71 周岁，超过 70 周岁，请核对出生日期和就业状况。",
    )


def test_a_birth_in_the_future_is_refused():
    assert str(refused("111", born(datetime.date(2026, 11, 24)))) == f"出生日期在今天之后。{BY_DIGIT}"


def test_children_are_allowed_where_the_caller_says_so():
    child = born(datetime.date(2020, 1, 1))
    assert check_document("113", child, on=TODAY, lowest_age=0).warnings == ()
    assert check_document("117", "m330123456", on=TODAY, lowest_age=0).number == "M330123456"


def test_a_citizen_number_is_one_person_on_every_paper():
    number = "330382199001010015"
    assert {identity_key(paper, number) for paper in ("111", "112", "113")} == {f"111:{number}"}
    assert identity_key("113", "300123456") == "113:300123456"
    assert identity_key("550", "810000199408230021") == "550:810000199408230021"


def test_leap_day_birthdays_come_on_the_first_of_march():
    assert age_on(datetime.date(2008, 2, 29), datetime.date(2026, 2, 28)) == 17
    assert age_on(datetime.date(2008, 2, 29), datetime.date(2026, 3, 1)) == 18
    assert check_age(datetime.date(2008, 2, 29), on=datetime.date(2026, 3, 1)) == ()


@pytest.mark.parametrize(
    ("doc_type", "number", "birth", "sex"),
    [
        ("111", "330382199001010015", NEW_YEAR, "1"),
        ("550", "810000199408230021", datetime.date(1994, 8, 23), "2"),
        ("553", "932682198501010017", datetime.date(1985, 1, 1), None),
        ("553", "USA330185010112", None, None),
        ("111", "330382199002300011", None, "1"),
        ("990", "330382199001010015", None, None),
        ("511", "12345678", None, None),
    ],
)
def test_what_a_number_tells(doc_type, number, birth, sex):
    assert (birth_from(doc_type, number), sex_from(doc_type, number)) == (birth, sex)


def test_declared_fields_are_held_against_the_number():
    check = check_document("111", "330382199001010015", on=TODAY)
    found = compare_declared(check, birth_date=datetime.date(1990, 1, 2), sex="2")
    assert [(one.field, one.message) for one in found] == [
        (
            "birth_date",
            "出生日期填写的是 1990-01-02，证件号码中是 1990-01-01。请对照证件原件，改正填错的一项。",
        ),
        ("sex", "性别填写的是 女，证件号码中是 男。请对照证件原件，改正填错的一项。"),
    ]
    assert compare_declared(check, birth_date=NEW_YEAR, sex="1") == []
    assert compare_declared(check, birth_date=None, sex="9") == []
    passport = check_document("414", "E12345678", on=TODAY)
    assert compare_declared(passport, birth_date=NEW_YEAR, sex="2") == []


@given(citizen_numbers(), st.integers(min_value=0, max_value=17), st.sampled_from(string.digits + "X"))
def test_every_single_changed_character_is_refused(number, place, character):
    assume(character != number[place])
    with pytest.raises(DocumentError):
        check_document("111", number[:place] + character + number[place + 1 :], on=TODAY)


@given(citizen_numbers(), st.integers(min_value=0, max_value=16))
def test_every_swap_of_neighbours_is_refused(number, place):
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    with pytest.raises(DocumentError):
        check_document("111", swapped, on=TODAY)


@given(citizen_numbers(), st.sampled_from(["", "'", " ", "\ufeff"]), st.sampled_from(["", "\t", "\u3000"]))
def test_dress_does_not_change_a_number(number, before, after):
    dressed = before + number[:6] + " " + number[6:14] + "\u200b" + number[14:].lower() + after
    assert check_document("111", dressed, on=TODAY) == check_document("111", number, on=TODAY)


@given(citizen_numbers(area="110101") | st.from_regex(r"\A110101(19|20)[0-9]{9}[0-9X]\Z"))
def test_the_oracle_agrees(number):
    assume(not number.endswith("000"))
    try:
        ours = check_document("111", number, on=datetime.date(2100, 1, 1), lowest_age=0).birth_date
    except DocumentError:
        assert not ric.is_valid(number)
    else:
        assert ric.get_birth_date(ric.validate(number)) == ours


@given(st.sampled_from(sorted(DOCUMENT_TYPES)), st.text(max_size=40) | citizen_numbers())
def test_an_accepted_number_is_accepted_again_unchanged(doc_type, number):
    try:
        check = check_document(doc_type, number, on=TODAY)
    except TextError:
        return
    assert check_document(doc_type, check.number, on=TODAY) == check
