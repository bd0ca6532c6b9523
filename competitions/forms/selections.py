"""Forms of selections, their shares and places, nominations and objections."""

import datetime as dt

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from competitions.models import Nomination, NoticeObjection, Selection, ShareRule, Team
from competitions.models.selections import Category
from competitions.queries.nominations import firms_that_may_stand, teams_that_may_stand
from competitions.rules.judging import plain_number
from competitions.rules.selections import caveat, earliest_end
from core.codes import offered
from core.forms import DayField, LongSelect, RemoteSelect, VersionedForm, version_field
from core.workdays import Workdays
from unions.forms import CHOOSE, code_field
from unions.models import Employer, Union

INCLUDED = "含开始和结束当天。"
COUNTED = {
    Selection.DayKind.WORKING: "按工作日计算，已扣除周六、周日和录入的放假，调休上班的算工作日",
    Selection.DayKind.CALENDAR: "按自然日计算",
}
REASON = "会保存在推荐记录里，有关工会看得到。不要写证件号码或电话号码"


class SelectionForm(VersionedForm):
    """``unions`` are those that may hold a new selection; a known one stays with its union."""

    honour_type = code_field("honour_type", "荣誉", required=True)
    deadline = DayField(label="推荐截止日期")
    template = forms.ChoiceField(
        label="沿用比例",
        required=False,
        help_text="登记时复制这项荣誉在“推荐比例”中的要求，之后可以修改；不选的，按上面选的荣誉",
    )

    class Meta:
        model = Selection
        fields = [
            "union", "title", "year", "honour_type", "is_collective", "issuer", "document_number", "places",
            "places_each", "deadline", "notice_days", "notice_unit", "note",
        ]  # fmt: skip
        widgets = {"union": LongSelect(), "note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "is_collective": "推荐班组或单位的勾选；不勾选的推荐个人",
            "places": "推荐名单最多几个；不限的留空",
            "places_each": "每个基层工会最多提交几个；不限的留空，个别工会不同的登记后另设",
            "deadline": "过了这一天，下级工会不能再提交",
            "notice_days": "按上级通知要求的最少天数填写",
        }

    def __init__(self, *args, unions=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("union")
            self.fields.pop("template")
            stored = self.instance.honour_type
            self.fields["honour_type"].choices = [("", CHOOSE), *offered("honour_type", stored=stored)]
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE
        used = set(ShareRule.objects.values_list("honour_type", flat=True))
        known = [pair for pair in offered("honour_type") if pair[0] in used]
        self.fields["template"].choices = [("", "按上面选的荣誉"), *known]


class SharesForm(forms.Form):
    """The shares a selection asks for: a percentage and its source for each category; a blank one is not asked for."""

    def __init__(self, data=None, *, selection: Selection):
        super().__init__(data)
        self.fields["version"] = version_field(selection)
        self.categories = selection.categories
        known = {row.category: row for row in selection.shares.all()}
        for category in self.categories:
            row = known.get(category)
            self.fields[category] = forms.DecimalField(
                label=f"{Category(category).label}不低于（%）",
                required=False,
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=plain_number(row.percent) if row else None,
            )
            self.fields[f"{category}_source"] = forms.CharField(
                label=f"{Category(category).label}的依据",
                required=False,
                max_length=400,
                initial=row.source if row else "",
            )

    @property
    def pairs(self):
        """(percentage field, source field) of each category."""
        return [(self[category], self[f"{category}_source"]) for category in self.categories]

    def clean(self):
        """Gather ``shares``: category → (percent, source)."""
        facts = super().clean()
        shares = {
            category: (facts[category], facts.get(f"{category}_source", ""))
            for category in self.categories
            if facts.get(category)
        }
        return {"version": facts.get("version", ""), "shares": shares}


class PlaceForm(forms.Form):
    union = forms.ModelChoiceField(
        label="推荐工会", queryset=Union.objects.none(), empty_label=CHOOSE, widget=LongSelect()
    )
    places = forms.IntegerField(
        label="名额", required=False, min_value=0, max_value=10_000, help_text="留空为恢复“每个工会名额”"
    )

    def __init__(self, data=None, *, unions):
        super().__init__(data)
        self.fields["union"].queryset = unions


class PersonForm(forms.Form):
    """What the officer says of the person: the merits in full, the position because the roll does not know it."""

    position = forms.ChoiceField(
        label="职工类别",
        choices=[("", CHOOSE), *Nomination.Position.choices],
        help_text="名册不能判断，请按现岗位如实填写；三个类别互不重叠，农民工、女性、党员另按名册计算",
    )
    job = forms.CharField(
        label="岗位", required=False, max_length=100, help_text="公示时写在名单上，例如“装配车间班长”"
    )
    reason = forms.CharField(label="推荐理由", max_length=400, help_text="一句话，不超过 200 字")
    merits = forms.CharField(
        label="主要事迹",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="做了什么、有什么成效。不要写证件号码或电话号码",
    )


class GroupForm(forms.Form):
    team = forms.ModelChoiceField(
        label="班组",
        queryset=Team.objects.none(),
        required=False,
        empty_label=CHOOSE,
        widget=LongSelect(),
        help_text="班组和单位只选一项；还没有登记的班组，先到“班组”登记",
    )
    employer = forms.ModelChoiceField(
        label="单位",
        required=False,
        queryset=Employer.objects.none(),
        empty_label=CHOOSE,
        widget=RemoteSelect(reverse_lazy("unions:employer_options")),
    )
    reason = forms.CharField(label="推荐理由", max_length=400, help_text="一句话，不超过 200 字")
    merits = forms.CharField(
        label="主要事迹",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="做了什么、有什么成效",
    )

    def __init__(self, data=None, *, selection: Selection, by):
        super().__init__(data)
        self.fields["team"].queryset = teams_that_may_stand(selection, by)
        self.fields["employer"].queryset = firms_that_may_stand(selection, by)


class EditNominationForm(VersionedForm):
    class Meta:
        model = Nomination
        fields = ["position", "job", "reason", "merits"]
        widgets = {"reason": forms.TextInput(), "merits": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.subject != Nomination.Subject.PERSON:
            self.fields.pop("position")
            self.fields.pop("job")
        else:
            self.fields["position"].required = True


class NoticeForm(forms.Form):
    """When the notice hangs; it begins tomorrow unless told otherwise and lasts as long as the selection asks for."""

    start = DayField(label="公示开始")
    until = DayField(label="公示结束")
    note = forms.CharField(
        label="未达比例的说明",
        required=False,
        max_length=400,
        help_text="推荐名单没有达到要求比例、确需公示的填写",
    )

    def __init__(self, data=None, *, selection: Selection):
        start = timezone.localdate() + dt.timedelta(days=1)
        workdays, unit = Workdays.known(), selection.notice_unit
        until = earliest_end(start, selection.notice_days, unit, workdays)
        super().__init__(data, initial={"start": start, "until": until})
        said = caveat(start, until, unit, workdays)
        self.fields["until"].help_text = INCLUDED + (
            f"{said}，遇法定节假日请自行顺延" if said else COUNTED[unit]
        )


class SendForm(forms.Form):
    sent_number = forms.CharField(label="上报文号", max_length=100)
    sent_on = DayField(label="上报日期", initial=timezone.localdate)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=400, help_text=REASON)


class WithdrawForm(ReasonForm):
    def __init__(self, data=None, *, nomination: Nomination):
        super().__init__(data)
        self.fields["version"] = version_field(nomination)


class GrantForm(forms.Form):
    """What the document says that grants the honour; the record of the honour is made from it."""

    level = code_field("base_level", "级别", required=True)
    title = forms.CharField(
        label="荣誉名称", required=False, max_length=100, help_text="留空为评选的荣誉；按文件填写全称"
    )
    document_number = forms.CharField(label="授予文件号", max_length=100)
    awarded_on = DayField(label="授予日期")

    def __init__(self, data=None, *, nomination: Nomination):
        super().__init__(data)
        self.fields["version"] = version_field(nomination)


class DeclineForm(forms.Form):
    note = forms.CharField(label="原因", max_length=400, help_text=REASON)

    def __init__(self, data=None, *, nomination: Nomination):
        super().__init__(data)
        self.fields["version"] = version_field(nomination)


class ObjectionForm(forms.ModelForm):
    received_on = DayField(label="收到日期", initial=timezone.localdate)

    class Meta:
        model = NoticeObjection
        fields = ["channel", "is_signed", "received_on", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"text": "写明反映的事实。不要写反映人的姓名和电话号码"}

    def _post_clean(self):
        """The service builds and checks the row."""


class SettleForm(forms.Form):
    verdict = forms.ChoiceField(
        label="核查结论",
        choices=[("", CHOOSE), ("upheld", "属实，不再推荐"), ("rejected", "不属实，继续推荐")],
    )
    answer = forms.CharField(label="核查情况", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class ShareRuleForm(forms.ModelForm):
    honour_type = code_field("honour_type", "荣誉", required=True)
    start = DayField(label="施行日期")

    class Meta:
        model = ShareRule
        fields = ["honour_type", "category", "percent", "start", "source"]

    def _post_clean(self):
        """The service builds and checks the row."""


class EndShareRuleForm(forms.Form):
    end = DayField(label="停止日期", help_text="从这一天起不再沿用；已登记的评选不受影响")


class PaperForm(forms.Form):
    file = forms.FileField(
        label="附件", help_text="推荐表、证书、征求意见表等的扫描件或照片：PDF、JPG 或 PNG，不超过 5 MB"
    )
