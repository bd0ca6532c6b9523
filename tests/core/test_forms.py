"""How fields render: classes, names for screen readers, errors tied to fields, dates that survive."""

import datetime as dt

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template.loader import render_to_string

from core.errors import RuleError
from core.forms import DateInput, LongSelect, check_version, version_field


class SampleForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="与证件一致")
    born = forms.DateField(label="出生日期", required=False, widget=DateInput)
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")], required=False, widget=LongSelect)
    agreed = forms.BooleanField(label="已核对")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    version = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (forms.CharField(max_length=3), "四个字的", "最多 3 个字，现有 4 个字，请缩短。"),
        (forms.IntegerField(max_value=2100), "2101", "不能大于 2100。"),
        (forms.IntegerField(min_value=1), "0", "不能小于 1。"),
        (forms.DecimalField(max_digits=5, decimal_places=2), "12.345", "最多 2 位小数。"),
        (forms.DecimalField(max_digits=5, decimal_places=2), "1234.5", "数字太大，小数点前最多 3 位。"),
        (forms.DecimalField(max_digits=5, decimal_places=2), "1234567", "数字太长，最多 5 位（含小数）。"),
    ],
)
def test_djangos_own_checks_speak_as_a_clerk_does(field, typed, said):
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    assert caught.value.messages == [said]


def test_nothing_chosen_is_said_in_words():
    """Django writes nine dashes where a model offers choices or rows."""
    field = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "甲")])
    html = field.widget.render("kind", "")
    assert (
        html
        == '<select name="kind"><option value="" selected>请选择</option><option value="a">甲</option></select>'
    )


def test_an_unbound_form_shows_help_and_marks_what_is_required():
    html = str(SampleForm())
    assert (
        '<input type="text" name="name" required aria-describedby="id_name_helptext" class="form-control" id="id_name">'
        in html
    )
    assert '<div class="form-text" id="id_name_helptext">与证件一致</div>' in html
    assert html.count('<span class="required"') == 3
    assert "is-invalid" not in html
    assert '<select name="kind" data-long-select="" class="form-select" id="id_kind">' in html
    assert '<input type="checkbox" name="agreed" required class="form-check-input" id="id_agreed">' in html


def test_errors_stand_at_the_field_and_in_the_summary_with_a_link():
    html = str(SampleForm({"sex": "3"}))
    assert (
        'aria-invalid="true" aria-describedby="id_name_helptext id_name_error" class="form-control is-invalid"'
        in html
    )
    assert '<div class="field-error" id="id_name_error"><div>这个字段是必填项。</div></div>' in html
    assert '<a href="#id_name" class="alert-link">姓名</a>：这个字段是必填项。' in html
    assert '<a href="#id_sex" class="alert-link">性别</a>' in html
    assert '<fieldset class="field" aria-describedby="id_sex_error">' in html


def test_every_described_by_leads_somewhere():
    html = str(SampleForm({"sex": "3"}))
    ids = {part for text in html.split('aria-describedby="')[1:] for part in text.split('"')[0].split()}
    assert [name for name in ids if f'id="{name}"' not in html] == []


def test_hidden_fields_take_no_place_in_the_grid():
    html = str(SampleForm())
    assert '<input type="hidden" name="version" id="id_version">' in html
    assert html.count('class="form-cell') == 6
    assert html.count("form-cell-wide") == 1


def test_a_stored_date_comes_back_as_it_was():
    form = SampleForm(initial={"born": dt.date(2012, 5, 1)})
    assert 'type="date" name="born" value="2012-05-01"' in str(form["born"])
    bound = SampleForm({"name": "张三", "born": "2012-05-01", "sex": "1", "agreed": "on"})
    assert bound.is_valid()
    assert bound.cleaned_data["born"] == dt.date(2012, 5, 1)


def test_text_of_users_is_escaped_in_the_summary():
    form = SampleForm({"name": "x", "sex": "1", "agreed": "on"})
    form.is_valid()
    form.add_error("name", "<b>“x”不是姓名</b>")
    assert "&lt;b&gt;" in str(form)
    assert "<b>" not in str(form)


class Row:
    version = 3


def test_a_row_changed_meanwhile_is_refused():
    seen = version_field(Row()).initial
    assert seen == "3"
    check_version(Row(), seen)
    changed = Row()
    changed.version = 4
    for stale in (seen, "", "x"):
        with pytest.raises(RuleError, match="已被其他人修改"):
            check_version(changed, stale)


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("badge", {"text": "正常", "tone": "success"}, '<span class="tag tag-success">正常</span>'),
        ("badge", {"text": "未知"}, '<span class="tag tag-neutral">未知</span>'),
        ("stat_card", {"label": "会员", "value": 0, "unit": "人"}, '<span class="stat-value">0</span>'),
        ("progress", {"done": 3, "total": 10}, 'value="3" max="10"'),
        ("progress", {"label": "正在核对"}, 'aria-label="正在核对"></progress>'),
        ("definition", {"label": "人数", "value": 0}, "<dd>0</dd>"),
        ("definition", {"label": "人数", "value": None}, "<dd>—</dd>"),
        ("steps", {"steps": ["上传", "核对"], "current": 2}, 'aria-current="step"'),
        ("empty", {"title": "没有", "hint": "请导入"}, '<p class="empty-title">没有</p>'),
        ("chart", {"chart_id": "c1", "title": "入会", "option": {"a": "</script>"}}, r"\u003C/script\u003E"),
    ],
)
def test_components_render(name, context, expected):
    assert expected in render_to_string(f"components/{name}.html", context)
