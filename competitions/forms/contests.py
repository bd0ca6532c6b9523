"""Forms of contests, events and stages."""

from django import forms

from competitions.models import Contest, Event, Stage
from competitions.services.contests import FIXED
from core.codes import offered
from core.forms import DayField, LongSelect, VersionedForm
from unions.forms import CHOOSE, code_field


class ContestForm(VersionedForm):
    """``unions`` are those that may hold a new contest; an existing contest stays with its union, and from the day
    ``fixed`` (final results) on keeps what the service calls FIXED."""

    level = code_field("competition_level", "竞赛级别", required=True)
    entries_from = DayField(label="报名开始日期", required=False)
    entries_until = DayField(label="报名截止日期", required=False)
    starts_on = DayField(label="开始日期")
    ends_on = DayField(label="结束日期")

    class Meta:
        model = Contest
        fields = [
            "union", "title", "kind", "level", "starts_on", "ends_on", "entries_from", "entries_until", "hosts",
            "organisers", "document_number", "place", "budget", "is_open_below", "note",
        ]  # fmt: skip
        widgets = {"union": LongSelect(), "note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "kind": "技能竞赛考核技能；劳动竞赛比生产和工作业绩",
            "hosts": "发文的主办单位，几家联合主办的依次填写",
            "entries_until": "过了这一天，下级工会不能再报名",
        }

    def __init__(self, *args, unions=None, fixed=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in FIXED if fixed else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = f"最终成绩已于 {fixed} 公布，不能再变更"
        if self.instance.pk:
            self.fields.pop("union")
            stored = self.instance.level
            self.fields["level"].choices = [("", CHOOSE), *offered("competition_level", stored=stored)]
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE


class EventForm(VersionedForm):
    aims_at = code_field("skill_level", "对应技能等级")
    least_level = code_field("skill_level", "参赛者最低技能等级")

    class Meta:
        model = Event
        fields = [
            "title", "trade", "standard", "aims_at", "is_team", "team_least", "team_most", "quota", "capacity",
            "least_level", "least_age", "most_age", "employed_only", "trim", "outlier_percent",
        ]  # fmt: skip
        widgets = {"trade": forms.TextInput(attrs={"list": "trades"})}
        help_texts = {
            "standard": "命题和评分依据的职业标准及等级",
            "quota": "每个基层工会最多报几人（团体项目为几队）；留空为不限",
            "capacity": "全部名额；留空为不限",
            "least_level": "按镇总工会已核验的证书核对；留空为不限",
            "least_age": "按竞赛开始那天的周岁计算",
            "trim": "0 为取全部评委的平均分",
            "outlier_percent": "有评委的得分与各评委中位数相差超过满分的这个百分比时，提示裁判长；留空为不提示",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            return
        for name in ("aims_at", "least_level"):
            stored = getattr(self.instance, name)
            self.fields[name].choices = [("", CHOOSE), *offered("skill_level", stored=stored)]


class StageForm(VersionedForm):
    held_on = DayField(label="日期", required=False)

    class Meta:
        model = Stage
        fields = ["position", "kind", "title", "weight", "tie_order", "advance", "held_on", "place"]
        help_texts = {
            "weight": "各环节权重合计应为 100；只用于选拔、不计入总成绩的环节填 0",
            "tie_order": "总成绩相同时先比较哪个环节：填 1、2…；都相同的并列",
            "advance": "进入下一环节的人数；留空为全部进入",
        }


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="取消原因", max_length=400, help_text="看得到这项竞赛的工会在页面上看到这句话"
    )
