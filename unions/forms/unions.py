"""Forms of unions: the organisation form, moves and endings, terms and certificates."""

from django import forms
from django.utils import timezone

from core.forms import DateInput, LongSelect, version_field
from unions.forms.base import CHOOSE
from unions.models import LegalRegistration, OrgType, Union


class UnionForm(forms.ModelForm):
    """``parents`` are the unions below which the user may put one; the parent of an existing union changes on
    the moving page."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Union
        fields = [
            "name", "short_name", "org_type", "parent", "code", "credit_code", "founded_on",
            "declared_members", "head_name", "head_phone", "can_register", "is_holding",
        ]  # fmt: skip
        widgets = {"founded_on": DateInput(), "parent": LongSelect()}
        help_texts = {
            "code": "留空则自动编号",
            "credit_code": "工会自己的代码，以 81 或 89 开头；不是单位的代码",
            "declared_members": "按采集表申报；与名册人数分开保存",
        }

    def __init__(self, *args, parents=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["org_type"].choices = [
            ("", CHOOSE),
            *[choice for choice in OrgType.choices if choice[0] != OrgType.TOWN],
        ]
        if self.instance.pk:
            self.fields["version"] = version_field(self.instance)
            left_out = ["code", "parent", *([] if self.instance.parent_id else ["org_type"])]
        else:
            self.fields["parent"].queryset = parents.filter(dissolved_on=None).order_by("path")
            self.fields["parent"].required = True
            self.fields["parent"].empty_label = CHOOSE
            self.fields["code"].required = False
            left_out = ["version"]
        for name in left_out:
            self.fields.pop(name)

    def _post_clean(self):
        """The service builds and checks the row; this form must not touch the instance shown on the page."""


class MoveForm(forms.Form):
    parent = forms.ModelChoiceField(
        label="新的上级工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = unions.filter(dissolved_on=None).order_by("path")


class TermForm(forms.Form):
    number = forms.IntegerField(label="届次", min_value=1, max_value=99)
    start = forms.DateField(label="选举日期", widget=DateInput())
    years = forms.TypedChoiceField(label="任期", coerce=int, choices=[(3, "3 年"), (5, "5 年")])


class RegistrationForm(forms.ModelForm):
    class Meta:
        model = LegalRegistration
        fields = ["number", "start", "end"]
        widgets = {"start": DateInput(), "end": DateInput()}

    def _post_clean(self):
        """The service builds and checks the row."""


class DissolveForm(forms.Form):
    on = forms.DateField(label="撤销日期", widget=DateInput(), initial=timezone.localdate)
