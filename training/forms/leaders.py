"""Forms of skill leaders and their allowances."""

import datetime as dt

from django import forms
from django.utils import timezone

from core.forms import DayField, MonthInput, version_field
from training.forms.people import PeopleForm
from training.models import Payer, SkillLeader
from unions.forms import CHOOSE

REASON = "记入变更记录。不要写证件号码或电话号码"
FACTS = ("trade", "team", "start", "until", "allowance", "document_number")


class FactsForm(forms.Form):
    """What the document of appointment says."""

    trade = forms.CharField(
        label="工种", max_length=200, widget=forms.TextInput(attrs={"list": "trades", "autocomplete": "off"})
    )
    team = forms.CharField(label="带领的班组或团队", max_length=400)
    start = DayField(label="聘期开始")
    until = DayField(label="聘期至", help_text="聘期的最后一天")
    allowance = forms.IntegerField(label="每月津贴（元）", min_value=1, help_text="整数")
    document_number = forms.CharField(label="聘任文号", max_length=200, required=False)


class LeaderForm(PeopleForm, FactsForm):
    """A new appointment."""

    people = {"worker": ("职工", True)}


class EditLeaderForm(FactsForm):
    """The facts of a known appointment, with the state they were read in."""

    def __init__(self, data=None, *, leader: SkillLeader):
        super().__init__(data, initial={name: getattr(leader, name) for name in FACTS})
        self.fields["version"] = version_field(leader)


class DecisionForm(forms.Form):
    """A decision of the town about what it saw."""

    version = forms.CharField(widget=forms.HiddenInput)


class RefusalForm(DecisionForm):
    """A refusal with its reason."""

    note = forms.CharField(
        label="理由", max_length=200, help_text="登记的工会会看到。不要写证件号码或电话号码"
    )


class EndLeaderForm(forms.Form):
    """The early end of a term, with the state that the user saw."""

    end = DayField(
        label="提前结束日期",
        initial=timezone.localdate,
        help_text="从这一天起不再担任；登记错的填聘期开始日期，即从未计入",
    )
    note = forms.CharField(label="事由", max_length=200, help_text=REASON)

    def __init__(self, data=None, *, leader: SkillLeader):
        super().__init__(data)
        self.fields["version"] = version_field(leader)


class MonthField(forms.CharField):
    """A month, ``2026-10``, as its first day."""

    widget = MonthInput

    def to_python(self, value) -> dt.date | None:
        """The first day, or None for nothing."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            return dt.date.fromisoformat(f"{text.strip()}-01")
        except ValueError:
            raise forms.ValidationError(f"“{text[:10]}”不是月份，请写成 2026-10")

    def prepare_value(self, value):
        """As the browser's picker has it."""
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else value


class MonthForm(forms.Form):
    """Which month is looked at."""

    month = MonthField(label="月份")


class PayForm(forms.Form):
    """When and by whom a month was paid."""

    month = MonthField(widget=forms.HiddenInput)
    paid_on = DayField(label="发放日期", initial=timezone.localdate)
    payer = forms.ChoiceField(label="发放单位", choices=[("", CHOOSE), *Payer.choices])


class StrikeForm(forms.Form):
    """Why a payment is taken back."""

    note = forms.CharField(label="事由", max_length=200, help_text=REASON)
