"""The PDF of a report, drawn from its frozen data alone."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from django.urls import reverse

from core import charts, pdf
from reports import queries
from reports.models import TOWN

TEMPLATE = "reports/report_gb9704.html"
CHART_WIDTH = 620
RATE_HEIGHT, UNION_HEIGHT = 20, 26  # of one bar; the many rates must still fit on one page
FIRST_FREE = 3  # the number of the first figure that is not in every report
KEYS = ("M9", "A1", "A2", "A3")
ADDRESSEE = "镇推进新时代产业工人队伍建设改革工作协调小组"
ANNEXES = ("十四项举措进展情况表", "指标表", "各工会指标情况表", "指标口径说明")
TEXT_TITLES = {"practices": "主要做法和典型", "problems": "存在问题", "next_steps": "下一步打算"}
BREAKDOWN = ("M9", "A1", "A2", "A3", "B1", "C1")


def draw(data: dict, *, code: str) -> bytes:
    """The report as PDF/A. Raises core.pdf.PrintError, or ImproperlyConfigured for a missing font."""
    return pdf.render(TEMPLATE, context(data, code), title="".join(title_lines(data)))


def context(data: dict, code: str) -> dict:
    """What the template needs beside the frozen data: drawings and the order of columns."""
    figures = {figure["code"]: figure for figure in data["figures"]}
    own_charts = section_charts(data)
    day = dt.date.fromisoformat(data["built_on"])
    kind = {"monthly": "工作月报", "quarterly": "工作季报", "annual": "工作年报"}[data["kind"]]
    return {
        "data": data,
        "mark": f"{data['issuer']}{kind}",
        "head_left": f"{issue_of(data)}（第{data['version']}版）",
        "head_right": f"{data['issuer']}　{day.year}年{day.month}月{day.day}日",
        "title_lines": title_lines(data),
        "addressee": ADDRESSEE,
        "enclosures": ANNEXES,
        "issuer": data["issuer"],
        "date": data["built_on"],
        "printer": data["issuer"],
        "printed_on": data["built_on"],
        "keys": [figures[code] for code in KEYS],
        "rates": [figure for figure in data["figures"] if figure["denominator"] is not None],
        "counts": _by_section(figure for figure in data["figures"] if figure["denominator"] is None),
        "rates_chart": _lying(data["charts"]["rates"], RATE_HEIGHT),
        "movements_chart": charts.svg(data["charts"]["movements"], CHART_WIDTH, 300),
        "section_charts": own_charts,
        "by_union_chart": _by_union(data),
        "by_union_number": FIRST_FREE + len(own_charts),
        "breakdown_columns": [figures[code] for code in BREAKDOWN],
        "breakdown": [
            {"name": row["name"], "cells": [row["cells"][code]["text"] for code in BREAKDOWN]}
            for row in queries.worth_showing(data["breakdown"], BREAKDOWN)
        ],
        "texts": _texts(data["texts"]),
        "totals": [figures[code]["text"] for code in BREAKDOWN],
        "code": code,
        "verify_url": f"{data['site'].rstrip('/')}{reverse('reports:report_verify')}",
    }


def _by_section(figures: Iterable[dict]) -> list[tuple[str, list[dict]]]:
    """(title of the section, its figures), in their order."""
    return [(title, list(rows)) for title, rows in groupby(figures, itemgetter("section"))]


def section_charts(data: dict) -> list[dict]:
    """The sections' own charts, numbered after the first two; a report from before there were any has none."""
    return [
        {
            "number": number,
            "section": chart["title"],
            "title": chart["option"]["title"]["text"],
            "drawing": charts.svg(chart["option"], CHART_WIDTH, 280),
        }
        for number, chart in enumerate(data["charts"].get("sections", []), FIRST_FREE)
    ]


def _by_union(data: dict) -> charts.Drawing | None:
    """The last chart where the scope has parts to compare."""
    option = data["charts"]["by_union"]
    bars = len(option["series"][0]["data"])
    return _lying(option, UNION_HEIGHT) if 1 < bars <= 14 else None


def _lying(option: dict, bar_height: int) -> charts.Drawing:
    """Lying bars, as high as there are bars: each keeps room for its name and its number."""
    return charts.svg(option, CHART_WIDTH, 40 + bar_height * len(option["series"][0]["data"]))


def _texts(texts: dict[str, str]) -> list[dict]:
    """What staff wrote, as further numbered parts; parts nobody wrote are left out."""
    written = [(title, texts[name]) for name, title in TEXT_TITLES.items() if texts[name]]
    return [
        {"number": number, "title": title, "text": text} for number, (title, text) in enumerate(written, 4)
    ]


def issue_of(data: dict) -> str:
    """The issue of a periodical: 2026年第10期, 2026年第3期 (quarters), 2026年."""
    period = data["period"]["code"]
    year, _, number = period.partition("-")
    return f"{year}年第{int(number.lstrip('Q'))}期" if number else f"{year}年"


def title_lines(data: dict) -> list[str]:
    """The title in two lines, the longer one below (trapezoid)."""
    scope = data["issuer"] if data["scope"] == TOWN else data["scope"]
    return [f"{scope}关于{data['period']['label']}", "产业工人队伍建设改革进展情况的报告"]
