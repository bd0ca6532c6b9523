"""Forms of unions: the organisation form, moves and endings, terms and certificates."""

from django import forms
from django.utils import timezone

from core import codes
from core.forms import DateInput, LongSelect, VersionedForm
from unions.forms.base import CHOOSE
from unions.models import LegalRegistration, OrgType, Union, UnionProfile
from unions.services.profiles import PROFILE_FIELDS

# The form's parts, in the order of 附件一 and domain facts 2.1.
SECTIONS = (
    ("工会信息", ("name", "short_name", "org_type", "parent", "code", "credit_code", "founded_on",
                  "address", "email", "head_name", "head_phone")),
    ("建会情况", ("preparing_from", "approval_number", "founding_way", "full_time_cadres")),
    ("申报人数", ("declared_members", "declared_women_members", "declared_employees", "declared_women",
                  "declared_migrants")),
    ("组织与制度", ("has_audit_committee", "has_women_committee", "has_supervision_committee",
                    "has_congress", "opens_affairs", "has_contract")),
    ("法人登记与代管", ("can_register", "is_holding")),
)  # fmt: skip
FLAG_CHOICES = [("", "未填"), ("1", "有"), ("0", "无")]


def _flag_field(field) -> forms.TypedChoiceField:
    """Yes, no, or nobody has said."""
    return forms.TypedChoiceField(
        label=field.verbose_name,
        choices=FLAG_CHOICES,
        required=False,
        coerce=lambda value: value == "1",
        empty_value=None,
    )


def profile_fields() -> dict[str, forms.Field]:
    """Form fields of the profile; a flag is a choice of three."""
    made = forms.fields_for_model(
        UnionProfile, fields=PROFILE_FIELDS, widgets={"preparing_from": DateInput()}
    )
    made["founding_way"].choices = [("", "未填"), *UnionProfile.FoundingWay.choices]
    flags = [field for field in UnionProfile._meta.concrete_fields if field.name in SECTIONS[3][1]]
    return made | {field.name: _flag_field(field) for field in flags}


class UnionForm(VersionedForm):
    """The organisation form, with the profile's fields beside the union's own.

    ``parents`` are the unions below which the user may put one; the parent of an existing union changes on
    the moving page.
    """

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
            "head_name": "填写工会法定代表人",
        }

    def __init__(self, *args, parents=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= profile_fields()
        self.fields["org_type"].choices = [("", CHOOSE), *self._kinds()]
        if self.instance.pk:
            self._fill_profile()
            for name in ("code", "parent", *(() if self.instance.parent_id else ("org_type",))):
                self.fields.pop(name)
        else:
            self.fields["parent"].queryset = parents.filter(dissolved_on=None).order_by("path")
            self.fields["parent"].required = True
            self.fields["parent"].empty_label = CHOOSE
            self.fields["code"].required = False

    @property
    def sections(self) -> list[tuple[str, list]]:
        """(title, bound fields) of the parts of the form."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in SECTIONS]

    def _kinds(self) -> list[tuple[str, str]]:
        """Types of the code table that may be entered today and that the software knows, with the table's
        names; the union's own type stays even if withdrawn."""
        known = {*OrgType.values} - {OrgType.TOWN}
        offered = [(code, name) for code, name in codes.choices("union_org_type") if code in known]
        own = self.instance.org_type
        if own and own not in dict(offered):
            offered.append((own, self.instance.get_org_type_display()))
        return offered

    def _fill_profile(self) -> None:
        profile = UnionProfile.objects.filter(union=self.instance).first()
        for name in PROFILE_FIELDS if profile else ():
            value = getattr(profile, name)
            self.initial[name] = (
                {True: "1", False: "0"}.get(value, value) if name in SECTIONS[3][1] else value
            )


class AsAtForm(forms.Form):
    """The day of which the tree is shown; today unless asked."""

    on = forms.DateField(label="截至日期", required=False, widget=DateInput())

    def clean_on(self):
        """None for today; days to come are refused."""
        day, today = self.cleaned_data["on"], timezone.localdate()
        if day and day > today:
            raise forms.ValidationError(f"日期不能晚于今天，现填 {day}")
        return day if day != today else None


class MoveForm(forms.Form):
    parent = forms.ModelChoiceField(
        label="新的上级工会", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    on = forms.DateField(
        label="变更日期",
        widget=DateInput(),
        initial=timezone.localdate,
        help_text="自这一天起隶属新的上级；此前的隶属关系保留备查",
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
