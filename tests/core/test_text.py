"""Names, numbers, phones, counts and plain text: cleaned once, the same for every form and import."""

import copy
import datetime
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st

from core.text import (
    TextError,
    clean_lines,
    clean_name,
    clean_number,
    clean_phone,
    clean_text,
    mask_name,
    mask_number,
    mask_phone,
    match_key,
    parse_yes_no,
    spreadsheet_safe,
    suggest_number,
)

NUMERIC_REMEDY = "请把该列设为“文本”格式，再按证件原件重新填写（只改格式不能恢复已丢失的数字）。"
LOST = (
    "文字中有本机自造字或无法识别的字符，换一台电脑就显示不出来。"
    "请改用标准汉字重新输入，生僻字可从国家标准字库输入法中选取。"
)


def cleaned(cleaner, value):
    """Return what the cleaner makes of the value, None when it refuses."""
    try:
        return cleaner(value)
    except TextError:
        return None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("南岳镇", "南岳镇"),
        ("  南岳\u3000 镇\r\n总工会 ", "南岳 镇 总工会"),
        ("\ufeff乐\u200b清\u202e市\u2066", "乐清市"),
        ("a\x0bb\x00c", "a bc"),
        ("e\u0301", "\u00e9"),
        ("\u3164空\u00ad白\U000e0041", "空白"),
        ("辻\ufe00\U000e0100", "辻"),
        ("a" + "\u0335" * 50, "a" + "\u0335" * 3),
        ("\uf0b7 要点", "要点"),
        ("\ue81e", "\u9fb4"),
        (b"\xfe\x51".decode("gb18030"), "\U00020087"),
        ("\ue5e5南岳", "南岳"),
        ("'=1+1", "=1+1"),
        ("'名", "'名"),
        (12.0, "12"),
        (12.5, "12.5"),
        (7, "7"),
        (True, "是"),
        (float("nan"), ""),
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime.fromisoformat("2026-01-02T00:00:00"), "2026-01-02"),
        (datetime.datetime.fromisoformat("2026-01-02T08:30:00"), "2026-01-02 08:30:00"),
    ],
)
def test_text_becomes_one_plain_line(value, expected):
    assert clean_text(value) == expected


@pytest.mark.parametrize("character", ["\ue123", "\ufffd", "\U000f0001", "\U00100001"])
def test_a_character_lost_on_the_way_is_refused(character):
    with pytest.raises(TextError) as refused:
        clean_text(f"王{character}")
    assert (str(refused.value), refused.value.code) == (LOST, "lost_character")


@pytest.mark.parametrize(
    "cleaner", [clean_text, clean_lines, clean_name, clean_number, clean_phone, match_key]
)
def test_half_a_character_is_refused(cleaner):
    with pytest.raises(TextError) as refused:
        cleaner("王\ud840")
    assert str(refused.value) == "文字中有半个字符，文件在保存时已损坏。请在原文件中重新输入该单元格。"


@given(st.text())
@example("' =1")
@example("'\u200b'=1")
@example("\u0344" * 9)
@example("\u1100\u0323\u0323\u0323\u0323\u1161")
def test_clean_text_holds_nothing_unseen_and_changes_nothing_twice(text):
    once = cleaned(clean_text, text)
    if once is None:
        return
    assert clean_text(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert unicodedata.is_normalized("NFC", once)
    assert {unicodedata.category(character) for character in once} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Zl",
        "Zp",
    } == set()


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from(" \n\r\t\u2028\x0b")))
def test_clean_lines_changes_nothing_twice(text):
    once = cleaned(clean_lines, text)
    assert once is None or clean_lines(once) == once


def test_clean_lines_keeps_paragraphs():
    assert clean_lines(" 一、\u3000起因 \r\n\r\n\r\n 二、经过\x00\u2028三 ") == "一、 起因\n\n二、经过\n三"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("张三", "张三"),
        (" 张\u3000 三 ", "张三"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉‧买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 . 买买提", "阿卜杜拉·买买提"),
        ("·阿卜杜拉· ·买买提·", "阿卜杜拉·买买提"),
        ("𠮷田", "𠮷田"),
        ("\U00031350一", "\U00031350一"),
        ("王㛃", "王㛃"),
        ("张\u202e三\u200d", "张三"),
        ("\u2f00明", "一明"),
        ("\uf900", "\u8c48"),
        ("〇明", "〇明"),
        ("Ｊｏｈｎ   Smith", "John Smith"),
        ("O’Neil", "O'Neil"),
        ("J. R. Müller-Lüdenscheidt", "J. R. Müller-Lüdenscheidt"),
        ("李Tom 森", "李Tom 森"),
        ("", ""),
        (None, ""),
    ],
)
def test_names_are_kept_as_on_the_card(value, expected):
    assert clean_name(value) == expected


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ("张三2", "digit", "姓名中含有数字“2”。请只填写证件上的姓名，序号和备注不要写在姓名里。"),
        ("张三②", "digit", "姓名中含有数字“②”。请只填写证件上的姓名，序号和备注不要写在姓名里。"),
        ("张三（女）", "illegal", "姓名中含有“(”。请只填写证件上的姓名，括号和备注不要写在姓名里。"),
        ("张😀", "illegal", "姓名中含有“😀”。请只填写证件上的姓名，括号和备注不要写在姓名里。"),
        ("张*", "masked", "姓名中含有“*”，像是被遮盖或无法显示的字。请按证件填写完整姓名。"),
        ("王？", "masked", "姓名中含有“?”，像是被遮盖或无法显示的字。请按证件填写完整姓名。"),
        ("⿰王乐", "described", "姓名中用部件拼写了生僻字。请用生僻字输入法输入该字本身。"),
        ("- .", "no_letters", "姓名中没有文字。请填写证件上的姓名。"),
        ("王" * 51, "too_long", "姓名最多 50 个字，现有 51 个字。请只填写证件上的姓名。"),
        ("王\ue123", "lost_character", LOST),
    ],
)
def test_what_is_not_a_name_is_refused(value, code, message):
    with pytest.raises(TextError) as refused:
        clean_name(value)
    assert (refused.value.code, str(refused.value)) == (code, message)


NAME_TEXT = st.text(
    alphabet=st.sampled_from("张三李𠮷㛃〇ＡaZé\u0301·•．. '’-\u200b\u3000\u2f00\uff0e"), max_size=60
)


@given(NAME_TEXT | st.text())
@example("Ａ\u0301")
@example("张.\u200b 三")
def test_clean_name_changes_nothing_twice(text):
    once = cleaned(clean_name, text)
    assert once is None or (clean_name(once) == once and len(once) <= 50)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("330382199001010015", "330382199001010015"),
        ("'330382 19900101 0015", "330382199001010015"),
        ("’330382199001010015", "330382199001010015"),
        ("\ufeff３３０３８２１９８８０８０８００１Ｘ\t", "33038219880808001X"),
        ("33038219880808001x", "33038219880808001X"),
        ("33038219880808001×", "33038219880808001X"),
        ("33038219880808001Ⅹ", "33038219880808001X"),
        ("33038219880808001Х", "33038219880808001X"),
        ("330\u2009382\u3000199001010015", "330382199001010015"),
        ("13800138000.0", "13800138000"),
        ("x12", "x12"),
        ("1.20", "1.20"),
        ("O1l", "O1l"),
        (13800138000.0, "13800138000"),
        (Decimal(12), "12"),
        (None, ""),
    ],
)
def test_numbers_lose_their_clothes_only(value, expected):
    assert clean_number(value) == expected


@pytest.mark.parametrize("value", [330382199001010015, 3.30382199001010e17, Decimal("330382199001010015")])
def test_a_long_number_in_a_numeric_cell_is_refused(value):
    with pytest.raises(TextError) as refused:
        clean_number(value)
    assert str(refused.value) == f"号码被当作数字存放，第 15 位以后的数字已经丢失。{NUMERIC_REMEDY}"
    assert refused.value.remedy == NUMERIC_REMEDY


@given(st.text() | st.text(alphabet="0123456789.xX×Ⅹ'’ O\u200b０"))
@example("１．０")
@example("''1.0.0")
def test_clean_number_changes_nothing_twice(text):
    once = cleaned(clean_number, text)
    assert once is None or clean_number(once) == once


def test_lookalike_letters_are_only_suggested():
    assert suggest_number("33O382l99001O1001I") == "330382199001010011"
    assert suggest_number("330382199001010011") == ""


@pytest.mark.parametrize(
    "value",
    [
        "13800138000",
        "+86 138-0013-8000",
        "0086 138 0013 8000",
        "8613800138000",
        "（+86）13800138000",
        "１３８００１３８０００",
        "138–0013–8000",
        "'13800138000",
        13800138000,
        13800138000.0,
    ],
)
def test_phones_are_read_in_their_usual_dress(value):
    assert clean_phone(value) == "13800138000"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1380013800", "手机号码应为 11 位，现为 10 位。请核对是否少填或多填。"),
        ("138001380001", "手机号码应为 11 位，现为 12 位。请核对是否少填或多填。"),
        ("12345678901", "手机号码不会以 12 开头（应为 13 至 19）。请核对后重新填写。"),
        ("23800138000", "手机号码不会以 23 开头（应为 13 至 19）。请核对后重新填写。"),
        ("0577-12345678", "这像是固定电话。请填写 11 位手机号码。"),
        ("1380013800O", "手机号码中含有“O”，只能是数字。请填写 11 位手机号码。"),
        ("138****8000", "手机号码中有被遮盖的数字。请填写 11 位手机号码。"),
        ("13800138000/13900139000", "一格里填了几个号码。请只保留一个 11 位手机号码。"),
        ("1.38E+10", f"手机号码被表格软件改成了科学计数。{NUMERIC_REMEDY}"),
    ],
)
def test_a_bad_phone_is_told_what_is_wrong(value, message):
    with pytest.raises(TextError) as refused:
        clean_phone(value)
    assert str(refused.value) == message


def test_a_letter_in_a_phone_comes_with_a_suggestion():
    with pytest.raises(TextError) as refused:
        clean_phone("l380013800O")
    assert refused.value.suggestion == "13800138000"


@given(st.text(alphabet="0123456789+-() OＯ０８６１３", max_size=20))
def test_clean_phone_changes_nothing_twice(text):
    once = cleaned(clean_phone, text)
    assert once is None or once == "" or (len(once) == 11 and clean_phone(once) == once)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(yes, True) for yes in ["是", " Ｙ ", "√", 1.0, True]],
        *[(no, False) for no in ["否", "×", "no", 0, False]],
        *[(nothing, None) for nothing in ["", None]],
    ],
)
def test_yes_and_no_are_read(value, expected):
    assert parse_yes_no(value) is expected


def test_maybe_is_refused():
    with pytest.raises(TextError) as refused:
        parse_yes_no("不清楚")
    assert str(refused.value) == "“不清楚”不是“是”或“否”。请填写“是”或“否”。"


@pytest.mark.parametrize("start", list("=+-@\t\r\n＝＋－＠"))
def test_no_cell_starts_a_formula(start):
    assert spreadsheet_safe(f"{start}1") == f"'{start}1"
    assert spreadsheet_safe(f" {start}1") == f"' {start}1"
    assert spreadsheet_safe(f"a{start}1") == f"a{start}1"


@given(st.text())
def test_exported_text_is_safe_and_reads_back(text):
    safe = spreadsheet_safe(text)
    assert spreadsheet_safe(safe) == safe
    assert safe.lstrip()[:1] not in set("=+-@＝＋－＠")
    safe.encode("utf-8")
    original = cleaned(clean_text, text)
    if original is not None:
        assert clean_text(spreadsheet_safe(original)) == original


def test_exported_text_fits_a_cell():
    assert len(spreadsheet_safe("=" + "长" * 40_000)) == 32_767
    assert spreadsheet_safe("a\x00\ud840b") == "ab"


def test_masks_show_less_than_the_whole():
    assert mask_number("330382199001010015") == "330*************15"
    assert mask_number("H12345678") == "*******78"
    assert mask_number("1234") == "****"
    assert mask_phone("13800138000") == "138****8000"
    assert mask_phone("12345678") == "******78"
    assert mask_name("张三丰") == "张**"
    assert mask_name("阿卜·买买") == "阿*·**"
    assert mask_name("张") == "张"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("待（下）岗", "待(下)岗"),
        ("农、林、牧、渔业", "农林牧渔业"),
        ("ＵＳＢ 线", "usb线"),
        ("住宿，餐饮业", "住宿,餐饮业"),
    ],
)
def test_spellings_of_one_value_share_a_key(one, other):
    assert match_key(one) == match_key(other)


def test_a_refusal_survives_the_way_out_of_the_reader_child():
    error = copy.deepcopy(TextError("原因。办法。", "code", remedy="办法。", suggestion="1"))
    assert (str(error), error.code, error.remedy, error.suggestion, error.messages) == (
        "原因。办法。",
        "code",
        "办法。",
        "1",
        ["原因。办法。"],
    )
