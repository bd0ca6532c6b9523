"""Forms of providers, qualifications and agreements. Rules live in the services."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from core.codes import offered
from core.forms import DayField, LongSelect, VersionedForm, version_field
from training.models import Agreement, Provider, Qualification
from training.queries.providers import state_in_words, warn_days
from unions.forms import CHOOSE, code_field


class ProviderChoice(forms.ModelChoiceField):
    """Providers with what is to be known of their qualifications; rows come from ``with_state``."""

    @cached_property
    def days(self) -> int:
        """Days before an end from which it is said."""
        return warn_days(timezone.localdate())

    def label_from_instance(self, provider):
        """The name, and how the qualifications stand."""
        words = state_in_words(provider, timezone.localdate(), self.days)
        return f"{provider.name}（{words}）" if words else provider.name


class AgreementChoice(forms.ModelChoiceField):
    """Agreements with their partner and last day."""

    def label_from_instance(self, agreement):
        """Title, partner and term."""
        last = agreement.ended_on and agreement.ended_on - dt.timedelta(days=1)
        return f"{agreement.title}（{agreement.partner.name}，至 {last or agreement.ends_on or '长期'}）"


class ProviderForm(VersionedForm):
    class Meta:
        model = Provider
        fields = ["name", "kind", "credit_code", "contact", "is_active"]
        help_texts = {
            "contact": "单位的办公电话或地址；不要填写个人的手机号和证件号码",
            "is_active": "不再合作的取消勾选，原有班次不变",
        }


class QualificationForm(VersionedForm):
    valid_from = DayField(label="有效期起")
    valid_until = DayField(label="有效期至", required=False, help_text="留空为长期有效")

    class Meta:
        model = Qualification
        fields = ["name", "licence", "issuer", "valid_from", "valid_until"]
        help_texts = {"name": "例如“民办学校办学许可证”；换发的新证另登一条，名称相同"}


class AgreementForm(VersionedForm):
    """``unions`` are those that may sign a new agreement; a known one stays with its union."""

    mode = code_field("cooperation_mode", "合作方式", required=True)
    signed_on = DayField(label="签订日期")
    starts_on = DayField(label="协议期起")
    ends_on = DayField(label="协议期止", required=False, help_text="含当日；未约定期限的留空")

    class Meta:
        model = Agreement
        fields = ["union", "partner", "title", "mode", "signed_on", "starts_on", "ends_on"]
        widgets = {"union": LongSelect(), "partner": LongSelect()}
        help_texts = {"partner": "没有所需院校的，请镇总工会先在承办机构中登记"}

    def __init__(self, *args, unions=None, **kwargs):
        super().__init__(*args, **kwargs)
        stored = self.instance.partner_id
        schools = Provider.objects.filter(kind=Provider.Kind.SCHOOL, is_active=True)
        self.fields["partner"].queryset = schools | Provider.objects.filter(pk=stored)
        self.fields["partner"].empty_label = CHOOSE
        if self.instance.pk:
            self.fields.pop("union")
            codes = offered("cooperation_mode", stored=self.instance.mode)
            self.fields["mode"].choices = [("", CHOOSE), *codes]
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE


class EndForm(forms.Form):
    """The early end of an agreement, with the state that was looked at."""

    on = DayField(label="终止日期", initial=timezone.localdate, help_text="自这一天起不再有效")
    note = forms.CharField(label="终止原因", max_length=200)

    def __init__(self, data=None, *, agreement: Agreement):
        super().__init__(data)
        self.fields["version"] = version_field(agreement)
