"""Forms of permits for special work."""

from django import forms
from django.utils import timezone

from core.codes import offered
from core.forms import DayField, version_field
from training.models import Permit
from training.queries.permit_states import masked
from unions.forms import CHOOSE, code_field

TABLE = "permit_category"
REASON = "记入变更记录。不要写证件号码或电话号码"


class PermitForm(forms.Form):
    """The facts of a card as printed."""

    category = code_field(TABLE, "作业类别", required=True)
    item = forms.CharField(
        label="准操项目", max_length=200, required=False, help_text="例如低压电工作业；同一类别有几张证的必填"
    )
    number = forms.CharField(
        label="操作证号",
        max_length=60,
        help_text="按操作证填写，一般为 T 加身份证号码；加密存放，页面只显示末两位",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    issuer = forms.CharField(label="发证机关", max_length=200, required=False)
    issued_on = DayField(label="发证日期", help_text="本证有效期的起始日")
    valid_until = DayField(label="有效期至", required=False, help_text="留空则按法定有效期推算")
    long_service = forms.BooleanField(
        label="连续从业十年以上且无违章",
        required=False,
        help_text="经发证机关同意延长复审间隔的才勾选",
    )


class EditPermitForm(PermitForm):
    """A card that is recorded already. A blank number leaves the stored one."""

    def __init__(self, data=None, *, permit: Permit):
        initial = {name: getattr(permit, name) for name in PermitForm.base_fields if name != "number"}
        super().__init__(data, initial=initial)
        self.fields["version"] = version_field(permit)
        self.fields["category"].choices = [("", CHOOSE), *offered(TABLE, stored=permit.category)]
        self.fields["number"].required = False
        self.fields["number"].help_text = f"现为 {masked(permit.number_tail)}；不改请留空"


class ReviewForm(forms.Form):
    """One review."""

    on = DayField(label="复审日期", initial=timezone.localdate)
    passed = forms.TypedChoiceField(
        label="结果",
        choices=[("", CHOOSE), ("yes", "合格"), ("no", "不合格")],
        coerce=lambda value: value == "yes",
    )
    hours = forms.DecimalField(
        label="复审前安全培训学时", required=False, min_value=0, max_digits=5, decimal_places=1
    )
    note = forms.CharField(label="说明", required=False, max_length=200, help_text="不要写证件号码或电话号码")


class RevokeForm(forms.Form):
    """The end of a card, with the state that the user saw."""

    on = DayField(label="注销日期", initial=timezone.localdate, help_text="录错的证填发证日期，即从未计入")
    note = forms.CharField(label="事由", max_length=200, help_text=REASON)

    def __init__(self, data=None, *, permit: Permit):
        super().__init__(data)
        self.fields["version"] = version_field(permit)


class StrikeForm(forms.Form):
    note = forms.CharField(label="事由", max_length=200, help_text=REASON)
