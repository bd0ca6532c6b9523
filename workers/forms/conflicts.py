"""Forms of the conflict desk."""

from django import forms
from django.utils import timezone

from core.forms import DateInput
from unions.forms import CHOOSE
from unions.models import Employer
from workers.models import Conflict

OPEN, DECIDED, ALL = "open", "decided", "all"


class ConflictFilterForm(forms.Form):
    """Query string of the desk; open cases unless it names others."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[(OPEN, "核实中"), (DECIDED, "已处理"), (ALL, "全部")]
    )

    def __init__(self, data, *args, **kwargs):
        data = data.copy()
        data.setdefault("state", OPEN)
        super().__init__(data, *args, **kwargs)

    def narrowed(self, cases):
        """The cases in the state that is asked for."""
        state = self.cleaned_data.get("state") if self.is_valid() else OPEN
        if state == ALL:
            return cases
        return cases.exclude(decision="") if state == DECIDED else cases.filter(decision="")


class SettleForm(forms.Form):
    """A decision; ``employers`` are the firms in the claimant's charge."""

    decision = forms.ChoiceField(label="决定", choices=[("", CHOOSE), *Conflict.Decision.choices])
    on = forms.DateField(
        label="办理日期",
        required=False,
        widget=DateInput(),
        initial=timezone.localdate,
        help_text="会籍转入或登记第二份工作时填写",
    )
    employer = forms.ModelChoiceField(
        label="申报工会的工作单位",
        queryset=Employer.objects.none(),
        required=False,
        empty_label="不登记就业",
        help_text="登记第二份工作时必选；该单位随后会出现在原工会保管的记录上",
    )
    ends_job = forms.BooleanField(label="同日登记原单位离职（仅会籍转入时）", required=False)
    note = forms.CharField(
        label="依据", max_length=200, help_text="例如核对的合同、证件；不要写证件号码或电话号码"
    )

    def __init__(self, *args, employers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = employers.filter(closed_on=None).order_by("name")
