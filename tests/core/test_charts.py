"""Options are plain JSON with their words beside them; drawings are the same every time and lose no label."""

import json
import threading

import pytest
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ImproperlyConfigured
from django.template import engines

from core import charts, palette
from core.charts import drawing
from tests.core import report_sample

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ["7月", "8月", "9月"]


def options():
    joined = charts.Series("新入会", [3, None, 12], "人")
    left = charts.Series("退会", [1, 2, 0], "人")
    return {
        "bar": charts.bar(title="会员增减", categories=MONTHS, series=[joined, left]),
        "stacked": charts.bar(title="会员增减", categories=MONTHS, series=[joined, left], stacked=True),
        "line": charts.line(title="会员增减", categories=MONTHS, series=[joined]),
        "bar_line": report_sample.trend_option(),
        "share_bars": report_sample.shares_option(),
    }


every_chart = pytest.mark.parametrize("name", ["bar", "stacked", "line", "bar_line", "share_bars"])


def texts(svg):
    return [element.text for element in fromstring(svg).iter(f"{SVG}text")]


@every_chart
def test_an_option_is_json_and_fit_for_the_browser(name):
    option = options()[name]

    assert json.loads(json.dumps(option)) == option
    assert option["animation"] is False
    assert option["tooltip"]["renderMode"] == "richText"
    assert option["aria"]["label"]["description"].startswith(option["title"]["text"])
    assert option["textStyle"]["fontFamily"] == "Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif"


@every_chart
def test_a_drawing_is_the_same_every_time(name):
    first = charts.svg(options()[name], 560, 300)
    charts.svg(report_sample.shares_option(), 300, 200)

    assert charts.svg(options()[name], 560, 300) == first


@every_chart
def test_a_drawing_needs_no_style_and_hides_no_label(name):
    svg = charts.svg(options()[name], 560, 300)
    root = fromstring(svg)
    labels = list(root.iter(f"{SVG}text"))

    assert labels
    assert {element.get("font-family") for element in labels} == {options()[name]["textStyle"]["fontFamily"]}
    assert [element.attrib for element in labels if "stroke" in element.attrib] == []
    for forbidden in ("<style", "style=", "class=", "paint-order", "ecmeta", "hover", "<script"):
        assert forbidden not in svg


def test_values_and_categories_are_written():
    labels = texts(charts.svg(options()["bar"], 560, 300))

    assert {"7月", "8月", "9月", "3", "12", "1", "2", "新入会", "退会", "人"} <= set(labels)


def test_nothing_is_written_for_an_empty_part_of_a_stack():
    """Its number would stand on the part above; the figures as text still have it."""
    option = options()["stacked"]

    assert option["series"][1]["data"][1:] == [2, {"value": 0, "label": {"show": False, "formatter": "0"}}]
    assert charts.table(option).rows == (("7月", "3", "1"), ("8月", "未报", "2"), ("9月", "12", "0"))


@pytest.mark.parametrize(("months", "most", "angle"), [(12, 183, 90), (12, 99, None), (3, 183, None)])
def test_long_numbers_on_many_bars_are_written_upwards(months, most, angle):
    """Two series of twelve months: 183 beside 183 ran into each other."""
    values = [0] * (months - 1) + [most]
    series = [charts.Series("人次", values), charts.Series("人数", values)]

    option = charts.bar(title="培训", categories=[str(month) for month in range(months)], series=series)

    assert [one["label"].get("rotate") for one in option["series"]] == [angle, angle]


def test_every_lying_bar_is_named_however_many_there_are():
    shares = [charts.Share(f"第{number}项比率", number) for number in range(40)]

    labels = texts(charts.svg(charts.share_bars(title="比率", shares=shares), 620, 330))

    assert {share.name for share in shares} <= set(labels)


def test_shares_carry_shape_value_and_the_word_for_none():
    labels = texts(charts.svg(report_sample.shares_option(), 590, 300))

    assert {"● 91.9%", "▲ 78.2%", "■ 64%", "37.4%", "无适用单位", "目标 75%"} <= set(labels)


def test_colours_of_shares_are_those_of_the_lights():
    svg = charts.svg(report_sample.shares_option(), 590, 300)

    for light in ("normal", "late", "alarm"):
        assert f'fill="{palette.LIGHTS[light].colour}"' in svg
    assert palette.RED not in svg


def test_a_share_above_a_hundred_is_not_cut():
    option = charts.share_bars(title="完成率", shares=[charts.Share("甲", 130.0), charts.Share("乙", None)])

    assert option["xAxis"]["max"] == 130.0


def test_a_bar_may_open_a_page():
    linked, plain = charts.share_bars(
        title="比例", shares=[charts.Share("甲", 50.0, url="/indicators/A1/"), charts.Share("乙", 60.0)]
    )["series"][0]["data"]

    assert linked["url"] == "/indicators/A1/"
    assert "url" not in plain


def test_two_drawings_share_no_identifier():
    roots = [fromstring(charts.svg(options()[name], 560, 300)) for name in ("line", "bar_line")]
    first, second = ({e.get("id") for e in root.iter() if e.get("id")} for root in roots)

    assert first
    assert second
    assert first & second == set()


def test_a_drawing_is_described_for_those_who_cannot_see_it():
    root = fromstring(charts.svg(options()["bar"], 560, 300))

    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "会员增减。新入会：7月3人、8月未报、9月12人；退会：7月1人、8月2人、9月0人。"


def test_the_table_says_the_same_as_the_chart():
    assert charts.table(options()["bar"]) == charts.Table(
        "会员增减",
        ("项目", "新入会（人）", "退会（人）"),
        (("7月", "3", "1"), ("8月", "未报", "2"), ("9月", "12", "0")),
    )
    assert charts.table(report_sample.shares_option()).rows[4:6] == (
        ("工会法人登记率", "● 95.5%"),
        ("工人党员比例", "无适用单位"),
    )


def test_hostile_labels_stay_text():
    name = "</text><script>x</script>&\"'<b>{b}]]>"
    svg = charts.svg(charts.bar(title=name, categories=[name], series=[charts.Series(name, [1])]), 560, 300)

    assert name in texts(svg)
    assert "<script" not in svg
    page = engines["django"].from_string("{{ chart }}").render({"chart": svg})
    assert page == svg


def test_each_thread_draws_with_its_own_engine():
    option, results = report_sample.trend_option(), []
    threads = [
        threading.Thread(target=lambda: results.append(charts.svg(option, 400, 200))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [charts.svg(option, 400, 200)] * 3


def test_a_missing_library_and_a_refused_option_are_named(settings, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="ECharts refused"):
        charts.svg({**options()["bar"], "series": [{"type": "bar", "data": {}, "xAxisIndex": 7}]}, 100, 100)

    settings.NODE_MODULES = tmp_path
    monkeypatch.setattr(drawing, "_engines", threading.local())
    with pytest.raises(ImproperlyConfigured, match=r"echarts\.common\.min\.js.*NODE_MODULES"):
        charts.svg(options()["bar"], 100, 100)
