"""Forms about the jobs of one person."""

from django import forms
from django.utils import timezone

from core.codes import offered
from core.definitions import help_texts
from core.forms import DayField
from unions.forms import CHOOSE, code_field
from unions.models import Employer
from workers.forms.people import firm_select


class JobForm(forms.Form):
    """The facts of a job."""

    start = DayField(label="入职日期", required=False)
    form = code_field("employment_form", "用工形式")
    occupation = forms.CharField(label="工种", max_length=200, required=False)
    team = forms.CharField(label="班组", max_length=200, required=False)
    staff_number = forms.CharField(label="工号", max_length=120, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form"].help_text = help_texts("dispatched").get("dispatched", "")


class EditEmploymentForm(JobForm):
    """The facts of a running job, with the state of the person that the user saw."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, employment, version: str):
        initial = {name: getattr(employment, name) for name in JobForm.base_fields} | {"version": version}
        super().__init__(data, initial=initial)
        self.fields["form"].choices = [("", CHOOSE), *offered("employment_form", stored=employment.form)]


class EmploymentForm(JobForm):
    """A job beside or after the present one."""

    employer = forms.ModelChoiceField(
        label="工作单位", empty_label=CHOOSE, queryset=Employer.objects.none(), widget=firm_select()
    )
    start = DayField(label="入职日期", initial=timezone.localdate)
    field_order = ("employer",)

    def __init__(self, *args, employers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = employers.filter(closed_on=None).order_by("name")


class EndEmploymentForm(forms.Form):
    end = DayField(label="离职日期", initial=timezone.localdate, help_text="不再在此工作的第一天")
