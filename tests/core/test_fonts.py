"""The font set covers what documents need and says what it lacks."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import fonts


@pytest.fixture
def fresh_caches():
    """Coverages read again, before and after, because the test looks at another folder."""
    caches = (fonts.drawable, fonts.rare)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def gb2312():
    """The 6763 characters of GB 2312."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


def test_the_set_draws_gb2312_rare_names_and_report_symbols():
    assert len(gb2312()) == 6763
    assert fonts.missing_glyphs(gb2312() + "㛃䶮𬭎𠅤喆垚●▲■○—…“”〔〕①⑩％‰℃㎡·　1aＡ") == set()


def test_characters_that_no_font_has_are_reported():
    assert fonts.missing_glyphs("会员\U000f0001与\U00010380") == {"\U000f0001", "\U00010380"}


def test_characters_without_a_shape_need_no_glyph():
    assert fonts.missing_glyphs("\n\t \u3000\u00a0\u200b\u200d\ufeff葛\U000e0100") == set()


def test_rare_are_those_that_the_body_face_lacks():
    assert fonts.rare_characters("陈喆与㛃䶮𬭎𠅤参加2026年会议。ABC") == set("喆㛃䶮𬭎𠅤")


def test_a_missing_file_is_named_with_its_setting(settings, tmp_path):
    settings.FONTS_DIR = tmp_path

    with pytest.raises(ImproperlyConfigured, match=r"fonts\.conf.*FONTS_DIR"):
        fonts.require_fonts()

    (tmp_path / "fonts.conf").touch()
    with pytest.raises(ImproperlyConfigured, match=r"FandolFang-Regular\.otf.*FONTS_DIR"):
        fonts.require_fonts()


def test_another_font_configuration_is_refused(monkeypatch):
    fonts.require_fonts()
    monkeypatch.setenv("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")

    with pytest.raises(ImproperlyConfigured, match="FONTCONFIG_FILE"):
        fonts.require_fonts()


def test_a_damaged_file_is_named(tmp_path):
    damaged = tmp_path / "FandolFang-Regular.otf"
    damaged.write_bytes(b"no font")

    with pytest.raises(ImproperlyConfigured, match=r"FandolFang-Regular\.otf"):
        fonts.coverage(damaged)


def test_coverage_is_kept_and_read_again_when_the_file_changes(settings, tmp_path):
    copy = tmp_path / "LXGWWenKai-Regular.ttf"
    copy.write_bytes((settings.FONTS_DIR / copy.name).read_bytes())
    first = fonts.coverage(copy)
    (kept,) = (tmp_path / ".coverage").iterdir()

    assert fonts.coverage(copy) == first
    kept.write_bytes("旧".encode())
    assert fonts.coverage(copy) == {"旧"}

    copy.write_bytes((settings.FONTS_DIR / "FandolFang-Regular.otf").read_bytes())
    assert "喆" not in fonts.coverage(copy)
    assert "职" in fonts.coverage(copy)


def test_a_licensed_face_joins_the_set(settings, tmp_path, fresh_caches):
    for font in fonts.FONT_FILES:
        (tmp_path / font.name).symlink_to(settings.FONTS_DIR / font.name)
    (tmp_path / "custom").mkdir()
    licensed = tmp_path / "custom" / "licensed.ttf"
    licensed.symlink_to(settings.FONTS_DIR / "HanaMinB.ttf")
    settings.FONTS_DIR = tmp_path

    assert fonts.custom_fonts() == [licensed]
    # The licensed face lacks it, so it could be drawn by another one on a line of the licensed face.
    assert "职" in fonts.rare()
