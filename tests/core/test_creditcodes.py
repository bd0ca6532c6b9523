"""Unified social credit codes, those of unions included, and the two numbers they replaced."""

import pytest
from hypothesis import assume, given, strategies as st
from stdnum.cn import uscc

from core.creditcodes import (
    CreditCode,
    CreditCodeError,
    check_credit_code,
    check_legacy_code,
    credit_check_character,
    is_union_code,
    organisation_check_character,
)
from core.text import TextError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BY_DIGIT = "请对照营业执照或法人资格证书逐位核对。"


@st.composite
def credit_codes(draw):
    """Valid codes of employers and unions registered in one town."""
    organisation = draw(st.text(alphabet=ALPHABET, min_size=8, max_size=8))
    body = draw(st.sampled_from(["91330382", "92330382", "12330382", "81330382", "89330382"])) + organisation
    body += organisation_check_character(organisation)
    return body + credit_check_character(body)


@pytest.mark.parametrize(
    ("value", "kind", "kind_name", "is_union"),
    [
        ("91330382MA0000AA2Q", "91", "企业", False),
        ("91330382MA2H12349Y", "91", "企业", False),
        ("81330382MJ2M00011P", "81", "基层工会", True),
        ("81330382000000019A", "81", "基层工会", True),
        ("91330382MA00000150", "91", "企业", False),
    ],
)
def test_codes_of_employers_and_unions_are_read(value, kind, kind_name, is_union):
    code = check_credit_code(value)
    assert code == CreditCode(value, value[0], kind, "330382", value[8:17])
    assert (code.kind_name, code.is_union, is_union_code(value)) == (kind_name, is_union, is_union)


@pytest.mark.parametrize(
    "value",
    [
        "91330382ma0000aa2q",
        "'91330382 MA0000AA2Q",
        "９１３３０３８２ＭＡ００００ＡＡ２Ｑ",
        "\ufeff91330382MA0000AA2Q\t",
    ],
)
def test_dress_is_taken_off(value):
    assert check_credit_code(value).text == "91330382MA0000AA2Q"


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ("", "blank", "没有填写统一社会信用代码。请填写 18 位代码。"),
        (None, "blank", "没有填写统一社会信用代码。请填写 18 位代码。"),
        (
            "330382000012345",
            "legacy_registration",
            "这是 15 位的旧工商注册号，不是统一社会信用代码。请填入“旧登记号”一栏，本栏填写 18 位代码。",
        ),
        (
            "MA0000AA-2",
            "legacy_organisation",
            "这是 9 位的旧组织机构代码，不是统一社会信用代码。请填入“旧登记号”一栏，本栏填写 18 位代码。",
        ),
        ("9133038", "length", "统一社会信用代码应为 18 位，现为 7 位。请核对是否漏填或多填。"),
        (
            "91330382MAOOOOAA2Q",
            "characters",
            "第 11 位是“O”，统一社会信用代码只用数字和 I、O、S、V、Z 以外的大写字母。" + BY_DIGIT,
        ),
        ("B1330382MA0000AA2Q", "authority", f"第 1 位“B”不是登记管理部门的代码。{BY_DIGIT}"),
        ("9133038AMA0000AA2Q", "area", f"第 3 至 8 位应为 6 位数字的行政区划码。{BY_DIGIT}"),
        ("82330382000000019A", "kind", f"工会的统一社会信用代码以 81 或 89 开头。{BY_DIGIT}"),
        ("91330382MA0000AA2R", "check_digit", f"统一社会信用代码的校验码不符，至少有一位填错。{BY_DIGIT}"),
        ("9.13303E+17", "rounded", "代码被表格软件改成了科学计数。请把该列设为“文本”格式后重新填写。"),
        (
            913303820000000000,
            "numeric_cell",
            "代码被当作数字存放，部分数字可能已经丢失。"
            "请把该列设为“文本”格式，再按证件原件重新填写（只改格式不能恢复已丢失的数字）。",
        ),
    ],
)
def test_a_bad_code_is_told_what_is_wrong(value, code, message):
    with pytest.raises(TextError) as refused:
        check_credit_code(value)
    assert (refused.value.code, str(refused.value)) == (code, message)
    assert is_union_code(value) is False


def test_a_misread_letter_comes_with_a_suggestion():
    with pytest.raises(CreditCodeError) as refused:
        check_credit_code("91330382MAOOOOAA2Q")
    assert refused.value.suggestion == "91330382MA0000AA2Q"


def test_an_organisation_part_must_fit_too():
    body = "91330382MA0000AA3"
    with pytest.raises(CreditCodeError) as refused:
        check_credit_code(body + credit_check_character(body))
    assert refused.value.code == "check_digit"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("MA0000AA-2", "MA0000AA2"), ("ma0000aa2", "MA0000AA2"), ("330382000012345", "330382000012345")],
)
def test_predecessors_go_into_the_legacy_field(value, expected):
    assert check_legacy_code(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("MA0000AA-3", "组织机构代码的校验码不符，至少有一位填错。请对照原证件逐位核对。"),
        ("12345", "旧登记号应为 15 或 13 位注册号，或 9 位组织机构代码。请核对；没有的可以不填。"),
    ],
)
def test_a_bad_predecessor_is_refused(value, message):
    with pytest.raises(CreditCodeError) as refused:
        check_legacy_code(value)
    assert str(refused.value) == message


@given(credit_codes())
def test_the_oracle_accepts_every_code_we_accept(code):
    assert check_credit_code(code).text == uscc.validate(code)


@given(credit_codes(), st.integers(min_value=0, max_value=17), st.sampled_from(ALPHABET))
def test_every_single_changed_character_is_refused(code, place, character):
    assume(character != code[place])
    with pytest.raises(CreditCodeError):
        check_credit_code(code[:place] + character + code[place + 1 :])


@given(st.from_regex(r"\A[1-9][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}\Z"))
def test_what_the_oracle_refuses_we_refuse(code):
    """The oracle knows no letter in the first place, so codes of farm bodies (N) stay out of this."""
    assume(not uscc.is_valid(code))
    with pytest.raises(CreditCodeError):
        check_credit_code(code)
