"""Forms of apprenticeships."""

from django import forms
from django.utils import timezone

from core import codes
from core.codes import offered
from core.forms import DayField, version_field
from training.forms.people import PeopleForm
from training.models import Apprenticeship
from training.queries.apprentices import certificates_gained
from unions.forms import CHOOSE, code_field

TABLE = "skill_level"
FACTS = ("trade", "goal_level", "goal", "signed_on", "start", "until")
REASON = "记入变更记录。不要写证件号码或电话号码"


class FactsForm(forms.Form):
    """What the agreement says."""

    trade = forms.CharField(
        label="工种", max_length=200, widget=forms.TextInput(attrs={"list": "trades", "autocomplete": "off"})
    )
    goal_level = code_field(TABLE, "目标等级")
    goal = forms.CharField(
        label="目标技能",
        max_length=400,
        required=False,
        help_text="例如“独立完成断路器装配调试”。目标等级和目标技能至少填一项",
    )
    signed_on = DayField(label="协议签订日期")
    start = DayField(label="开始日期")
    until = DayField(label="约定期满日期", help_text="协议约定的最后一天")


class PairForm(PeopleForm, FactsForm):
    """A new pair. The apprentice is not asked for on the page of a person."""

    people = {"master": ("师傅", True), "apprentice": ("徒弟", True)}


class MasterForm(PeopleForm, FactsForm):
    """A new pair of a known apprentice."""

    people = {"master": ("师傅", True)}


class EditPairForm(FactsForm):
    """The facts of a known pair, with the state they were read in."""

    def __init__(self, data=None, *, pair: Apprenticeship):
        super().__init__(data, initial={name: getattr(pair, name) for name in FACTS})
        self.fields["version"] = version_field(pair)
        self.fields["goal_level"].choices = [("", CHOOSE), *offered(TABLE, stored=pair.goal_level)]


class CertificateField(forms.ModelChoiceField):
    """Certificates by kind, trade, level and day."""

    def label_from_instance(self, certificate) -> str:
        """Nothing of the number."""
        level = codes.names(TABLE).get(certificate.level, "")
        return f"{certificate.get_kind_display()} {certificate.trade}{level}，{certificate.issued_on} 发证"


class EndPairForm(forms.Form):
    """What came of a pair, with the state that the user saw."""

    outcome = forms.ChoiceField(label="结果", choices=[("", CHOOSE), *Apprenticeship.Outcome.choices])
    end = DayField(
        label="结束日期",
        initial=timezone.localdate,
        help_text="出师、期满或中止的日期；登记错的选中止并填开始日期，即从未计入",
    )
    certificate = CertificateField(
        label="证明出师的证书",
        queryset=None,
        required=False,
        empty_label="没有或不附",
        help_text="只列出徒弟自开始日期起取得、镇总工会已核验的证书",
    )
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text=f"未出师和中止的必填。{REASON}"
    )

    def __init__(self, data=None, *, pair: Apprenticeship):
        super().__init__(data)
        self.fields["version"] = version_field(pair)
        self.fields["certificate"].queryset = certificates_gained(pair, timezone.localdate())


class ReopenForm(forms.Form):
    """Why an outcome is taken back, with the state that the user saw."""

    note = forms.CharField(label="事由", max_length=200, help_text=REASON)

    def __init__(self, data=None, *, row):
        super().__init__(data)
        self.fields["version"] = version_field(row)
