"""Forms about the jobs of one person."""

from django import forms
from django.utils import timezone

from core.forms import DateInput
from unions.forms import CHOOSE, code_field
from unions.models import Employer
from workers.forms.people import firm_select


class EmploymentForm(forms.Form):
    """A job beside or after the present one."""

    employer = forms.ModelChoiceField(
        label="工作单位", empty_label=CHOOSE, queryset=Employer.objects.none(), widget=firm_select()
    )
    start = forms.DateField(label="入职日期", widget=DateInput(), initial=timezone.localdate)
    form = code_field("employment_form", "用工形式")
    occupation = forms.CharField(label="工种", max_length=50, required=False)
    team = forms.CharField(label="班组", max_length=50, required=False)
    staff_number = forms.CharField(label="工号", max_length=30, required=False)

    def __init__(self, *args, employers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = employers.filter(closed_on=None).order_by("name")


class EndEmploymentForm(forms.Form):
    end = forms.DateField(
        label="离职日期", widget=DateInput(), initial=timezone.localdate, help_text="不再在此工作的第一天"
    )
