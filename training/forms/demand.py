"""Forms of surveys of demand and yearly plans. Rules live in the services."""

import datetime as dt

from django import forms
from django.utils import timezone

from core.forms import DayField, LongSelect, VersionedForm, version_field
from training.models import DemandSurvey, TrainingPlan
from unions.forms import CHOOSE


def next_year() -> int:
    """What a plan made today is usually about, from July on."""
    today: dt.date = timezone.localdate()
    return today.year + (today.month > 6)


class SurveyForm(VersionedForm):
    deadline = DayField(label="截止日期", help_text="当日仍可填报")

    class Meta:
        model = DemandSurvey
        fields = ["title", "year", "deadline", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = next_year


class AnswerForm(forms.Form):
    """What an answer says beside its lines; ``version`` is that of the answer the user saw."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    no_demand = forms.BooleanField(label="本工会无培训需求", required=False)


class PlanForm(forms.ModelForm):
    """A new plan."""

    class Meta:
        model = TrainingPlan
        fields = ["union", "year"]
        widgets = {"union": LongSelect()}

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE
        self.fields["year"].initial = next_year

    def _post_clean(self):
        """The service builds and checks the row."""


class PlanTextForm(forms.Form):
    """What a plan says beside its lines."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="说明", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(label="撤回原因", max_length=200, help_text="记入变更记录")

    def __init__(self, data=None, *, plan: TrainingPlan):
        super().__init__(data)
        self.fields["version"] = version_field(plan)
