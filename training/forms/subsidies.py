"""Forms about subsidies. Values are cleaned and judged by the services."""

from django import forms
from django.utils import timezone

from core.forms import DayField, version_of
from training.filters.subsidies import rung_choices
from training.models import SubsidyLimit

TRADES = {"list": "trades", "autocomplete": "off"}
SOURCE = "文件名称和文号，例如“关于……的通知（……〔2026〕……号）”"


class RuleForm(forms.Form):
    """What every rule has."""

    start = DayField(label="施行日期", help_text="按证书的发证日期判断是否适用")
    source = forms.CharField(label="依据", max_length=400, help_text=SOURCE)


class RateForm(RuleForm):
    level = forms.ChoiceField(label="等级", choices=lambda: [("", "请选择"), *rung_choices()])
    trade = forms.CharField(
        label="工种",
        max_length=200,
        required=False,
        help_text="与证书上的写法一致；留空为各工种通用。有专门标准的工种不用通用标准",
        widget=forms.TextInput(attrs=TRADES),
    )
    base = forms.IntegerField(label="补贴标准（元）", min_value=1)
    surcharge = forms.IntegerField(
        label="紧缺工种加成（%）", min_value=0, initial=0, help_text="在紧缺工种目录内的另加；不加的填 0"
    )
    field_order = ["level", "trade", "base", "surcharge", "start", "source"]


class ShortageForm(RuleForm):
    trade = forms.CharField(
        label="工种",
        max_length=200,
        help_text="与证书上的写法一致",
        widget=forms.TextInput(attrs=TRADES),
    )
    field_order = ["trade", "start", "source"]


class LimitForm(RuleForm):
    kind = forms.ChoiceField(label="限制", choices=[("", "请选择"), *SubsidyLimit.Kind.choices])
    value = forms.IntegerField(
        label="数值", required=False, min_value=1, help_text="月数或次数；自施行日起不再限制的留空"
    )
    field_order = ["kind", "value", "start", "source"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["start"].help_text = "申领期限按证书的发证日期适用，每年次数按申报日期适用"


class EndForm(forms.Form):
    end = DayField(label="停止日期", help_text="这一天起不再适用；之前发的证书仍按原规定")


class ApproveForm(forms.Form):
    """Nothing but the claims that were looked at."""


class RefuseForm(forms.Form):
    note = forms.CharField(
        label="不予通过的理由", max_length=400, help_text="申报的工会会看到；不要写证件号码"
    )


class PayForm(forms.Form):
    paid_on = DayField(label="发放日期", initial=timezone.localdate)
    voucher = forms.CharField(
        label="发放批次（凭证号）", max_length=100, help_text="例如“2026年第1批”；不要写银行账号"
    )


class StrikePaymentForm(forms.Form):
    """Why a payment was noted by mistake, with the state that was looked at."""

    version = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="更正原因", max_length=400, help_text="记入审计日志；不要写证件号码或银行账号"
    )

    def __init__(self, data=None, *, claim):
        super().__init__(data, initial={"version": version_of(claim)})
