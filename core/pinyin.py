"""Search keys of names: how a name sounds, whole and by first letters.

Readings are looked up one character at a time and kept, so 100,000 names cost a fraction of a second. The
first character of a Chinese name is read as a surname, which pypinyin does not do (曾 is zēng, not céng).
"""

import re
import unicodedata
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

from core.characters import HAN

# Surnames read otherwise than their character usually is, and further readings that families use. The first
# reading is the one the name is filed under.
SURNAMES = {
    "卜": "bu",
    "薄": "bo",
    "柏": "bai/bo",
    "种": "chong",
    "单": "shan",
    "翟": "zhai/di",
    "都": "du",
    "费": "fei/bi",
    "盖": "ge/gai",
    "句": "gou",
    "黑": "he/hei",
    "郇": "xun/huan",
    "祭": "zhai",
    "解": "xie",
    "阚": "kan",
    "隗": "wei/kui",
    "乐": "yue/le",
    "宓": "mi/fu",
    "缪": "miao",
    "牟": "mou/mu",
    "乜": "nie",
    "那": "na/nuo",
    "佴": "nai",
    "能": "nai",
    "朴": "piao",
    "繁": "po",
    "覃": "qin/tan",
    "仇": "qiu",
    "区": "ou",
    "折": "she",
    "召": "shao",
    "谌": "chen/shen",
    "尉": "wei/yu",
    "洗": "xian",
    "郗": "xi/chi",
    "么": "yao",
    "员": "yun",
    "藏": "zang",
    "曾": "zeng",
    "查": "zha",
    "长": "zhang/chang",
    "秘": "bi/mi",
    "颉": "xie",
    "尉迟": "yu-chi",
    "单于": "chan-yu",
    "万俟": "mo-qi",
    "澹台": "tan-tai",
    "乐正": "yue-zheng",
    "子车": "zi-ju",
}
# Characters of given names that part of their bearers read otherwise than usual.
GIVEN_NAME_READINGS = {
    "乐": "yue",
    "茜": "xi",
    "晟": "sheng",
    "莘": "xin",
    "伽": "jia",
    "朝": "zhao",
    "行": "hang",
    "长": "chang",
    "重": "chong",
    "曾": "zeng",
    "参": "shen",
    "莎": "suo",
}

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_HAN_NAME = re.compile(f"[{HAN}]+")
_SEPARATORS = re.compile(r"[\s·'’.\-]+")


class PinyinKeys(NamedTuple):
    """Lower-case search keys; ü is v. ``other_full`` and ``other_initials`` hold a second way to read the
    name (another reading of the surname, else of a given-name character) and are empty when there is none."""

    full: str
    initials: str
    other_full: str
    other_initials: str


def pinyin_keys(name):
    """Return the PinyinKeys of a cleaned name; Latin names give letters and the initials of words."""
    if not _HAN_NAME.fullmatch(name):
        return _mixed_keys(name)
    given_start = 2 if name[:2] in _COMPOUND_SURNAMES and len(name) > 2 else 1
    surname = name[:given_start]
    readings = _SURNAME_READINGS.get(surname)
    given = [_READINGS[character] for character in name[given_start:]]
    if readings:
        first, other = readings
    else:
        first, other = [_READINGS[surname]], None
    syllables = [*first, *given]
    others = [*other, *given] if other else _other_given(name, first, given, given_start)
    return PinyinKeys(
        "".join(syllables),
        "".join([syllable[0] for syllable in syllables]),
        "".join(others),
        "".join([syllable[0] for syllable in others]),
    )


def pinyin_query(text):
    """Return what a user typed into a search box in the spelling of the keys: lower case, ü and yu as v."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    folded = _without_accents(_SEPARATORS.sub("", folded.replace("u\u0308", "v")))
    return folded.replace("lyu", "lv").replace("nyu", "nv")


def _other_given(name, first, given, start):
    changed = [GIVEN_NAME_READINGS.get(character, given[i]) for i, character in enumerate(name[start:])]
    return [*first, *changed] if changed != given else []


def _mixed_keys(name):
    words = [word for word in _SEPARATORS.split(name) if word]
    parts = [part for word in words for part in _parts(word)]
    return PinyinKeys("".join(parts), "".join([part[0] for part in parts]), "", "")


def _parts(word):
    """Split a word into the reading of each Chinese character and the letters between them."""
    parts, letters = [], ""
    for character in word:
        if _HAN_CHARACTER.match(character):
            parts += [letters, _READINGS[character]]
            letters = ""
        else:
            letters += _without_accents(character.lower())
    return [part for part in [*parts, letters] if part]


def _without_accents(text):
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


class _Readings(dict):
    """Character → its most common reading; a character without one stands for itself."""

    def __missing__(self, character):
        reading = lazy_pinyin(character, style=Style.NORMAL, errors="default")[0] or character
        self[character] = reading
        return reading


_READINGS = _Readings()


def _surname_readings(surname, text):
    """Return (primary, other) syllables of a surname; other is None when both are the same."""
    usual = [_READINGS[character] for character in surname]
    first, *others = [reading.split("-") for reading in text.split("/")]
    others = [reading for reading in [*others, usual] if reading != first]
    return first, others[0] if others else None


_SURNAME_READINGS = {surname: _surname_readings(surname, text) for surname, text in SURNAMES.items()}
_COMPOUND_SURNAMES = frozenset(surname for surname in SURNAMES if len(surname) == 2)
