"""Dates as people write them."""

import datetime

import pytest
from hypothesis import given, strategies as st

from core.dates import ACCEPTED_DATES
from core.text import TextError, parse_date

NEW_YEAR = datetime.date(1990, 1, 5)
DAYS = st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31))
EXCEL_DAYS = st.dates(min_value=datetime.date(1928, 1, 1), max_value=datetime.date(2099, 12, 31))


@pytest.mark.parametrize(
    "value",
    [
        "19900105",
        "1990-01-05",
        "1990-1-5",
        "1990/1/5",
        "1990.1.5",
        "1990年1月5日",
        "1990年01月05号",
        " 1990 年 1 月 5 日 ",
        "１９９０－０１－０５",
        "1990–01–05",
        "'1990-01-05",
        "\ufeff1990-01-05\u200b",
        "1990-01-05 00:00:00",
        "1990/1/5 8:30",
        "1990-01-05T08:30:00.000Z",
        "1990年1月5日 8:30",
        datetime.date(1990, 1, 5),
        datetime.datetime.fromisoformat("1990-01-05T08:30:00"),
        32878,
        32878.0,
        32878.75,
        19900105,
        19900105.0,
    ],
)
def test_a_date_is_read_in_every_usual_dress(value):
    assert parse_date(value) == NEW_YEAR


@pytest.mark.parametrize("value", ["", None, "  ", "\u3000", float("nan")])
def test_nothing_is_no_date(value):
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1990.01", "“1990.01”没有写到日。请补全年、月、日，例如 1990-01-05。"),
        (1990.01, "“1990.01”没有写到日。请补全年、月、日，例如 1990-01-05。"),
        ("199001", "“199001”没有写到日。请补全年、月、日，例如 1990-01-05。"),
        ("1990年1月", "“1990年1月”没有写到日。请补全年、月、日，例如 1990-01-05。"),
        (1990, "“1990”没有写到日。请补全年、月、日，例如 1990-01-05。"),
        ("90-1-5", f"“90-1-5”的年份不是四位数，分不清是哪个世纪。{ACCEPTED_DATES}。"),
        ("900105", f"“900105”的年份不是四位数，分不清是哪个世纪。{ACCEPTED_DATES}。"),
        ("5/1/1990", f"“5/1/1990”分不清哪个是月、哪个是日。{ACCEPTED_DATES}。"),
        ("31-12-1990", f"“31-12-1990”分不清哪个是月、哪个是日。{ACCEPTED_DATES}。"),
        ("1990-2-30", f"日历上没有 1990 年 2 月 30 日这一天。{ACCEPTED_DATES}。"),
        ("19901301", f"日历上没有 1990 年 13 月 1 日这一天。{ACCEPTED_DATES}。"),
        ("1990-1/5", f"“1990-1/5”不是可以识别的日期。{ACCEPTED_DATES}。"),
        ("长期", f"“长期”不是可以识别的日期。{ACCEPTED_DATES}。"),
        (3, f"“3”不是可以识别的日期。{ACCEPTED_DATES}。"),
        (10.0**30, f"“1e+30”不是可以识别的日期。{ACCEPTED_DATES}。"),
        (float("inf"), f"“inf”不是可以识别的日期。{ACCEPTED_DATES}。"),
        (True, f"此处应为日期。{ACCEPTED_DATES}。"),
        ("32878", "“32878”像是表格软件的日期序号。请把该单元格改为日期格式，或按 1990-01-05 的样子填写。"),
        ("1890-1-5", "年份 1890 不在 1900 至 2100 之间。请核对年份后重新填写。"),
        (datetime.date(2101, 1, 1), "年份 2101 不在 1900 至 2100 之间。请核对年份后重新填写。"),
    ],
)
def test_a_date_that_could_mean_another_is_refused(value, message):
    with pytest.raises(TextError) as refused:
        parse_date(value)
    assert str(refused.value) == message


def test_the_accepted_forms_are_named():
    assert ACCEPTED_DATES == (
        "请按“年-月-日”填写，例如 1990-01-05、1990/1/5、1990.1.5、1990年1月5日 或 19900105"
    )


@given(
    DAYS,
    st.sampled_from(
        ["{0:%Y%m%d}", "{0:%Y-%m-%d}", "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}"]
    ),
)
def test_a_written_date_comes_back(day, form):
    assert parse_date(form.format(day)) == day


@given(DAYS)
def test_a_chinese_date_comes_back(day):
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(datetime.datetime.combine(day, datetime.time(23, 59))) == day


@given(EXCEL_DAYS, st.floats(min_value=0, max_value=0.999))
def test_an_excel_serial_comes_back(day, part_of_day):
    serial = (day - datetime.date(1899, 12, 30)).days
    assert parse_date(serial) == day
    assert parse_date(serial + part_of_day) == day


@given(
    st.text(max_size=30)
    | st.integers()
    | st.floats()
    | st.text(alphabet="0123456789-/.年月日: ", max_size=12)
)
def test_any_value_is_a_date_nothing_or_refused_in_words(value):
    try:
        day = parse_date(value)
    except TextError as error:
        day, said = None, str(error)
    else:
        said = "。"
    assert said.endswith("。")
    assert day is None or 1900 <= day.year <= 2100
