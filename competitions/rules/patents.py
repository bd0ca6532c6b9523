"""Numbers of Chinese patents (专利申请号标准 ZC 0006-2003): what looks wrong is said, and nothing is refused for it."""

import re

from competitions.models.innovation_kinds import PatentKind

_SHAPE = re.compile(r"(?:ZL|CN)?(\d{12}|\d{8})\.?([\dX])")
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
# The digit behind the year: 8 and 9 came in by the international way.
_DIGITS = {PatentKind.INVENTION: "18", PatentKind.UTILITY: "29", PatentKind.DESIGN: "3"}
SHAPE = (
    "专利号“{number}”不像中国专利号：应为 ZL 加 12 位数字、小数点和 1 位校验位（2003 年 10 月以前为 8 位数字）。"
    "请对照证书核对；外国专利不必修改。"
)
CHECK = "专利号“{number}”的校验位应为 {digit}。请对照证书核对有没有抄错数字。"
KIND = "专利号“{number}”中年份后面的数字是 {digit}，与专利类型“{kind}”不符。请对照证书核对。"


def check_digit(digits: str) -> str:
    """The last character of a number of 12 digits, or of 8 as until 2003."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return "X" if rest == 10 else str(rest)


def doubts(number: str, kind: str) -> list[str]:
    """What is to be said of the number; nothing for a good one or none."""
    if not number:
        return []
    found = _SHAPE.fullmatch(number.upper().replace(" ", ""))
    if found is None:
        return [SHAPE.format(number=number)]
    digits, given = found.groups()
    said = []
    if (digit := check_digit(digits)) != given:
        said.append(CHECK.format(number=number, digit=digit))
    said_kind = digits[4 if len(digits) == 12 else 2]
    if kind and said_kind not in _DIGITS[kind]:
        said.append(KIND.format(number=number, digit=said_kind, kind=PatentKind(kind).label))
    return said
