"""Forms of honours, teams and studios. Values are cleaned and judged by the services."""

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from competitions.filters.honours import types_of
from competitions.models import HonourType, Nature, Recognition, StudioProject, Team
from competitions.rules.honours import FACTS
from core import codes
from core.access import Permission
from core.codes import offered
from core.forms import DayField, LongSelect, RemoteSelect, VersionedForm, version_field
from unions.forms import CHOOSE, code_field
from unions.models import Employer, Union
from workers.forms.named import PeopleForm

REASON = "记入变更记录。不要写证件号码或电话号码"


class FactsForm(forms.Form):
    """What the document says (FACTS); with ``row`` the facts of a known one, and the state they were read in."""

    nature: str

    type = forms.ChoiceField(label="荣誉种类")
    level = code_field("base_level", "级别", required=True, help_text="按授予单位的层级")
    title = forms.CharField(
        label="荣誉名称", max_length=200, required=False, help_text="按文件或证书填写；留空为荣誉种类的名称"
    )
    issuer = forms.CharField(label="授予单位", max_length=400, help_text="按文件或证书填写全称")
    batch = forms.CharField(label="批次", max_length=100, required=False, help_text="例如“第三批”")
    year = forms.IntegerField(label="年度", min_value=1949, max_value=2100)
    document_number = forms.CharField(label="文件号", max_length=200, required=False)
    awarded_on = DayField(label="授予日期")
    valid_until = DayField(label="有效期至", required=False, help_text="长期有效的留空")
    recheck_on = DayField(label="复核期限", required=False, help_text="文件要求复核的填写；不复核的留空")

    def __init__(self, *args, row: Recognition | None = None, **kwargs):
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in FACTS} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        given = types_of(self.nature)
        usable = dict(codes.choices("honour_type"))
        stored = row.type if row is not None else ""
        self.fields["type"].choices = [("", CHOOSE)] + [
            pair for pair in given if pair[0] in usable or pair[0] == stored
        ]
        if row is not None:
            self.fields["level"].choices = [("", CHOOSE), *offered("base_level", stored=row.level)]
            self.fields["version"] = version_field(row)


class HonourFactsForm(FactsForm):
    nature = Nature.INDIVIDUAL


class HonourForm(HonourFactsForm, PeopleForm):
    """A new honour of somebody on the roll."""

    permission = Permission.EDIT_CONTESTS
    people = {"worker": ("职工", True)}


class CollectiveHonourFactsForm(FactsForm):
    nature = Nature.COLLECTIVE


class CollectiveHonourForm(CollectiveHonourFactsForm):
    """A new honour of a team, a firm or the union itself."""

    union = forms.ModelChoiceField(label="工会", queryset=None, empty_label=CHOOSE, widget=LongSelect())
    team = forms.ModelChoiceField(
        label="班组",
        queryset=None,
        required=False,
        empty_label="不是班组",
        widget=LongSelect(),
        help_text="授予班组、科室的选班组；没有登记的，请先登记班组",
    )
    employer = forms.ModelChoiceField(
        label="用人单位",
        queryset=None,
        required=False,
        empty_label="不是单位",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
        help_text="授予单位的选用人单位；班组和单位都不选的，授予对象是工会",
    )

    def __init__(self, *args, user, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["team"].queryset = Team.objects.editable_by(user).select_related("union").order_by("name")
        self.fields["employer"].queryset = Employer.objects.visible_to(user).select_related("union")
        self.order_fields(["union", "team", "employer"])


class StudioForm(FactsForm, PeopleForm):
    """A studio; without ``studio`` a new one, whose ``unions`` may be chosen. A blank leader leaves the one there is."""

    nature = Nature.STUDIO
    permission = Permission.EDIT_CONTESTS
    people = {"leader": ("领衔人", True)}

    union = forms.ModelChoiceField(
        label="工会", queryset=Union.objects.none(), empty_label=CHOOSE, widget=LongSelect()
    )
    employer = forms.ModelChoiceField(
        label="用人单位",
        queryset=Employer.objects.none(),
        required=False,
        empty_label="不限定单位",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )
    field = forms.CharField(label="专业领域", max_length=400, required=False)

    def __init__(self, *args, by, unions=None, row=None, **kwargs):
        if row is not None:
            kwargs["initial"] = {"employer": row.employer_id, "field": row.field} | kwargs.get("initial", {})
        super().__init__(*args, by=by, row=row, **kwargs)
        self.row = row
        self.fields["title"].label, self.fields["title"].required = "工作室名称", True
        self.fields["title"].help_text = ""
        self.fields["type"].label, self.fields["issuer"].label = "种类", "认定单位"
        self.fields["awarded_on"].label = "认定日期"
        self.fields["employer"].queryset = Employer.objects.visible_to(by).select_related("union")
        if row is not None:
            self.fields.pop("union")
            self.fields["leader"].required = False
            self.fields["leader"].help_text = f"现为 {row.leader.name}；不改请留空"
        else:
            self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.order_fields(["title", "union", "employer", "leader", "field"])

    def clean(self):
        """The stored leader, where nobody else was named."""
        facts = super().clean()
        if self.row is not None and not facts.get("leader") and "leader" not in self.errors:
            facts["leader"] = self.row.leader
        return facts


class TeamForm(PeopleForm):
    """A team; without ``team`` a new one, whose ``unions`` may be chosen. A blank leader leaves the one there is."""

    permission = Permission.EDIT_CONTESTS
    people = {"leader": ("班组长", False)}

    union = forms.ModelChoiceField(
        label="工会", queryset=Union.objects.none(), empty_label=CHOOSE, widget=LongSelect()
    )
    employer = forms.ModelChoiceField(
        label="用人单位",
        queryset=Employer.objects.none(),
        required=False,
        empty_label="不限定单位",
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )
    name = forms.CharField(label="班组名称", max_length=200)
    headcount = forms.IntegerField(label="人数", min_value=1, max_value=10000)
    founded_on = DayField(label="成立日期", required=False, help_text="不清楚的留空")
    no_leader = forms.BooleanField(label="现在没有班组长", required=False)

    def __init__(self, data=None, *, by, team: Team | None = None, unions=None, initial=None):
        known = {name: getattr(team, name) for name in ("name", "headcount", "founded_on")} if team else {}
        known |= {"employer": team.employer_id} if team else {}
        super().__init__(data, by=by, initial=known | (initial or {}))
        self.team = team
        self.fields["employer"].queryset = Employer.objects.visible_to(by).select_related("union")
        if team is None:
            self.fields.pop("no_leader")
            self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        else:
            self.fields.pop("union")
            self.fields["version"] = version_field(team)
            if team.leader is None:
                self.fields.pop("no_leader")
            else:
                self.fields["leader"].help_text = f"现为 {team.leader.name}；不改请留空"
        self.order_fields(["union", "employer", "name", "leader", "no_leader", "headcount", "founded_on"])

    def clean(self):
        """The stored leader, where nobody else was named and it was not said that there is none."""
        facts = super().clean()
        is_none = facts.pop("no_leader", False)
        if self.team is not None and not facts.get("leader") and "leader" not in self.errors:
            facts["leader"] = None if is_none else self.team.leader
        return facts


class DissolveForm(forms.Form):
    """The day, with the state that was seen."""

    on = DayField(
        label="撤销日期", initial=timezone.localdate, help_text="自这一天起不再计入；以前的称号和数字不变"
    )

    def __init__(self, data=None, *, team: Team):
        super().__init__(data)
        self.fields["version"] = version_field(team)


class VerifyForm(forms.Form):
    """The state that was looked at."""

    version = forms.CharField(widget=forms.HiddenInput)


class RefuseForm(VerifyForm):
    note = forms.CharField(label="不予认定的理由", max_length=400, help_text=f"登记的工会会看到。{REASON}")


class RevokeForm(VerifyForm):
    on = DayField(label="撤销日期", initial=timezone.localdate, help_text="自这一天起不再计入")
    note = forms.CharField(label="撤销原因", max_length=400, help_text=f"例如“授予单位发文撤销”。{REASON}")


class RestoreForm(VerifyForm):
    note = forms.CharField(label="恢复原因", max_length=400, help_text=f"例如“登记错了人”。{REASON}")


class RecheckForm(VerifyForm):
    on = DayField(label="复核日期", initial=timezone.localdate)
    result = forms.ChoiceField(label="复核结论", choices=[("", CHOOSE), *Recognition.Recheck.choices])
    note = forms.CharField(
        label="复核说明", max_length=400, required=False, help_text=f"不是“合格”的必填。{REASON}"
    )
    next_on = DayField(label="下次复核期限", required=False, help_text="不再复核的留空")


class PaperForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="文件",
        help_text="文件或证书的扫描件、照片，PDF、JPG 或 PNG，每个不超过 5 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class JoinForm(forms.Form):
    joined_on = DayField(label="加入日期", initial=timezone.localdate)


class LeaveForm(forms.Form):
    left_on = DayField(label="退出日期", initial=timezone.localdate)


class ProjectForm(VersionedForm):
    """A project of a year, with the state that was seen of a known one."""

    approved_on = DayField(label="立项日期", required=False, help_text="待立项的留空")

    class Meta:
        model = StudioProject
        fields = ["year", "title", "state", "approved_on", "document_number", "outcome"]
        widgets = {"outcome": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"outcome": "已结题的必填"}


class HonourTypeForm(VersionedForm):
    """Who confers a kind, and into which figure it counts."""

    class Meta:
        model = HonourType
        fields = ["system", "counts_as", "source"]
        help_texts = {
            "counts_as": "改动会改变以后计算的数字，已发布的报告不变",
            "source": "写明文件名称或文号",
        }


class NewHonourTypeForm(forms.ModelForm):
    """A rule of a code that the table holds."""

    code = code_field("honour_type", "荣誉种类", required=True)

    class Meta:
        model = HonourType
        fields = ["code", "nature", "system", "counts_as", "source"]

    def _post_clean(self):
        """The service builds and checks the row."""
