"""Forms of judges, conflicts, criteria and absences."""

from django import forms

from competitions.models import Criterion, Judge
from core.forms import LongSelect, VersionedForm


class JudgeForm(VersionedForm):
    """``unions`` and ``accounts`` are those that the user may choose among."""

    class Meta:
        model = Judge
        fields = ["name", "workplace", "trades", "union", "user", "is_chief"]
        widgets = {"union": LongSelect(), "user": LongSelect()}
        help_texts = {
            "union": "这个工会和它下级工会的参赛号，这位评委不评；外请的专家留空，有账号的必须选",
            "user": "有账号的评委登录后在“我的评分”评分；没有账号的，登记后打印评委单，扫码评分",
            "is_chief": "裁判长看得到评分进度和评委之间的差异，看不到别人的得分",
        }

    def __init__(self, *args, unions, accounts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = "外请，不属于本镇工会"
        self.fields["user"].queryset = accounts
        self.fields["user"].empty_label = "没有账号"


class ConflictForm(forms.Form):
    """``entries`` are those of the contest; they are told by start number."""

    entry = forms.ModelChoiceField(None, label="参赛号", empty_label="请选择")
    reason = forms.CharField(label="回避原因", max_length=400, help_text="例如：师徒关系、近亲属")
    void = forms.BooleanField(label="这位评委已给该参赛号评的分作废", required=False)

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = entries
        self.fields["entry"].label_from_instance = number_of


class CriterionForm(VersionedForm):
    class Meta:
        model = Criterion
        fields = ["position", "title", "most", "guidance"]
        widgets = {"guidance": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"most": "本环节的满分是各评分项满分之和", "guidance": "评分页面和评分表上显示给评委"}


class AbsenceForm(forms.Form):
    """``entries`` are those of the event that are admitted."""

    entry = forms.ModelChoiceField(None, label="参赛号", empty_label="请选择")
    reason = forms.CharField(label="原因", max_length=400, help_text="缺考，或取消成绩的依据")

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = entries
        self.fields["entry"].label_from_instance = number_of


def number_of(entry) -> str:
    """An entry as the panel names it: event and start number, nobody's name."""
    return f"{entry.event.title} {entry.start_number} 号"
