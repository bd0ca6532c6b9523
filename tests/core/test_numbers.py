"""Numbers as people type them: what is read, what is refused, and what a form says then."""

from decimal import Decimal

import pytest
from django import forms
from hypothesis import given, strategies as st

from competitions.rules.innovations import clean_sum
from core.characters import TextError
from core.numbers import cell_count, plain_number, units_of
from training.resources.classes import clean_hours
from training.resources.enrolments import clean_score
from training.rules import learning

FULL_WIDTH = str.maketrans("0123456789,.-", "０１２３４５６７８９，。－")


class NumberForm(forms.Form):
    people = forms.IntegerField(label="人数", required=False, min_value=1, max_value=100_000)
    hours = forms.DecimalField(label="学时", required=False, max_digits=6, decimal_places=1)
    amount = forms.IntegerField(label="金额（元）", required=False)
    months = forms.IntegerField(label="兑现期限（月）", required=False)
    share = forms.DecimalField(label="权重（%）", required=False, max_digits=5, decimal_places=2)


@given(
    value=st.integers(-(10**9), 10**9), places=st.integers(0, 3), grouped=st.booleans(), wide=st.booleans()
)
def test_every_well_formed_spelling_of_a_number_is_that_number(value, places, grouped, wide):
    number = Decimal(value).scaleb(-places)
    typed = f"{number:,f}" if grouped else f"{number:f}"
    read = plain_number(f" {typed.translate(FULL_WIDTH) if wide else typed}人 ", ("人",))
    assert read == f"{number:f}"


@given(st.text(alphabet="0123456789０２,，.。-－ 人²①", max_size=12))
def test_what_is_read_is_plain_digits_and_reads_the_same_again(typed):
    read = plain_number(typed, ("人",))
    if read is not None:
        assert (plain_number(read), f"{Decimal(read):f}".lstrip("-0")) == (read, read.lstrip("-0"))


@pytest.mark.parametrize(
    "typed",
    [
        "1,5",
        "1，20",
        "1,2345",
        "12,00",
        "0,125",
        "1,200,5",
        ",100",
        "5²",
        "①",
        "½",
        "3天",
        "1.2.3",
        "1 2",
        "",
    ],
)
def test_what_is_uncertain_is_not_read(typed):
    assert plain_number(typed, ("人", "名")) is None


@pytest.mark.parametrize(
    ("label", "units"),
    [
        ("金额（元）", ("元",)),
        ("兑现期限（月）", ("个月", "月")),
        ("评分偏离提示线（满分的 %）", ("%",)),
        ("计划人数", ("人", "名", "个")),
        ("公示天数", ("天", "日")),
        ("复审前安全培训学时", ("学时", "课时")),
        ("年度", ("年",)),
        ("同分比较次序", ()),
    ],
)
def test_the_label_says_which_unit_may_stand_behind(label, units):
    assert units_of(label) == units


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("people", "12,000", 12000),
        ("people", "１，２００名", 1200),
        ("people", 35, 35),
        ("hours", "3。5 学时", Decimal("3.5")),
        ("hours", "1,200.5", Decimal("1200.5")),
        ("amount", "3，000元", 3000),
        ("months", "6个月", 6),
        ("share", "12.5％", Decimal("12.5")),
    ],
)
def test_number_fields_of_forms_read_them(name, typed, read):
    form = NumberForm({name: typed})
    assert (form.is_valid(), form.cleaned_data[name]) == (True, read)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("people", "1,5", "“1,5”不是整数。请填写整数，例如 120 或 12,000。"),
        ("people", "3。5", "“3。5”不是整数。请填写整数，例如 120 或 12,000。"),
        ("hours", "1，20", "“1，20”不是数字。请填写数字，例如 3.5 或 12,000。"),
        ("hours", "约三天半，具体要看师傅什么时候有空来", "“约三天半，具体要看师傅什么时候有空来”不是数字。请填写数字，例如 3.5 或 12,000。"),
        ("amount", "12万元", "“12万元”不是整数。请填写整数，例如 120 或 12,000。"),
        ("months", "30天", "“30天”不是整数。请填写整数，例如 120 或 12,000。"),
        ("share", "NaN", "“NaN”不是数字。请填写数字，例如 3.5 或 12,000。"),
        ("people", "２００，０００", "不能大于 100000。"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_value_and_stays_typed(name, typed, said):
    form = NumberForm({name: typed})
    kept = {"3。5": "3.5", "２００，０００": "200000"}.get(typed, typed)
    assert (form.errors, form[name].value()) == ({name: [said]}, kept)


def test_a_number_is_typed_as_text_that_a_browser_passes_on():
    form = NumberForm()
    shown = [str(form[name]) for name in ("people", "hours")]
    assert shown == [
        '<input type="text" name="people" inputmode="numeric" class="form-control" id="id_people">',
        '<input type="text" name="hours" inputmode="decimal" class="form-control" id="id_hours">',
    ]


@pytest.mark.parametrize(
    ("clean", "value", "read"),
    [
        (clean_score, "８８。５分", "88.5"),
        (clean_score, 100, "100.0"),
        (clean_score, 0.0, "0.0"),
        (clean_score, " 88 分 ", "88.0"),
        (clean_score, None, ""),
        (clean_score, "　", ""),
        (clean_hours, "3。5 学时", "3.5"),
        (clean_hours, "1,200课时", "1200.0"),
        (learning.clean_hours, "12 课时", "12.0"),
        (clean_sum, "1，200。50元", "1200.50"),
    ],
)
def test_a_cell_is_read_as_a_form_reads_it(clean, value, read):
    assert clean(value) == read


@pytest.mark.parametrize(
    ("clean", "value", "told"),
    [
        (clean_score, "5²", "“5²”不是成绩"),
        (clean_score, "88,5", "“88,5”不是成绩"),
        (clean_score, "优", "“优”不是成绩"),
        (clean_score, "100.5", "成绩“100.5”超出范围"),
        (clean_score, 88.25, "成绩“88.25”超出范围"),
        (clean_score, "9" * 60, "超出范围"),
        (clean_hours, "-1", "学时“-1”超出范围"),
        (learning.clean_hours, 0, "学时“0”超出范围"),
        (clean_sum, "1,5", "“1,5”不是金额"),
        (clean_sum, float("inf"), "不是金额"),
    ],
)
def test_a_cell_that_is_not_certain_is_refused_by_its_value(clean, value, told):
    with pytest.raises(TextError) as caught:
        clean(value)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120),
        ("１２０", 120),
        ("1,200", 1200),
        ("12人", 12),
        (120.0, 120),
        ("0", 0),
        ("", None),
        (7, 7),
        ("3人", 3),
        ("120。0", 120),
    ],
)
def test_counts_are_whole_numbers(value, expected):
    assert cell_count(value) == expected


@pytest.mark.parametrize("value", ["-1", "1.5", "12,00", "约100", "一百", True, float("inf"), "٣", "5²", "①"])
def test_what_is_not_a_count_is_refused(value):
    with pytest.raises(TextError) as refused:
        cell_count(value)
    assert refused.value.code == "not_a_count"


def test_a_count_has_a_limit():
    with pytest.raises(TextError) as refused:
        cell_count("9" * 30)
    assert str(refused.value) == "数字超过了上限 10000000。请核对后重新填写。"
    with pytest.raises(TextError):
        cell_count("101", most=100)
