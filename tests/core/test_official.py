"""How numbers, dates, states and typed text are written on paper."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template import engines
from hypothesis import given, strategies as st

from core.templatetags import official


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (11, "十一"), (14, "十四"), (20, "二十"), (99, "九十九")]
)
def test_heading_numbers(number, words):
    assert official.cn_number(number) == words


@pytest.mark.parametrize("number", [0, 100, -1])
def test_heading_numbers_end_at_99(number):
    with pytest.raises(ValueError, match=str(number)):
        official.cn_number(number)


@pytest.mark.parametrize("day", [dt.date(2026, 10, 8), "2026-10-08", "2026-10-08T09:30:00+08:00"])
def test_dates_have_no_leading_zeros(day):
    assert official.report_date(day) == "2026年10月8日"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (86.45, "86.5%"),
        (Decimal("86.44"), "86.4%"),
        ("0.05", "0.1%"),
        (0, "0.0%"),
        (100, "100.0%"),
        (None, "无适用单位"),
    ],
)
def test_shares(value, words):
    assert official.percent(value) == words


def test_typed_text_becomes_paragraphs_and_stays_text():
    text = "一是<b>完成\u202e整改</b>。\r\n\r\n  二是 {{ 1 }} & \u200b继续。\x0b"

    assert (
        official.doc_text(text) == "<p>一是&lt;b&gt;完成整改&lt;/b&gt;。</p><p>二是 {{ 1 }} &amp; 继续。</p>"
    )


@given(st.text())
def test_typed_text_never_steers_the_layout(text):
    printed = str(official.doc_text(text)) + official.doc_line(text)

    assert not set(printed) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u200b\ufeff\x00\x0b\x1b")


def test_a_light_is_shape_word_and_colour():
    assert official.light("late") == '<span class="light light-late">▲滞后</span>'
    with pytest.raises(KeyError):
        official.light("purple")


def test_a_qr_code_is_a_labelled_drawing():
    template = engines["django"].from_string(
        "{% load official %}{% qr_code 'https://portal.example/v/1' label %}"
    )
    drawing = template.render({"label": "核验<码>"})

    assert drawing.startswith('<svg class="qr" viewBox="0 0 25 25"')
    assert "<title>核验&lt;码&gt;</title>" in drawing
    # The finder pattern: seven dark modules in the first row.
    assert all(f"M{column} 0h1v1h-1z" in drawing for column in range(7))
    assert "M7 0h1v1h-1z" not in drawing
