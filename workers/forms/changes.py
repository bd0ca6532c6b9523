"""Forms about dated rows and documents of one person."""

from django import forms
from django.utils import timezone

from core.forms import DateInput, LongSelect
from unions.forms import CHOOSE, code_field
from unions.models import Employer, Union
from workers.forms.people import ConfirmingForm, firm_select
from workers.models import Change


class MembershipForm(forms.Form):
    """A change of membership; ``unions`` are those for which the user keeps the roll."""

    change = forms.ChoiceField(label="会籍变化类型", choices=[("", CHOOSE), *Change.choices])
    on = forms.DateField(label="变化日期", widget=DateInput(), initial=timezone.localdate)
    reason = code_field("membership_change_reason", "变化原因")
    union = forms.ModelChoiceField(
        label="转入或保留于",
        queryset=Union.objects.none(),
        required=False,
        empty_label="现所属工会",
        widget=LongSelect(),
        help_text="入会、转入、保留时填写",
    )
    status = forms.ChoiceField(
        label="保留情形",
        required=False,
        choices=[
            ("", "（仅保留会籍时选择）"),
            ("30", "失业"),
            ("31", "退休"),
            ("32", "服兵役"),
            ("33", "原工会撤销"),
        ],
    )
    note = forms.CharField(
        label="依据或说明",
        required=False,
        max_length=200,
        help_text="除名和非本人要求的退会必填。不要写证件号码或电话号码",
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")


class DocumentForm(ConfirmingForm):
    doc_type = code_field("id_document_type", "新证件类别", required=True)
    number = forms.CharField(
        label="新证件号码", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    on = forms.DateField(label="换证日期", widget=DateInput(), initial=timezone.localdate)


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
