"""The font set of printed documents: which files, which families, which characters they can draw.

Official documents name commercial faces (方正小标宋, 仿宋_GB2312). The free ones below stand in for them; a
licensed face laid into ``FONTS_DIR/custom`` is found under its own name, which the print style sheet puts first.
"""

import functools
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from fontTools.ttLib import TTFont, TTLibError

FANG = "FandolFang"  # 仿宋, the body face
SONG = "Noto Serif SC"  # 宋; bold stands for 小标宋
HEI = "Noto Sans SC"  # 黑
KAI = "LXGW WenKai"  # 楷

CONFIGURATION = "fonts.conf"
CUSTOM = "custom"
FONT_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
# Drawn as nothing by every layout engine, so no font needs a glyph: controls, format characters, separators.
INVISIBLE_CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp"}


@dataclass(frozen=True)
class FontFile:
    """One file of the set and the family name that style sheets use for it."""

    name: str
    family: str


FONT_FILES = (
    FontFile("FandolFang-Regular.otf", FANG),
    FontFile("NotoSerifSC_400Regular.ttf", SONG),
    FontFile("NotoSerifSC_700Bold.ttf", SONG),
    FontFile("NotoSansSC_400Regular.ttf", HEI),
    FontFile("NotoSansSC_700Bold.ttf", HEI),
    FontFile("LXGWWenKai-Regular.ttf", KAI),
    FontFile("HanaMinA.ttf", "HanaMinA"),  # rare characters of the basic plane
    FontFile("HanaMinB.ttf", "HanaMinB"),  # extension B and later
)


def require_fonts() -> None:
    """Raise ImproperlyConfigured naming the first font file or setting that is missing."""
    for name in (CONFIGURATION, *(font.name for font in FONT_FILES)):
        path = settings.FONTS_DIR / name
        if not path.is_file():
            raise ImproperlyConfigured(
                f"字体文件缺失：{path}。请运行 ./portal up 补齐字体，或把环境变量 FONTS_DIR 指向存放 {name} 的目录。"
            )
    expected = str(settings.FONTS_DIR / CONFIGURATION)
    if os.environ.get("FONTCONFIG_FILE") != expected:
        raise ImproperlyConfigured(f"环境变量 FONTCONFIG_FILE 应为 {expected}，否则 PDF 会混用系统字体。")


def missing_glyphs(text: str) -> set[str]:
    """The visible characters of the text that no font of the set can draw."""
    return {
        character
        for character in set(text) - drawable()
        if unicodedata.category(character) not in INVISIBLE_CATEGORIES
        and not unicodedata.name(character, "").startswith("VARIATION SELECTOR")
    }


def rare_characters(text: str) -> set[str]:
    """The characters of the text that the body face lacks though another face of the set has them."""
    return set(text) & rare()


@functools.cache
def drawable() -> frozenset[str]:
    """Every character that some font of the set has, licensed ones included."""
    paths = [settings.FONTS_DIR / font.name for font in FONT_FILES]
    return frozenset().union(*(coverage(path) for path in paths + custom_fonts()))


@functools.cache
def rare() -> frozenset[str]:
    """Every drawable character that the body face lacks. White space is never rare.

    A licensed face may become the body face, so a character that one of them lacks counts as well;
    marking too many costs nothing.
    """
    paths = [settings.FONTS_DIR / FONT_FILES[0].name, *custom_fonts()]
    common = frozenset.intersection(*(coverage(path) for path in paths))
    return frozenset(character for character in drawable() - common if not character.isspace())


def custom_fonts() -> list[Path]:
    """Licensed font files that the customer laid into FONTS_DIR/custom, in order of name."""
    folder = settings.FONTS_DIR / CUSTOM
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in FONT_SUFFIXES)


def coverage(path: Path) -> frozenset[str]:
    """The characters of one font file. Raises ImproperlyConfigured for a damaged file.

    Reading a large character map takes a tenth of a second, so the answer is kept beside the fonts
    under a name that changes with the file.
    """
    stamp = path.stat()
    cache = path.parent / ".coverage" / f"{path.name}.{stamp.st_size}.{stamp.st_mtime_ns}"
    if cache.is_file():
        return frozenset(cache.read_bytes().decode())
    characters = _read_character_map(path)
    _remember(cache, characters)
    return characters


def _read_character_map(path: Path) -> frozenset[str]:
    try:
        with path.open("rb") as file:
            codes = TTFont(file, lazy=True, fontNumber=0).getBestCmap() or {}
    except (TTLibError, OSError) as error:
        raise ImproperlyConfigured(
            f"字体文件已损坏：{path}（{error}）。请删除后运行 ./portal up 重新取得。"
        ) from error
    # Lone surrogates are no characters; some fonts list them all the same.
    return frozenset(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)


def _remember(cache: Path, characters: frozenset[str]) -> None:
    """Keep a coverage; a read-only font folder only costs time."""
    draft = cache.with_name(f"{cache.name}.{os.getpid()}")
    try:
        cache.parent.mkdir(exist_ok=True)
        # Bytes, because text mode would turn the character U+000D into a line feed.
        draft.write_bytes("".join(sorted(characters)).encode())
        draft.replace(cache)
    except OSError:
        return
