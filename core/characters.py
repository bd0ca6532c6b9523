"""The characters a text of ours may hold, and what becomes of the others.

Text arrives from workbooks, pasted chat messages and old systems. What nobody can see (zero-width, bidi and
control characters) is taken out, what is only another spelling is folded, and what is broken is refused.
"""

import datetime
import math
import re
import unicodedata

from core.errors import RuleError

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"

# Without one of these a text is already clean; most cells of a workbook leave here.
_SUSPECT = re.compile("[^!-~\u00b7\u3001-\u3017\u4e00-\u9fff\uff01-\uff5e ]|  |^[' ]| $")
_SPACES = re.compile(r"\s+")
_INLINE_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r" *\n[ \n]*\n *")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    + "".join(f"|{chr(plane * 0x10000 + 0xFFFE)}|{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 15))
)
_BROKEN = re.compile("[\ud800-\udfff]")
_LOST = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACKED_MARKS = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")

# A spreadsheet program computes a cell that starts with one of these (also behind spaces or an apostrophe).
_FORMULA_START = "=+\\-@\t\r\n＝＋－＠"
_FORMULA_GUARD = re.compile(f"^'+(?=[{_FORMULA_START}])")
_FORMULA = re.compile(f"^\\s*[{_FORMULA_START}]|^[\t\r\n]")
_CELL_LIMIT = 32_767

# GB 18030 put these characters into the private area before Unicode had them; Python still decodes them so.
_PRIVATE_HAN = str.maketrans(
    "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864\ue5e5",
    "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7"
    "\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb ",
)
# Bullets of the Symbol and Wingdings fonts, pasted out of a word processor.
_SYMBOL_FONT = re.compile("[\uf000-\uf0ff]")


class TextError(RuleError):
    """A value cannot be read. ``remedy`` repeats the part of the message that says what to do;
    ``suggestion`` is a value to offer (never to apply) and may be empty."""

    def __init__(self, message, code=None, params=None, *, remedy="", suggestion=""):
        super().__init__(message, code, params)
        self.remedy = remedy
        self.suggestion = suggestion

    def __str__(self):
        return self.message


def refusal(code, reason, remedy, *, error=TextError, suggestion=""):
    """Return the ``error`` whose message is the reason followed by the remedy, both whole sentences."""
    return error(f"{reason}。{remedy}。", code, remedy=f"{remedy}。", suggestion=suggestion)


def as_text(value):
    """Return a cell value as the text a person would have typed; nothing and NaN become the empty text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)


def clean_text(value):
    """Return one line of NFC text without invisible characters, outer spaces or runs of spaces.

    Raises TextError for characters that were lost on the way: lone surrogates, U+FFFD, private use.
    """
    text = value if type(value) is str else as_text(value)
    if not _SUSPECT.search(text):
        return text
    text = _SPACES.sub(" ", _repair(text)).strip()
    return _unguard(text)


def clean_lines(value):
    """Return text like ``clean_text`` but with its line breaks kept and at most one blank line in a row."""
    text = _repair(_LINE_ENDS.sub("\n", as_text(value)))
    text = _INLINE_SPACES.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n")
    return _unguard(_BLANK_LINES.sub("\n\n", text).strip())


def strip_invisible(text):
    """Return the text without invisible characters and without any white space at all."""
    return _SPACES.sub("", _INVISIBLE.sub("", text))


def refuse_broken(text):
    """Raise TextError when the text holds a lone surrogate, which no database or workbook can store."""
    if _BROKEN.search(text):
        raise refusal("surrogate", "文字中有半个字符，文件在保存时已损坏", "请在原文件中重新输入该单元格")


def match_key(value):
    """Return the form in which two spellings of one value are equal: width, case, spaces and the commas
    ``、，,`` inside a name do not matter. For look-ups of code texts and column titles, never for storage."""
    text = unicodedata.normalize("NFKC", clean_text(value)).casefold()
    return re.sub("[\\s、，,・·]+", "", text)


def spreadsheet_safe(value):
    """Return text that no spreadsheet program takes for a formula and every writer accepts.

    A text starting with = + - @ (or their full-width twins), tab or line break gets a leading apostrophe;
    ``clean_text`` takes it off again. Control characters go, and the text is cut at 32,767 characters.
    """
    text = _BROKEN.sub("", as_text(value))
    text = _INVISIBLE.sub("", text)
    if _FORMULA.search(text):
        text = f"'{text}"
    return text[:_CELL_LIMIT]


def _repair(text):
    refuse_broken(text)
    text = _SYMBOL_FONT.sub(" ", text.translate(_PRIVATE_HAN))
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    if _LOST.search(text):
        raise refusal(
            "lost_character",
            "文字中有本机自造字或无法识别的字符，换一台电脑就显示不出来",
            "请改用标准汉字重新输入，生僻字可从国家标准字库输入法中选取",
        )
    return _STACKED_MARKS.sub(r"\1", text)


def _unguard(text):
    while _FORMULA_GUARD.match(text):
        text = _FORMULA_GUARD.sub("", text).strip()
    return text
