"""Unified social credit codes (GB 32100-2015), with the codes of trade unions, and their two predecessors.

An employer's code and its union's own code are different numbers (domain facts 2.1 and 4.1); codes that start
with 81 or 89 belong to unions and are as good as any other.
"""

import re
from dataclasses import dataclass
from operator import mul

from core.characters import TextError, refusal
from core.idnumbers import refuse_numeric_cell
from core.text import clean_number

AUTHORITIES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和编制",
    "N": "农业农村",
    "Y": "其他",
}
KINDS = {
    "11": "机关",
    "12": "事业单位",
    "13": "编办直接管理编制的群众团体",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "81": "基层工会",
    "89": "其他工会组织",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
}
UNION_KINDS = ("81", "89")

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(f"[1-9ANY][1-9A-HJ-NPQRTUWXY][0-9]{{6}}[{_ALPHABET}]{{10}}")
_REGISTRATION = re.compile("[0-9]{15}|[0-9]{13}")
_ORGANISATION = re.compile("[0-9A-Z]{8}-?[0-9X]")
_MISREAD = str.maketrans("OISZV", "0152U")
_REMEDY = "请对照营业执照或法人资格证书逐位核对"


class CreditCodeError(TextError):
    """A unified social credit code is refused; ``code`` is stable, ``suggestion`` is a likely reading."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A valid code of 18 characters and its parts; ``area`` is the GB/T 2260 code at registration."""

    text: str
    authority: str
    kind: str
    area: str
    organisation: str

    @property
    def is_union(self):
        """True for the code of a union that is a legal person, false for employers."""
        return self.kind in UNION_KINDS

    @property
    def kind_name(self):
        """The kind of body in words; the registering authority where GB 32100 leaves the kind open."""
        return KINDS.get(self.kind) or f"{AUTHORITIES[self.authority]}部门登记的其他机构"


def check_credit_code(value):
    """Return the CreditCode of a text. Both check characters must fit.

    Raises CreditCodeError; old registration numbers and organisation codes get a message of their own
    (``code`` is ``legacy_registration`` or ``legacy_organisation``) because they belong in another field.
    """
    refuse_numeric_cell(value, name="代码")
    text = clean_number(value).upper()
    if not _SHAPE.fullmatch(text):
        raise _malformed(text)
    if text[0] == "8" and text[:2] not in UNION_KINDS:
        reason = "工会的统一社会信用代码以 81 或 89 开头"
        raise _refusal("kind", reason, _REMEDY)
    if text[17] != credit_check_character(text) or text[16] != organisation_check_character(text[8:16]):
        raise _refusal("check_digit", "统一社会信用代码的校验码不符，至少有一位填错", _REMEDY)
    return CreditCode(text, text[0], text[:2], text[2:8], text[8:17])


def is_union_code(value):
    """Return True when the text is the valid code of a union, False for every other text."""
    try:
        return check_credit_code(value).is_union
    except TextError:
        return False


def check_legacy_code(value):
    """Return an old 15- or 13-digit registration number or a 9-character organisation code, normalised.

    Raises CreditCodeError when it is neither, or when an organisation code fails its check character.
    """
    refuse_numeric_cell(value, name="代码")
    text = clean_number(value).upper()
    if _REGISTRATION.fullmatch(text):
        return text
    text = text.replace("-", "")
    if len(text) == 9 and _ORGANISATION.fullmatch(text):
        if text[8] == organisation_check_character(text[:8]):
            return text
        raise _refusal("check_digit", "组织机构代码的校验码不符，至少有一位填错", "请对照原证件逐位核对")
    raise _refusal("format", "旧登记号应为 15 或 13 位注册号，或 9 位组织机构代码", "请核对；没有的可以不填")


def credit_check_character(first_seventeen):
    """Return the 18th character (GB 32100: weights are powers of 3 modulo 31)."""
    return _ALPHABET[-sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, first_seventeen[:17]))) % 31]


def organisation_check_character(first_eight):
    """Return the 9th character of an organisation code (GB 11714: modulo 11, 10 is X, 11 is 0)."""
    return "0123456789X"[-sum(map(mul, _ORGANISATION_WEIGHTS, (int(c, 36) for c in first_eight))) % 11]


def _malformed(text):
    if not text:
        return _refusal("blank", "没有填写统一社会信用代码", "请填写 18 位代码")
    if _REGISTRATION.fullmatch(text):
        reason = f"这是 {len(text)} 位的旧工商注册号，不是统一社会信用代码"
        return _refusal("legacy_registration", reason, "请填入“旧登记号”一栏，本栏填写 18 位代码")
    if _ORGANISATION.fullmatch(text):
        reason = "这是 9 位的旧组织机构代码，不是统一社会信用代码"
        return _refusal("legacy_organisation", reason, "请填入“旧登记号”一栏，本栏填写 18 位代码")
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", text):
        return _refusal("rounded", "代码被表格软件改成了科学计数", "请把该列设为“文本”格式后重新填写")
    if len(text) != 18:
        return _refusal("length", f"统一社会信用代码应为 18 位，现为 {len(text)} 位", "请核对是否漏填或多填")
    for place, character in enumerate(text):
        if character not in _VALUES:
            return _foreign_character(text, place)
    if text[0] not in AUTHORITIES:
        return _refusal("authority", f"第 1 位“{text[0]}”不是登记管理部门的代码", _REMEDY)
    return _refusal("area", "第 3 至 8 位应为 6 位数字的行政区划码", _REMEDY)


def _foreign_character(text, place):
    offered = text.translate(_MISREAD)
    fits = _SHAPE.fullmatch(offered) and offered[17] == credit_check_character(offered)
    reason = f"第 {place + 1} 位是“{text[place]}”，统一社会信用代码只用数字和 I、O、S、V、Z 以外的大写字母"
    return _refusal("characters", reason, _REMEDY, offered if fits else "")


def _refusal(code, reason, remedy, suggestion=""):
    return refusal(code, reason, remedy, error=CreditCodeError, suggestion=suggestion)
