"""Forms of firms: their facts, declared headcounts and coverage."""

from django import forms
from django.utils import timezone

from core.forms import DateInput, LongSelect, VersionedForm
from unions.forms.base import CHOOSE, code_field
from unions.models import COMMITTEES, FEDERATIONS, Employer, Headcount, OrgType, Union


class EmployerForm(VersionedForm):
    """``unions`` are those a new firm may belong to; an existing firm changes union on the coverage page."""

    covered_from = forms.DateField(
        label="覆盖起始日期",
        required=False,
        widget=DateInput(),
        help_text="归口到基层工会或联合基层工会时必填；归口到联合会的单位是未建会单位，请留空",
    )
    nature = code_field("employer_nature", "单位性质类别")
    economy = code_field("economy_kind", "经济类型")
    industry = code_field("industry_section", "所属行业")

    class Meta:
        model = Employer
        fields = [
            "name", "credit_code", "legacy_code", "union", "covered_from", "address", "district",
            "nature", "economy", "industry", "opened_on", "closed_on",
        ]  # fmt: skip
        widgets = {"opened_on": DateInput(), "closed_on": DateInput(), "union": LongSelect()}
        help_texts = {
            "credit_code": "营业执照上的 18 位代码；不是工会的代码",
            "legacy_code": "只在没有统一社会信用代码时填写",
        }

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE
        if self.instance.pk:
            self.fields.pop("union")
            self.fields.pop("covered_from")
        else:
            self.fields.pop("closed_on")


class HeadcountForm(forms.ModelForm):
    class Meta:
        model = Headcount
        fields = ["on", "employees", "women"]
        widgets = {"on": DateInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate

    def _post_clean(self):
        """The service builds and checks the row."""


class CoverForm(forms.Form):
    union = forms.ModelChoiceField(
        label="覆盖工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    start = forms.DateField(label="起始日期", widget=DateInput(), initial=timezone.localdate)

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        open_unions = unions.filter(org_type__in=COMMITTEES, dissolved_on=None)
        self.fields["union"].queryset = open_unions.order_by("path")


class JoinForm(forms.Form):
    """The joint union that is to cover a firm from today; one field, posted from the list of firms."""

    union = forms.ModelChoiceField(label="联合工会", queryset=Union.objects.none())

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(org_type=OrgType.JOINT, dissolved_on=None)


class EndCoverageForm(forms.Form):
    end = forms.DateField(label="终止日期", widget=DateInput(), initial=timezone.localdate)
    union = forms.ModelChoiceField(
        label="改为归口",
        queryset=Union.objects.none(),
        required=False,
        empty_label="上级联合会",
        widget=LongSelect(),
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(org_type__in=FEDERATIONS).order_by("path")
