"""Forms of innovations, of the people in them, and of methods taken over."""

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from competitions.models import Contributor, Innovation, Promotion
from competitions.models.innovation_kinds import WORDS, Kind, Stage
from competitions.rules.innovations import FACTS_OF_KIND
from core.codes import offered
from core.forms import DayField, LongSelect, RemoteSelect, VersionedForm, version_field
from unions.forms import CHOOSE, code_field

NO_NAMES = "不要写姓名、电话和证件号码；完成人在登记之后另外选择"


class InnovationForm(VersionedForm):
    """The facts of one kind. ``unions`` are those that may enter a new one; an existing one stays with its union.
    ``firms`` are those that may be named."""

    level = code_field("innovation_level", "级别")
    begun_on = DayField(label="开始日期", required=False)
    done_on = DayField(label="完成日期", required=False)

    class Meta:
        model = Innovation
        fields = [
            "union", "title", "employer", "department", "content", "begun_on", "done_on", "effect", "effect_yuan",
            "investment", "reward", "level", "document_number", "patent_kind", "patent_number",
        ]  # fmt: skip
        widgets = {
            "union": LongSelect(),
            "employer": RemoteSelect(reverse_lazy("unions:employer_options")),
            "content": forms.Textarea(attrs={"rows": 5}),
            "effect": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "content": NO_NAMES,
            "effect": "质量、效率、安全、节能等方面的成效，用事实和数字说明",
            "effect_yuan": "一年的经济效益，有测算依据的填写；没有的留空",
            "patent_number": "已授权的按证书填写，例如 ZL201710601862.3；申请中的填申请号",
            "employer": "哪个单位的成果；工会自己的留空",
        }

    def __init__(self, *args, kind: str, firms, unions=None, **kwargs):
        super().__init__(*args, **kwargs)
        words = WORDS[kind]
        for name, kinds in FACTS_OF_KIND.items():
            if kind not in kinds:
                self.fields.pop(name)
        self.fields["employer"].queryset = firms
        self.fields["employer"].empty_label = "不指明"
        self._days(kind, words)
        if self.instance.pk:
            self.fields.pop("union")
            if "level" in self.fields:
                stored = self.instance.level
                self.fields["level"].choices = [("", CHOOSE), *offered("innovation_level", stored=stored)]
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE

    def _days(self, kind: str, words) -> None:
        """The days by the words of the kind. The day it was done is asked for where it is done; else it is moved on."""
        begun, done = self.fields["begun_on"], self.fields["done_on"]
        begun.label, done.label = words.begun, words.done
        begun.required = kind in (Kind.PROPOSAL, Kind.PATENT)
        if kind == Kind.PROJECT:
            begun.help_text = "还没有开始的留空，登记为计划中；已经开始的登记为进行中"
        if kind == Kind.METHOD or self.instance.stage == Stage.DONE:
            done.required = True
        else:
            self.fields.pop("done_on")
        if kind == Kind.PATENT:
            self.fields["patent_kind"].required = True


class MoveForm(forms.Form):
    """Where an innovation goes, since when, or why not."""

    to = forms.ChoiceField(label="变更为")
    on = DayField(
        label="日期", required=False, initial=timezone.localdate, help_text="终止、未采纳的不填日期"
    )
    reason = forms.CharField(
        label="终止或未采纳的原因", max_length=400, required=False, help_text="只在终止、未采纳时填写"
    )

    def __init__(self, data=None, *, innovation: Innovation):
        super().__init__(data)
        words = innovation.words
        self.fields["to"].choices = [(stage, words.stages[stage]) for stage in words.moves[innovation.stage]]
        self.fields["version"] = version_field(innovation)


class RoleForm(forms.Form):
    """What part those ticked had."""

    role = forms.ChoiceField(label="登记为", choices=Contributor.Role.choices)

    def __init__(self, data=None, *, innovation: Innovation, has_lead: bool):
        super().__init__(data)
        lead = (Contributor.Role.LEAD, innovation.words.lead)
        member = (Contributor.Role.MEMBER, innovation.words.members)
        self.fields["role"].choices = [member] if has_lead else [lead, member]


class ReturnForm(forms.Form):
    """Why the town returns it, with the state it saw."""

    note = forms.CharField(
        label="退回理由", max_length=400, help_text="登记的工会会看到。不要写证件号码或电话号码"
    )

    def __init__(self, data=None, *, innovation: Innovation):
        super().__init__(data)
        self.fields["version"] = version_field(innovation)


class InnovationPaperForm(forms.Form):
    file = forms.FileField(
        label="附件",
        help_text="立项书、验收意见、专利证书、命名文件等的扫描件，PDF、JPG 或 PNG，不超过 5 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class InnovationPictureForm(forms.Form):
    file = forms.FileField(
        label="图片",
        help_text="JPG 或 PNG，不超过 10 MB；拍摄地点等信息自动去掉",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,image/jpeg,image/png"}),
    )
    caption = forms.CharField(
        label="说明", max_length=100, help_text="图片上是什么，看不到图片的人靠它了解；不要写姓名"
    )


class PromotionForm(forms.ModelForm):
    """Which unit takes a method over, since when."""

    since = DayField(label="应用开始日期", initial=timezone.localdate)

    class Meta:
        model = Promotion
        fields = ["union", "employer", "since"]
        widgets = {
            "union": LongSelect(),
            "employer": RemoteSelect(reverse_lazy("unions:employer_options")),
        }
        help_texts = {"employer": "哪个单位应用；整个工会应用的留空"}

    def __init__(self, *args, unions, firms, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE
        self.fields["employer"].queryset = firms
        self.fields["employer"].empty_label = "不指明"

    def _post_clean(self):
        """The service builds and checks the row."""


class ConfirmForm(forms.Form):
    """What the method brings the unit that took it over."""

    effect = forms.CharField(
        label="应用成效",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="由应用单位的工会确认：应用在哪里、比原来好在哪里。不要写姓名",
    )
    effect_yuan = forms.DecimalField(
        label="年经济效益（元）", required=False, min_value=0, max_digits=12, decimal_places=2
    )
