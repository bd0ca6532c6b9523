"""Charts as plain ECharts options.

The builders return JSON values only, no functions: the browser draws the same option on a page that
``drawing.svg`` draws in-process with the very ECharts file the pages load. Every option carries its title,
which the caption around the chart shows; series carry their ``unit``, which ECharts ignores and ``table`` reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core import palette
from core.fonts import HEI
from core.reporting import NO_UNITS, NOT_REPORTED

Number = float | int | None

# Unquoted names (quotes would end the attribute in SVG). Paper takes the first, screens what they have.
FAMILY = f"{HEI}, Microsoft YaHei, PingFang SC, sans-serif"
LABEL = {"fontFamily": FAMILY, "fontSize": 12, "color": palette.INK}
AXIS_LINE = {"lineStyle": {"color": palette.GREY}}
SPLIT_LINE = {"lineStyle": {"color": palette.RULE}}
MANY_CATEGORIES = 8  # above this the axis labels of upright bars are turned
MANY_BARS = 16  # above this a number of three digits is wider than its bar, and is written upwards
UPWARDS = {"rotate": 90, "align": "left", "verticalAlign": "middle"}
DESCRIBED = 24  # values read aloud; a longer series is left to the table beside the chart


@dataclass(frozen=True)
class Series:
    """One row of values, None where there is nothing to show."""

    name: str
    values: Sequence[Number]
    unit: str = ""


@dataclass(frozen=True)
class Share:
    """One share in per cent, None for no applicable unit.

    ``light`` is a code of core.palette; ``url`` is the page that a click on the bar opens in the browser.
    """

    name: str
    value: Number
    light: str | None = None
    url: str = ""


@dataclass(frozen=True)
class Table:
    """A chart's figures as text: for screen readers, for printing, for those who cannot see colours."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def bar(*, title: str, categories: Sequence[str], series: Sequence[Series], stacked: bool = False) -> dict:
    """Upright bars, side by side or stacked; one unit for all series."""
    drawn = [_bars(one, colour, stacked) for one, colour in zip(series, palette.SERIES, strict=False)]
    if not stacked and _is_dense(series):
        drawn = [{**one, "label": {**one["label"], **UPWARDS}} for one in drawn]
    return _upright(title, categories, series, drawn, [_value_axis(series[0].unit)])


def line(*, title: str, categories: Sequence[str], series: Sequence[Series]) -> dict:
    """Lines with marks; a missing value leaves a gap. One unit for all series."""
    drawn = [_line(one, colour, 0) for one, colour in zip(series, palette.SERIES, strict=False)]
    return _upright(title, categories, series, drawn, [_value_axis(series[0].unit)])


def bar_line(*, title: str, categories: Sequence[str], bars: Series, trend: Series) -> dict:
    """Bars on the left axis and a line on the right axis, each in its own unit."""
    drawn = [_bars(bars, palette.RED, stacked=False), _line(trend, palette.BLUE, 1)]
    # A level moves little against its height, so the right axis need not start at zero; bars must.
    axes = [_value_axis(bars.unit), {**_value_axis(trend.unit), "scale": True, "splitLine": {"show": False}}]
    return _upright(title, categories, (bars, trend), drawn, axes)


def share_bars(*, title: str, shares: Sequence[Share], goal: Number = None) -> dict:
    """Lying bars from 0 to 100 %, first share on top, coloured and marked by traffic light; goal is a dashed line."""
    drawn = {
        "type": "bar",
        "name": "比例",
        "unit": "",
        "barMaxWidth": 16,
        "data": [_share(share) for share in shares],
        "label": {"show": True, "position": "right", **LABEL},
    }
    if goal is not None:
        drawn["markLine"] = _goal(goal)
    option = _frame(title, _describe_shares(title, shares))
    option["tooltip"] = {**option["tooltip"], "trigger": "item"}
    option["grid"] = {**option["grid"], "right": 64, "top": 16 if goal is None else 28}
    option["xAxis"] = {
        **_value_axis("%"),
        "name": "",
        "min": 0,
        "max": max([100, *(share.value for share in shares if share.value is not None)]),
        "axisLabel": {**LABEL, "formatter": "{value}%", "hideOverlap": True},
    }
    option["yAxis"] = {
        "type": "category",
        "inverse": True,
        "data": [share.name for share in shares],
        "axisTick": {"show": False},
        "axisLine": AXIS_LINE,
        "axisLabel": {**LABEL, "interval": 0},
    }
    option["series"] = [drawn]
    return option


def table(option: dict) -> Table:
    """The figures of an option made by one of the builders, as text."""
    axis = next(axis for axis in (option["xAxis"], option["yAxis"]) if "data" in axis)
    names = [_heading(series) for series in option["series"]]
    columns = [[_cell(value) for value in series["data"]] for series in option["series"]]
    rows = zip(axis["data"], *columns, strict=True)
    return Table(option["title"]["text"], ("项目", *names), tuple(rows))


def _heading(series: dict) -> str:
    return f"{series['name']}（{series['unit']}）" if series["unit"] else series["name"]


def _cell(value) -> str:
    if isinstance(value, dict):
        return value["label"]["formatter"]
    return NOT_REPORTED if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _frame(title: str, description: str) -> dict:
    return {
        "animation": False,
        "title": {"show": False, "text": title},
        "aria": {"enabled": True, "label": {"description": description}},
        "textStyle": {"fontFamily": FAMILY},
        "color": list(palette.SERIES),
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 8, "containLabel": True},
        "tooltip": {"renderMode": "richText", "trigger": "axis", "axisPointer": {"type": "shadow"}},
    }


def _upright(title, categories, series: Sequence[Series], drawn: list[dict], axes: list[dict]) -> dict:
    option = _frame(title, _describe_series(title, categories, series))
    named = any(one.unit for one in series)
    shown_legend = len(series) > 1
    option["grid"] = {**option["grid"], "top": 40 if named else 24, "bottom": 36 if shown_legend else 8}
    option["legend"] = {
        "show": shown_legend,
        "bottom": 0,
        "textStyle": LABEL,
        "itemWidth": 18,
        "itemHeight": 11,
    }
    option["xAxis"] = {
        "type": "category",
        "data": list(categories),
        "axisTick": {"alignWithLabel": True},
        "axisLine": AXIS_LINE,
        "axisLabel": {
            **LABEL,
            "interval": 0,
            "rotate": 30 if _crowded(categories) else 0,
            "hideOverlap": True,
        },
    }
    option["yAxis"] = axes if len(axes) > 1 else axes[0]
    option["series"] = drawn
    return option


def _crowded(categories: Sequence[str]) -> bool:
    return len(categories) > MANY_CATEGORIES and max(map(len, categories)) > 4


def _is_dense(series: Sequence[Series]) -> bool:
    values = [value for one in series for value in one.values]
    return len(values) > MANY_BARS and any(value is not None and abs(value) >= 100 for value in values)


def _value_axis(unit: str) -> dict:
    return {
        "type": "value",
        "name": unit,
        "nameTextStyle": LABEL,
        "axisLabel": LABEL,
        "axisLine": {"show": False},
        "splitLine": SPLIT_LINE,
        "minInterval": 0 if unit == "%" else 1,
    }


_UNWRITTEN = {"value": 0, "label": {"show": False, "formatter": "0"}}


def _bars(series: Series, colour: str, stacked: bool) -> dict:
    drawn = {
        "type": "bar",
        "name": series.name,
        "data": list(series.values),
        "barMaxWidth": 28,
        "itemStyle": {"color": colour},
        "label": {"show": True, "position": "inside" if stacked else "top", **LABEL},
        # On a phone there is no room for every number; those that stay can be read.
        "labelLayout": {"hideOverlap": True},
        "unit": series.unit,
    }
    if stacked:
        drawn["stack"] = "total"
        # A part of nothing has no room for its number, which would stand on the part above.
        drawn["data"] = [_UNWRITTEN if value == 0 else value for value in series.values]
        drawn["label"] = {**drawn["label"], "color": "#ffffff"}
    return drawn


def _line(series: Series, colour: str, axis: int) -> dict:
    return {
        "type": "line",
        "name": series.name,
        "data": list(series.values),
        "yAxisIndex": axis,
        "symbol": "circle",
        "symbolSize": 7,
        "lineStyle": {"color": colour, "width": 2},
        "itemStyle": {"color": colour},
        "unit": series.unit,
    }


def _share(share: Share) -> dict:
    light = palette.LIGHTS.get(share.light)
    symbol = f"{light.symbol} " if light else ""
    text = NO_UNITS if share.value is None else f"{symbol}{share.value:g}%"
    drawn = {
        # A bar without length carries the words; ECharts writes nothing at a missing value.
        "value": share.value or 0,
        "itemStyle": {"color": light.colour if light else palette.BLUE},
        "label": {"formatter": text, "color": light.colour if light else palette.INK},
        "tooltip": {"formatter": f"{share.name}：{text}"},
    }
    return {**drawn, "url": share.url} if share.url else drawn


def _goal(goal: Number) -> dict:
    return {
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": palette.INK, "type": "dashed"},
        "label": {**LABEL, "position": "start", "formatter": f"目标 {goal:g}%"},
        "data": [{"xAxis": goal}],
    }


def _describe_series(title: str, categories: Sequence[str], series: Sequence[Series]) -> str:
    parts = []
    for one in series:
        values = [
            f"{category}{NOT_REPORTED if value is None else f'{value:g}{one.unit}'}"
            for category, value in zip(categories, one.values, strict=True)
        ]
        rest = "等" if len(values) > DESCRIBED else ""
        parts.append(f"{one.name}：{'、'.join(values[:DESCRIBED])}{rest}")
    return f"{title}。{'；'.join(parts)}。"


def _describe_shares(title: str, shares: Sequence[Share]) -> str:
    values = [
        f"{share.name}{NO_UNITS if share.value is None else f'{share.value:g}%'}"
        + (f"（{palette.LIGHTS[share.light].word}）" if share.light else "")
        for share in shares
    ]
    rest = "等" if len(values) > DESCRIBED else ""
    return f"{title}。{'、'.join(values[:DESCRIBED])}{rest}。"
