"""The charts of dashboard and report: one option each, drawn by the browser on pages and by us in the PDF."""

from core import charts
from core.reporting import PER_CENT

COMING, GOING = "入会和转入", "转保留、转出及其他减少"


def rates(figures: list[dict]) -> dict:
    """All shares of the scope as lying bars."""
    shares = [
        charts.Share(figure["title"], _number(figure["value"]))
        for figure in figures
        if figure["denominator"] is not None and figure["unit"] == PER_CENT
    ]
    return charts.share_bars(title="主要指标", shares=shares)


def movements(movement: dict) -> dict:
    """Members gained and lost by month."""
    months = [f"{int(code[5:])}月" for code in movement["months"]]
    return charts.bar(
        title="近十二个月会籍变动",
        categories=months,
        series=[
            charts.Series(COMING, _total(movement, 1), "人"),
            charts.Series(GOING, _total(movement, -1), "人"),
        ],
    )


def by_union(rows: list[dict], code: str, title: str) -> dict:
    """One share by part of the scope; parts without applicable units and withheld ones are left out."""
    shares = [
        charts.Share(row["name"], _number(row["cells"][code]["value"]))
        for row in rows
        if row["cells"][code]["value"] is not None
    ]
    return charts.share_bars(title=title, shares=shares)


def _number(value: str | None) -> float | None:
    return None if value is None else float(value)


def _total(movement: dict, sign: int) -> list[int]:
    columns = [column["values"] for column in movement["columns"] if column["sign"] == sign]
    return [sum(values) for values in zip(*columns, strict=True)]
