"""Points as judges type them: one table, read by the server and by the script of the judge's page."""

from decimal import Decimal

import pytest
import quickjs
from django.conf import settings

from competitions.rules.judging import clean_points
from core.text import TextError

MOST = Decimal(1500)
READ = {
    "38": "38",
    "38.5": "38.5",
    "0": "0",
    "０": "0",
    "007": "7",
    "８．５": "8.5",
    " 8.50 ": "8.5",
    "　8.5\t": "8.5",
    "8。5": "8.5",
    "８。５分": "8.5",
    "8.5 分": "8.5",
    "8.5分": "8.5",
    "\u200b8.5\ufeff": "8.5",
    "1,234.5": "1234.5",
    "１，２３４": "1234",
}
NUMBERLESS = "分 八 8分5 8.5分分 8.5% 8.5人 5² ① ½ ㊿ 5️⃣ ٣ 0x1F 1e1 Infinity"
MISWRITTEN = "8,5 1,23 0,125 12,34.5 8. .5 8.555 1.2.3 -1 −1 －1 +1 12345"
REFUSED = ["", "1 2", *NUMBERLESS.split(), *MISWRITTEN.split()]


@pytest.fixture(scope="module")
def script():
    """What static/js/points.js reads a text as, or None."""
    context = quickjs.Context()
    context.eval("var window = globalThis;")
    context.eval((settings.BASE_DIR / "static/js/points.js").read_text())
    return context.get("pointsOf")


@pytest.mark.parametrize("typed", READ)
def test_points_are_read_as_chinese_keyboards_and_cells_write_them(typed, script):
    wanted = Decimal(READ[typed])
    assert (clean_points(typed, MOST), Decimal(script(typed))) == (wanted, wanted)


@pytest.mark.parametrize("typed", REFUSED)
def test_what_could_mean_two_things_is_not_taken_for_points(typed, script):
    with pytest.raises(TextError, match="应为 0 至 1500，最多两位小数"):
        clean_points(typed, MOST)
    assert script(typed) is None


def test_the_full_mark_is_the_most(script):
    assert (clean_points("40", Decimal(40)), script("40.01")) == (40, "40.01")
    with pytest.raises(TextError, match=r"“40\.01”不能作为得分"):
        clean_points("40.01", Decimal(40))
