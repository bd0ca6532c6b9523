"""Forms about certificates. Values are cleaned and judged by the services, as they are for imports."""

from django import forms
from django.utils import timezone

from core.forms import DayField, version_of
from training.filters.certificates import level_choices
from training.models import Certificate

NONE = [("", "不分等级（专项职业能力证书）")]


class CertificateForm(forms.Form):
    """The facts of a certificate, as they stand on the paper."""

    kind = forms.ChoiceField(label="证书种类", choices=[("", "请选择"), *Certificate.Kind.choices])
    trade = forms.CharField(
        label="职业（工种）",
        max_length=200,
        help_text="按证书填写，例如“电工”",
        widget=forms.TextInput(attrs={"list": "trades", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(label="等级", required=False, choices=lambda: [*NONE, *level_choices()])
    number = forms.CharField(
        label="证书编号", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    issuer = forms.CharField(label="发证机构", max_length=400)
    issued_on = DayField(label="发证日期")
    valid_until = DayField(label="有效期至", required=False, help_text="长期有效的留空")

    FACTS = ("kind", "trade", "level", "number", "issuer", "issued_on", "valid_until")


class CertificateEditForm(CertificateForm):
    """The facts of a known certificate, with the state they were read in."""

    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, certificate: Certificate, **kwargs):
        initial = {name: getattr(certificate, name) for name in self.FACTS}
        super().__init__(data, initial=initial | {"version": version_of(certificate)}, **kwargs)


class VerifyForm(forms.Form):
    """The state that was looked at."""

    version = forms.CharField(widget=forms.HiddenInput)


class RefuseForm(VerifyForm):
    note = forms.CharField(
        label="不予认定的理由", max_length=400, help_text="录入的工会会看到；不要写证件号码"
    )


class RevokeForm(VerifyForm):
    on = DayField(label="失效日期", initial=timezone.localdate, help_text="自这一天起不再计入")
    note = forms.CharField(label="失效原因", max_length=400, help_text="例如“发证机构撤销”；不要写证件号码")


class RestoreForm(VerifyForm):
    note = forms.CharField(label="恢复原因", max_length=400, help_text="例如“登记错了人”；不要写证件号码")


class EvidenceForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="文件",
        help_text="扫描件或照片，PDF、JPG 或 PNG，每个不超过 5 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
