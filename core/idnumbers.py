"""Identity documents: which numbers are well formed, and what they say about birth date and sex.

A person is ``document type + normalised number`` (domain facts 2.3 and 5). A number is checked, never mended:
repairs are offered in ``DocumentError.suggestion`` and stay the user's decision.
"""

import functools
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import mul
from typing import NamedTuple

from core.characters import TextError, clean_text, refusal
from core.text import NUMERIC_CELL_REMEDY, clean_number, suggest_number

CITIZEN, TEMPORARY, HOUSEHOLD_BOOK, OFFICER, BIRTH_CERTIFICATE = "111", "112", "113", "114", "117"
PASSPORT, HONG_KONG_PASSPORT, MACAO_PASSPORT = "414", "420", "421"
TAIWAN_PERMIT, HOME_RETURN_PERMIT, RESIDENCE_PERMIT, FOREIGNER_CARD, OTHER = "511", "516", "550", "553", "990"

DOCUMENT_TYPES = {
    CITIZEN: "居民身份证",
    TEMPORARY: "临时居民身份证",
    HOUSEHOLD_BOOK: "户口簿",
    OFFICER: "中国人民解放军军官证",
    BIRTH_CERTIFICATE: "出生医学证明",
    PASSPORT: "普通护照",
    HONG_KONG_PASSPORT: "香港特别行政区护照",
    MACAO_PASSPORT: "澳门特别行政区护照",
    TAIWAN_PERMIT: "台湾居民来往大陆通行证",
    HOME_RETURN_PERMIT: "港澳居民来往内地通行证",
    RESIDENCE_PERMIT: "港澳台居民居住证",
    FOREIGNER_CARD: "外国人永久居留身份证",
    OTHER: "其他证件",
}
SEX_NAMES = {"1": "男", "2": "女"}
# Papers that carry the holder's citizen number: whatever the paper, the number is one person's.
CITIZEN_PAPERS = (CITIZEN, TEMPORARY, HOUSEHOLD_BOOK)
PASSPORTS = (PASSPORT, HONG_KONG_PASSPORT, MACAO_PASSPORT)
TRAVEL_PERMITS = (TAIWAN_PERMIT, HOME_RETURN_PERMIT)

LOWEST_AGE = 16  # 劳动法第十五条
ADULT_AGE = 18  # 劳动法第五十八条: 16 and 17 are 未成年工
HIGH_AGE = 70  # worth a second look, see domain facts 3 and 5.1
OTHER_LENGTH = 30

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643 annex A
_WEIGHT_OF_ZEROS = ord("0") * sum(_WEIGHTS)
_EIGHTEEN = re.compile("[0-9]{17}[0-9X]")
_FIFTEEN = re.compile("[0-9]{15}")
_FOREIGNER_2017 = re.compile("[A-Z]{3}[0-9]{12}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_PERMIT_PREFIXES = ("810000", "820000", "830000")  # Taiwan is 83 here, 71 in GB/T 2260
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
_CHECK_REMEDY = "请对照证件原件逐位核对"

# Shapes of numbers without a check digit, and the sentence that says what is expected.
_SHAPES = {
    OFFICER: (re.compile("[A-Z\u4e00-\u9fff]{0,6}[0-9]{4,12}号?"), "应为“军字第1234567号”一类的编号"),
    BIRTH_CERTIFICATE: (re.compile("[A-Z][0-9]{8,10}"), "应为 1 个字母加 9 位数字"),
    PASSPORT: (re.compile("(?=.*[0-9])[A-Z0-9]{5,9}"), "应为 5 至 9 位字母和数字"),
    HONG_KONG_PASSPORT: (re.compile("[A-Z]{1,2}[0-9]{7,8}"), "应为 1 至 2 个字母加 7 至 8 位数字"),
    MACAO_PASSPORT: (re.compile("[A-Z]{1,2}[0-9]{7,8}"), "应为 1 至 2 个字母加 7 至 8 位数字"),
    TAIWAN_PERMIT: (re.compile("[0-9]{8}"), "应为 8 位数字，不含换证次数"),
    HOME_RETURN_PERMIT: (re.compile("[HM](?:[0-9]{8}|[0-9]{10})"), "应为 H 或 M 加 8 位数字（旧证 10 位）"),
    HOUSEHOLD_BOOK: (re.compile("(?=.*[0-9])[A-Z0-9]{6,20}"), "应为 18 位公民身份号码或 6 至 20 位户号"),
}


class DocumentError(TextError):
    """An identity document is refused; ``code`` is stable, ``remedy`` says what to do."""


class DocumentCheck(NamedTuple):
    """A well-formed document: the normalised number and what it tells. ``sex`` is "1" (男) or "2" (女)."""

    number: str
    birth_date: date | None
    sex: str | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A declared field contradicts the number; ``field`` is ``birth_date`` or ``sex``."""

    field: str
    message: str


def refuse_numeric_cell(value, *, name="证件号码"):
    """Raise DocumentError when the value is a number: a numeric cell keeps 15 digits and no leading zero,
    and what is lost may still pass the check digit, so the type decides."""
    if isinstance(value, int | float | Decimal):
        reason = f"{name}被当作数字存放，部分数字可能已经丢失"
        raise _refusal("numeric_cell", reason, NUMERIC_CELL_REMEDY)


def check_document(doc_type, number, *, on, lowest_age=LOWEST_AGE):
    """Return the DocumentCheck of a number as of the day ``on``.

    Raises DocumentError (or TextError for broken characters). Holders under ``lowest_age`` are refused, those
    of 16, 17 and over 70 get a warning; pass ``lowest_age=0`` for family members in welfare files, who alone
    may be known by a birth certificate.
    """
    refuse_numeric_cell(number)
    if doc_type == CITIZEN and type(number) is str and _EIGHTEEN.fullmatch(number):
        return _check_citizen(number, on, lowest_age)
    if doc_type not in DOCUMENT_TYPES:
        reason = f"没有代码为“{doc_type}”的证件类别" if doc_type else "没有填写证件类别"
        raise _refusal("unknown_type", reason, "请从列表中选择证件类别")
    if doc_type == BIRTH_CERTIFICATE and lowest_age:
        reason = "出生医学证明只用于帮扶档案中的子女，不能用来登记职工"
        raise _refusal("children_only", reason, "请选择职工本人的证件类别，例如居民身份证")
    number = clean_number(number)
    if not number:
        raise _refusal("blank", "没有填写证件号码", f"请填写{DOCUMENT_TYPES[doc_type]}的号码")
    if "*" in number:
        raise _refusal("masked", "证件号码中有被遮盖的数字", "请按证件原件填写完整号码")
    if _SCIENTIFIC.fullmatch(number):
        raise _refusal("rounded", "证件号码被表格软件改成了科学计数，末尾数字已经丢失", NUMERIC_CELL_REMEDY)
    if doc_type == OTHER:
        return _check_other(number)
    number = number.upper()
    if doc_type in (CITIZEN, TEMPORARY) or (doc_type == HOUSEHOLD_BOOK and len(number) == 18):
        return _check_citizen(number, on, lowest_age)
    if doc_type == RESIDENCE_PERMIT:
        return _check_residence_permit(number, on, lowest_age)
    if doc_type == FOREIGNER_CARD:
        return _check_foreigner_card(number, on, lowest_age)
    return _check_shape(doc_type, number)


def check_character(first_seventeen):
    """Return the 18th character for 17 ASCII digits (GB 11643, ISO 7064 MOD 11-2).

    Not python-stdnum's: its sum takes four times as long, which an import of a hundred thousand people feels,
    and its ``cn.ric`` refuses true numbers whose area code is younger than the holder (domain facts 5.1).
    """
    total = sum(map(mul, _WEIGHTS, first_seventeen.encode())) - _WEIGHT_OF_ZEROS
    return "10X98765432"[total % 11]


def identity_key(doc_type, number):
    """Return the text that stands for a person: type and normalised number (domain facts 2.3), where a citizen
    number counts as one on an identity card, a temporary card and a household register."""
    namespace = CITIZEN if doc_type in CITIZEN_PAPERS and len(number) == 18 else doc_type
    return f"{namespace}:{number}"


def check_age(birth_date, *, on, lowest_age=LOWEST_AGE):
    """Return the warnings an age deserves on the day ``on``.

    Raises DocumentError for a birth date in the future and for people under ``lowest_age``.
    """
    age = age_on(birth_date, on)
    if ADULT_AGE <= age <= HIGH_AGE:
        return ()
    if birth_date > on:
        raise _refusal("future_birth", "出生日期在今天之后", _CHECK_REMEDY)
    if age < lowest_age:
        reason = f"年龄只有 {age} 周岁，用人单位不得招用未满 {lowest_age} 周岁的人（劳动法第十五条）"
        raise _refusal("under_age", reason, "请先核对出生日期；如属实，请不要录入并报告镇总工会")
    if LOWEST_AGE <= age < ADULT_AGE:
        return (f"年龄 {age} 周岁，属于未成年工，受特殊保护（劳动法第五十八条），请核对。",)
    return (f"年龄 {age} 周岁，超过 {HIGH_AGE} 周岁，请核对出生日期和就业状况。",) if age > HIGH_AGE else ()


def age_on(birth_date, on):
    """Return the age in completed years on a day; it is negative for a birth in the future."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def birth_from(doc_type, number):
    """Return the birth date inside a well-formed number, or None where that kind of number has none."""
    if _carries_birth(doc_type, number):
        return _date_at_seven(number)
    return None


def sex_from(doc_type, number):
    """Return "1" (男) or "2" (女) from a number, or None; cards of foreigners are not read for it."""
    if doc_type != FOREIGNER_CARD and _carries_birth(doc_type, number):
        return "1" if number[16] in "13579" else "2"
    return None


def compare_declared(check, *, birth_date, sex):
    """Return a Disagreement for a declared birth date or sex ("1", "2") that the number contradicts.

    Empty values, and sex codes that mean unknown, contradict nothing.
    """
    found = []
    if birth_date and check.birth_date and birth_date != check.birth_date:
        found.append(_disagreement("birth_date", "出生日期", birth_date, check.birth_date))
    if sex in SEX_NAMES and check.sex and sex != check.sex:
        found.append(_disagreement("sex", "性别", SEX_NAMES[sex], SEX_NAMES[check.sex]))
    return found


def _disagreement(field, name, declared, derived):
    message = f"{name}填写的是 {declared}，证件号码中是 {derived}。请对照证件原件，改正填错的一项。"
    return Disagreement(field, message)


def _check_citizen(number, on, lowest_age):
    if not _EIGHTEEN.fullmatch(number):
        raise _not_a_citizen_number(number)
    if not _PROVINCE.match(number):
        raise _wrong_prefix(number)
    if number[:6] in _PERMIT_PREFIXES:
        raise _wrong_type(RESIDENCE_PERMIT)
    return _check_eighteen(number, on, lowest_age, sex="1" if number[16] in "13579" else "2")


def _check_residence_permit(number, on, lowest_age):
    if not _EIGHTEEN.fullmatch(number):
        if _SHAPES[HOME_RETURN_PERMIT][0].fullmatch(number):
            raise _wrong_type(HOME_RETURN_PERMIT)
        if _SHAPES[TAIWAN_PERMIT][0].fullmatch(number):
            raise _wrong_type(TAIWAN_PERMIT)
        raise _not_a_citizen_number(number, name="居住证号码")
    if number[:6] not in _PERMIT_PREFIXES:
        reason = "居住证号码的前 6 位应为 810000（香港）、820000（澳门）或 830000（台湾）"
        raise _refusal("prefix", reason, "请核对号码和证件类别")
    return _check_eighteen(number, on, lowest_age, sex="1" if number[16] in "13579" else "2")


def _check_foreigner_card(number, on, lowest_age):
    if _FOREIGNER_2017.fullmatch(number):
        return DocumentCheck(number, None, None)
    if not _EIGHTEEN.fullmatch(number) or number[0] != "9":
        reason = "永久居留身份证号码应为以 9 开头的 18 位（2023 版）或 3 个字母加 12 位数字（2017 版）"
        raise _refusal("format", reason, _CHECK_REMEDY)
    return _check_eighteen(number, on, lowest_age, sex=None)


def _check_eighteen(number, on, lowest_age, *, sex):
    birth_date = _date_at_seven(number)
    fits = number[17] == check_character(number[:17])
    if number.endswith("000") and (not fits or number[14] == "0"):
        raise _rounded()
    if birth_date is None or birth_date.year < 1900:
        raise _refusal("birth_date", "号码第 7 至 14 位不是真实的出生日期", _CHECK_REMEDY)
    if not fits:
        raise _refusal("check_digit", "号码的校验码不符，至少有一位填错", _CHECK_REMEDY)
    warnings = check_age(birth_date, on=on, lowest_age=lowest_age)
    if number.endswith("000"):
        warnings += ("号码末三位是 000，可能被表格软件舍入过，请对照证件原件。",)
    return DocumentCheck(number, birth_date, sex, warnings)


def _check_other(number):
    number = clean_text(number).upper()
    if known := _recognised(number):
        raise _wrong_type(known)
    if _PROVINCE.match(number) and _EIGHTEEN.fullmatch(number) and number.endswith("000"):
        raise _rounded()
    if not 2 <= len(number) <= OTHER_LENGTH:
        reason = f"其他证件的号码应为 2 至 {OTHER_LENGTH} 位，现为 {len(number)} 位"
        raise _refusal("length", reason, _CHECK_REMEDY)
    return DocumentCheck(number, None, None)


def _recognised(number):
    """The type of document a number of 18 belongs to by its check digit, birth date and beginning, or ""."""
    if not _EIGHTEEN.fullmatch(number) or number[17] != check_character(number[:17]):
        return ""
    if _date_at_seven(number) is None:
        return ""
    if number[:6] in _PERMIT_PREFIXES:
        return RESIDENCE_PERMIT
    if number[0] == "9":
        return FOREIGNER_CARD
    return CITIZEN if _PROVINCE.match(number) else ""


def _check_shape(doc_type, number):
    shape, expected = _SHAPES[doc_type]
    if shape.fullmatch(number):
        return DocumentCheck(number, None, None)
    if known := _recognised(number):
        raise _wrong_type(known)
    reason = f"{DOCUMENT_TYPES[doc_type]}的号码{expected}，与所填不符"
    raise _refusal("format", reason, "请核对号码和证件类别")


def _not_a_citizen_number(number, name="身份证号码"):
    if _FIFTEEN.fullmatch(number):
        converted = f"{number[:6]}19{number[6:]}"
        suggestion = converted + check_character(converted) if _date_at_seven(converted) else ""
        reason = f"{name}只有 15 位，是已停用的第一代号码"
        remedy = "请按现用证件填写 18 位号码（出生年份前加 19，末尾加校验码，换算结果须与证件核对）"
        return _refusal("fifteen_digits", reason, remedy, suggestion)
    if len(number) != 18:
        reason = f"{name}应为 18 位，现为 {len(number)} 位"
        return _refusal("length", reason, "请核对是否漏填或多填；如是其他证件，请改选证件类别")
    place = next(i for i, c in enumerate(number) if not ("0" <= c <= "9" or (c == "X" and i == 17)))
    offered = suggest_number(number.replace("L", "l"))  # a small l, upper case by now
    fits = _EIGHTEEN.fullmatch(offered) and offered[17] == check_character(offered[:17])
    reason = f"{name}第 {place + 1} 位是“{number[place]}”，前 17 位只能是数字，末位是数字或 X"
    remedy = "请核对是否把数字 0、1 写成了字母 O、l、I" if offered else _CHECK_REMEDY
    return _refusal("characters", reason, remedy, offered if fits else "")


def _rounded():
    reason = "号码末三位是 000，是被表格软件舍入的结果，后几位已经丢失"
    return _refusal("rounded", reason, NUMERIC_CELL_REMEDY)


def _wrong_prefix(number):
    if number[0] == "9" and number[17] == check_character(number[:17]):
        return _wrong_type(FOREIGNER_CARD)
    if number[:6] in _PERMIT_PREFIXES:
        return _wrong_type(RESIDENCE_PERMIT)
    return _refusal("prefix", f"身份证号码前两位“{number[:2]}”不是省级行政区的代码", _CHECK_REMEDY)


def _wrong_type(doc_type):
    name = DOCUMENT_TYPES[doc_type]
    reason = f"这像是{name}的号码，与证件类别不符"
    return _refusal("wrong_type", reason, f"请把证件类别改为“{name}”或核对号码")


def _carries_birth(doc_type, number):
    if not _EIGHTEEN.fullmatch(number):
        return False
    if doc_type == FOREIGNER_CARD:
        return number[0] == "9"
    return doc_type in (CITIZEN, TEMPORARY, HOUSEHOLD_BOOK, RESIDENCE_PERMIT)


def _date_at_seven(number):
    return _day(number[6:14])


@functools.lru_cache(maxsize=32_768)
def _day(digits):
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _refusal(code, reason, remedy, suggestion=""):
    return refusal(code, reason, remedy, error=DocumentError, suggestion=suggestion)
