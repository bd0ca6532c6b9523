"""Values cleaned once at the edge: names, numbers, phones, counts, yes and no, and their masked forms.

Cleaners return the stored form, leave an empty value empty, change nothing on a second pass, and raise
``TextError`` with a Chinese message that names the fault and the remedy (domain facts 5.3 and 17.3).
"""

import re
import unicodedata
from decimal import Decimal

from core.characters import (
    HAN,
    TextError,
    as_text,
    clean_lines,
    clean_text,
    match_key,
    refusal,
    refuse_broken,
    spreadsheet_safe,
    strip_invisible,
)
from core.dates import parse_date

__all__ = [
    "NUMERIC_CELL_REMEDY",
    "TextError",
    "clean_label",
    "clean_lines",
    "clean_name",
    "clean_number",
    "clean_phone",
    "clean_short",
    "clean_text",
    "mask_name",
    "mask_number",
    "mask_phone",
    "match_key",
    "parse_date",
    "parse_yes_no",
    "spreadsheet_safe",
    "suggest_number",
]

NAME_LENGTH = 50
NUMERIC_CELL_REMEDY = "请把该列设为“文本”格式，再按证件原件重新填写（只改格式不能恢复已丢失的数字）"
_EXACT_FLOAT = 10**15  # a spreadsheet keeps 15 digits; longer numbers have lost their end

_COMMON_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_DOTS = re.compile("[．•・‧∙⋅･﹒˙]")
_FULL_STOP_BETWEEN_HAN = re.compile(f"(?<=[{HAN}]) ?[.。] ?(?=[{HAN}])")
_SPACED_DOTS = re.compile(" ?(?:· ?)+")
_SPACE_BETWEEN_HAN = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_FOLDED_IN_NAMES = re.compile("[\u2e80-\u2fd5\uff01-\uff5e]")  # radicals and full-width letters
_HAN = re.compile(f"[{HAN}]")
_APOSTROPHES = str.maketrans("’‘`´", "''''")

_CLEAN_NUMBER = re.compile("[0-9A-Z]+")
_LEADING_APOSTROPHES = re.compile("^['’‘`´]+")
_TRAILING_ZERO_FRACTION = re.compile(r"([0-9])(?:\.0+)+$")
_LAST_TEN = re.compile("[xX×✕✖ХхΧχⅩⅹ]$")
_LOOKALIKES = str.maketrans("OoQlI|", "000111")

_CLEAN_PHONE = re.compile("1[3-9][0-9]{9}")
_PHONE_DASHES = re.compile("[-‐‑‒–—―−()]")
_COUNTRY_CODE = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)|^(?:\+|00)86")
_SEVERAL_PHONES = re.compile(r"[0-9]{7,}[/、,;；，\\|]+[0-9]{7,}")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")

_YES = frozenset(["是", "有", "对", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑", "1.0"])
_NO = frozenset(["否", "无", "没有", "不是", "错", "n", "no", "false", "f", "0", "×", "x", "✗", "☐", "0.0"])


def clean_name(value):
    """Return a person's name: middle dots as U+00B7, no spaces between Chinese characters, at most 50.

    Rare characters beyond the BMP stay. Raises TextError for digits, brackets, masks, emoji and the like.
    """
    if type(value) is str and _COMMON_NAME.fullmatch(value):
        return value
    text = clean_text(value).translate(_APOSTROPHES)
    text = _DOTS.sub("·", text)
    text = _FOLDED_IN_NAMES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = _FULL_STOP_BETWEEN_HAN.sub("·", unicodedata.normalize("NFC", text))
    text = _SPACED_DOTS.sub("·", text).strip("· '-")
    text = _SPACE_BETWEEN_HAN.sub("", text)
    if text:
        _refuse_in_name(text)
    return text


def _refuse_in_name(text):
    for character in text:
        if not (character.isalpha() or character in "· '-." or _HAN.match(character) or _is_mark(character)):
            raise _not_in_a_name(character)
    if not any(character.isalpha() or _HAN.match(character) for character in text):
        raise refusal("no_letters", "姓名中没有文字", "请填写证件上的姓名")
    if len(text) > NAME_LENGTH:
        raise refusal(
            "too_long", f"姓名最多 {NAME_LENGTH} 个字，现有 {len(text)} 个字", "请只填写证件上的姓名"
        )


def _not_in_a_name(character):
    if character.isdigit() or character.isnumeric():
        reason = f"姓名中含有数字“{character}”"
        return refusal("digit", reason, "请只填写证件上的姓名，序号和备注不要写在姓名里")
    if character in "*＊?？□■�":
        reason = f"姓名中含有“{character}”，像是被遮盖或无法显示的字"
        return refusal("masked", reason, "请按证件填写完整姓名")
    if "\u2ff0" <= character <= "\u2fff":
        return refusal("described", "姓名中用部件拼写了生僻字", "请用生僻字输入法输入该字本身")
    return refusal("illegal", f"姓名中含有“{character}”", "请只填写证件上的姓名，括号和备注不要写在姓名里")


def _is_mark(character):
    return unicodedata.category(character)[0] == "M"


def clean_number(value):
    """Return an identity number, phone or code as plain characters: no spaces or invisible ones, no leading
    apostrophe or trailing ``.0``, half-width, and a final x, ×, Ⅹ or Cyrillic Х as X (domain facts 5.3).

    Letters O, l and I are left alone; see ``suggest_number``. A number of 16 or more digits in a numeric cell
    has lost its end and raises TextError.
    """
    if type(value) is not str:
        value = _number_of_cell(value)
    if _CLEAN_NUMBER.fullmatch(value):
        return value
    refuse_broken(value)
    text = strip_invisible(unicodedata.normalize("NFKC", strip_invisible(value)))
    text = unicodedata.normalize("NFC", text)  # a space gone may leave a letter beside its accent
    text = _LEADING_APOSTROPHES.sub("", text)
    return _LAST_TEN.sub("X", _TRAILING_ZERO_FRACTION.sub(r"\1", text))


def _number_of_cell(value):
    if (
        isinstance(value, int | float | Decimal)
        and not isinstance(value, bool)
        and abs(value) >= _EXACT_FLOAT
    ):
        raise refusal("numeric_cell", "号码被当作数字存放，第 15 位以后的数字已经丢失", NUMERIC_CELL_REMEDY)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return str(int(value))
    return as_text(value)


def suggest_number(value):
    """Return the number with O as 0 and l, I as 1 to offer to the user, or "" when nothing changes."""
    text = clean_number(value)
    offered = text.translate(_LOOKALIKES)
    return offered if offered != text else ""


def clean_phone(value):
    """Return a mainland mobile number of 11 digits; +86, spaces and hyphens are taken off.

    Raises TextError that says which rule the number breaks.
    """
    text = clean_number(value)
    if _CLEAN_PHONE.fullmatch(text):
        return text
    if _SEVERAL_PHONES.search(text):
        raise refusal("several", "一格里填了几个号码", "请只保留一个 11 位手机号码")
    text = _COUNTRY_CODE.sub("", _PHONE_DASHES.sub("", text))
    if text and not _CLEAN_PHONE.fullmatch(text):
        raise _bad_phone(text)
    return text


def _bad_phone(text):
    remedy = "请填写 11 位手机号码"
    if _SCIENTIFIC.fullmatch(text):
        return refusal("scientific", "手机号码被表格软件改成了科学计数", NUMERIC_CELL_REMEDY)
    if "*" in text:
        return refusal("masked", "手机号码中有被遮盖的数字", remedy)
    other = re.search("[^0-9]", text)
    if other:
        suggestion = suggest_number(text)
        suggestion = suggestion if _CLEAN_PHONE.fullmatch(suggestion) else ""
        reason = f"手机号码中含有“{other[0]}”，只能是数字"
        return refusal("not_digits", reason, remedy, suggestion=suggestion)
    if text.startswith("0") or len(text) in (7, 8):
        return refusal("landline", "这像是固定电话", remedy)
    if len(text) != 11:
        return refusal("length", f"手机号码应为 11 位，现为 {len(text)} 位", "请核对是否少填或多填")
    return refusal("prefix", f"手机号码不会以 {text[:2]} 开头（应为 13 至 19）", "请核对后重新填写")


def clean_short(value, *, longest):
    """Return one line of text like ``clean_text``. Raises TextError when it has more than ``longest`` characters."""
    text = clean_text(value)
    if len(text) > longest:
        reason = f"最多 {longest} 个字，现有 {len(text)} 个字"
        raise refusal("too_long", reason, "请缩短后重新填写")
    return text


def clean_label(value, *, longest):
    """Return a staff number or similar mark: half-width, without any space. Raises TextError when too long."""
    text = unicodedata.normalize("NFKC", clean_text(value))
    return clean_short(strip_invisible(text), longest=longest)


def parse_yes_no(value):
    """Return True for 是, False for 否 and their usual spellings, None for an empty value."""
    text = match_key(value)
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    shown = clean_text(value)[:20]
    raise refusal("not_yes_or_no", f"“{shown}”不是“是”或“否”", "请填写“是”或“否”")


def mask_number(number):
    """Return an identity number with only its first 3 and last 2 characters; short ones show the last 2.

    More would give the whole number away beside a birth date (domain facts 17.3).
    """
    if len(number) <= 4:
        return "*" * len(number)
    head = 3 if len(number) >= 12 else 0
    return number[:head] + "*" * (len(number) - head - 2) + number[-2:]


def mask_phone(phone):
    """Return a mobile number as 138****5678; anything of another length shows its last 2 characters only."""
    if len(phone) == 11:
        return f"{phone[:3]}****{phone[7:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if len(phone) > 4 else "*" * len(phone)


def mask_name(name):
    """Return a name with only its first character and a star for each other one; dots stay."""
    return name[:1] + re.sub("[^·]", "*", name[1:])
