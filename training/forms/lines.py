"""A dense table of lines in a form: rows that stay empty are nothing, an emptied row goes away."""

from django import forms
from django.forms.formsets import BaseFormSet

from core.codes import offered
from training.models import DemandLine, PlanLine, Quarter

SPARE, MORE = 5, 5  # empty rows a form shows at least, and how many "more" adds
MOST_ROWS = 120
QUARTERS = [("", "—"), *Quarter.choices]


class LineForm(forms.Form):
    """One row. What is typed decides whether it is a line at all."""

    use_required_attribute = False
    kind = forms.ChoiceField(label="培训类别")
    trade = forms.CharField(label="工种", max_length=50, required=False)
    level = forms.ChoiceField(label="技能等级", required=False)
    people = forms.IntegerField(label="人数", min_value=1, max_value=100_000)

    def __init__(self, *args, tables: dict, **kwargs):
        kwargs["empty_permitted"] = True
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        for name, choices in tables.items():
            stored = self.initial.get(name, "")
            known = stored in dict(choices)
            self.fields[name].choices = choices if known else [*choices, (stored, stored)]
        self.fields["trade"].widget.attrs["list"] = "trades"

    def has_changed(self):
        """Something stands in the row."""
        names = [name for name, field in self.fields.items() if not field.widget.is_hidden]
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in names)


class DemandLineForm(LineForm):
    wished = forms.TypedChoiceField(
        label="希望时间", choices=QUARTERS, coerce=int, empty_value=None, required=False
    )
    note = forms.CharField(label="备注", max_length=200, required=False)
    field_order = ["kind", "trade", "level", "people", "wished", "note"]


class PlanLineForm(LineForm):
    """``line`` is the key of a line that is known."""

    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="培训名称", max_length=100)
    people = forms.IntegerField(label="计划人数", min_value=1, max_value=100_000)
    hours = forms.DecimalField(label="计划学时", max_digits=6, decimal_places=1, min_value=0, required=False)
    quarter = forms.TypedChoiceField(
        label="计划时间", choices=QUARTERS, coerce=int, empty_value=None, required=False
    )
    fund_source = forms.CharField(label="经费来源", max_length=100, required=False)
    field_order = ["line", "title", "kind", "trade", "level", "people", "hours", "quarter", "fund_source"]


class LineFormSet(BaseFormSet):
    """The rows of one form."""

    @property
    def lines(self) -> list[dict]:
        """The facts of the rows in which something stands, in their order; call it when the rows are valid."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]


def _formset(form: type[LineForm]):
    return forms.formset_factory(form, formset=LineFormSet, extra=SPARE, max_num=MOST_ROWS)


DEMAND_LINES, PLAN_LINES = _formset(DemandLineForm), _formset(PlanLineForm)


def _rows(formset, data, initial: list[dict]):
    """Bound to ``data`` (with more rows if it asks for them), or filled from ``initial``."""
    tables = {
        "kind": [("", "—"), *offered("training_kind")],
        "level": [("", "—"), *offered("skill_level")],
    }
    if data is not None and "more" in data:
        data = data.copy()
        total = data.get("lines-TOTAL_FORMS", "")
        data["lines-TOTAL_FORMS"] = str(min(int(total if total.isdecimal() else 0) + MORE, MOST_ROWS))
    return formset(data, initial=initial, prefix="lines", form_kwargs={"tables": tables})


def demand_rows(data, lines: list[DemandLine]):
    """The rows of a union's answer to a survey."""
    names = list(DemandLineForm.base_fields)
    return _rows(DEMAND_LINES, data, [{name: getattr(row, name) for name in names} for row in lines])


def plan_rows(data, lines: list[PlanLine]):
    """The rows of a plan."""
    names = [name for name in PlanLineForm.base_fields if name != "line"]
    found = [{"line": row.pk} | {name: getattr(row, name) for name in names} for row in lines]
    return _rows(PLAN_LINES, data, found)
