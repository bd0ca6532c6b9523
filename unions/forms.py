"""Forms of unions, firms and posts. Rules live in the services; a form only reads and offers."""

from django import forms
from django.utils import timezone

from accounts.models import User
from core import codes
from core.forms import DateInput, LongSelect, attempt as attempt, show_refusal as show_refusal, version_field
from unions.models import COMMITTEES, FEDERATIONS, Employer, Headcount, LegalRegistration, OrgType, Union
from unions.roles import Role
from unions.services.posts import INVITED_ROLES

CHOOSE = "请选择"


def code_field(table: str, label: str, *, required: bool = False, **kwargs) -> forms.ChoiceField:
    """A choice among the codes of a table that may be entered today."""
    return forms.ChoiceField(
        label=label, required=required, choices=lambda: [("", CHOOSE), *codes.offered(table)], **kwargs
    )


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


class EmployerForm(forms.ModelForm):
    """``unions`` are those a new firm may belong to; an existing firm changes union on the coverage page."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
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
            self.fields["version"] = version_field(self.instance)
            self.fields.pop("union")
            self.fields.pop("covered_from")
        else:
            self.fields.pop("closed_on")
            self.fields.pop("version")

    def _post_clean(self):
        """The service builds and checks the row."""


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


class PostForm(forms.Form):
    """``unions`` are those over which the user may appoint."""

    user = forms.ModelChoiceField(
        label="账号",
        empty_label=CHOOSE,
        queryset=User.objects.filter(is_active=True).order_by("name"),
        widget=LongSelect(),
    )
    union = forms.ModelChoiceField(
        label="工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    role = forms.ChoiceField(label="角色", choices=[("", CHOOSE), *Role.choices])
    start = forms.DateField(label="任职起", widget=DateInput(), initial=timezone.localdate)
    end = forms.DateField(
        label="任职止", widget=DateInput(), required=False, help_text="不再任职的第一天；未定可留空"
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")


class EndPostForm(forms.Form):
    end = forms.DateField(
        label="任职止", widget=DateInput(), initial=timezone.localdate, help_text="不再任职的第一天"
    )


class InvitationForm(forms.Form):
    """``unions`` are those over which the user may appoint."""

    username = forms.CharField(
        label="用户名",
        max_length=30,
        help_text="登录用，3 至 30 位小写字母、数字、点、横线或下划线，以字母开头",
    )
    name = forms.CharField(label="姓名", max_length=50)
    email = forms.EmailField(label="电子邮箱", required=False, help_text="填写后同时发送邀请邮件")
    union = forms.ModelChoiceField(
        label="工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    role = forms.ChoiceField(
        label="角色", choices=[(role.value, role.label) for role in INVITED_ROLES], initial=Role.OFFICER
    )
    start = forms.DateField(label="任职起", widget=DateInput(), initial=timezone.localdate)
    end = forms.DateField(label="任职止", widget=DateInput(), required=False, help_text="未定可留空")

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
