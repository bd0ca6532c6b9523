"""Forms of prizes, of who gains what, and of how promises are kept."""

from django import forms
from django.utils import timezone

from competitions.models import Award, Entitlement, Entrant, Event, Prize, Promise
from core.codes import offered
from core.forms import DayField, LongSelect, VersionedForm, version_field
from unions.forms import CHOOSE, code_field

REASON = "记入变更记录。不要写证件号码或电话号码"
GAIN_HELP = {
    "level": "待遇为技能等级时选；取得达到这一等级、镇总工会已核验的证书才算兑现",
    "honour_type": "待遇为荣誉称号时选",
    "amount": "待遇为奖金时填，整数",
    "detail": "待遇为工资职级时写明职级；其他可以补充说明",
}


class PrizeForm(VersionedForm):
    class Meta:
        model = Prize
        fields = ["position", "title", "places"]
        help_texts = {
            "position": "1 为最高的奖项；按顺序从第一名起依次发放",
            "places": "名次并列的得同一奖项，因此实际人数可能多于名额",
        }


class GiveForm(forms.Form):
    awarded_on = DayField(label="颁发日期", initial=timezone.localdate, help_text="印在获奖证书上")


class RevokeAwardForm(forms.Form):
    reason = forms.CharField(label="撤销原因", max_length=400, help_text=REASON)


class GiveAgainForm(forms.Form):
    """The prize in place of a revoked one: any of the event's."""

    prize = forms.ModelChoiceField(label="奖项", queryset=Prize.objects.none(), empty_label=CHOOSE)
    awarded_on = DayField(label="颁发日期", initial=timezone.localdate, help_text="印在获奖证书上")

    def __init__(self, data=None, *, award: Award):
        super().__init__(data)
        self.fields["prize"].queryset = Prize.objects.filter(event=award.event_id)


class EntitlementForm(VersionedForm):
    contest_level = code_field("competition_level", "竞赛级别", required=True)
    honour_type = code_field("honour_type", "荣誉种类")
    level = code_field("skill_level", "技能等级")
    start = DayField(label="施行日期", help_text="按竞赛结束那天适用")

    class Meta:
        model = Entitlement
        fields = [
            "contest_kind", "contest_level", "from_rank", "to_rank", "gain", "honour_type", "level", "amount",
            "detail", "due_months", "start", "source",
        ]  # fmt: skip
        help_texts = GAIN_HELP | {
            "due_months": "竞赛结束后几个月内兑现；文件没有规定的留空",
            "source": "文件名称和文号",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["honour_type"].help_text = GAIN_HELP["honour_type"]
        self.fields["level"].help_text = GAIN_HELP["level"]
        if not self.instance.pk:
            return
        stored = {"contest_level": "competition_level", "honour_type": "honour_type", "level": "skill_level"}
        for name, table in stored.items():
            held = getattr(self.instance, name)
            self.fields[name].choices = [("", CHOOSE), *offered(table, stored=held)]


class EndForm(forms.Form):
    end = DayField(label="停止日期", help_text="从这一天起结束的竞赛不再适用")


class EventForm(forms.Form):
    """One of the events whose winners the user may promise something; asked for by the address."""

    event = forms.ModelChoiceField(
        label="比赛项目", queryset=Event.objects.none(), empty_label=CHOOSE, widget=LongSelect()
    )

    def __init__(self, data=None, *, events):
        super().__init__(data)
        self.fields["event"].queryset = events
        self.fields["event"].label_from_instance = lambda row: f"{row.contest.title} · {row.title}"


class PromiseForm(forms.ModelForm):
    """``winners`` are the people with a rank."""

    entrant = forms.ModelChoiceField(label="获奖人", queryset=Entrant.objects.none(), empty_label=CHOOSE)
    honour_type = code_field("honour_type", "荣誉种类")
    level = code_field("skill_level", "技能等级")
    due_on = DayField(label="应兑现日期", required=False, help_text="没有约定的留空，不会列为超期")

    class Meta:
        model = Promise
        fields = ["entrant", "gain", "honour_type", "level", "amount", "detail", "due_on"]
        help_texts = GAIN_HELP

    def __init__(self, *args, winners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entrant"].queryset = winners
        self.fields["entrant"].label_from_instance = lambda row: (
            f"第 {row.entry.result.rank} 名 {row.worker.name}（{row.entry.union.name}）"
        )
        self.fields["honour_type"].help_text = GAIN_HELP["honour_type"]
        self.fields["level"].help_text = GAIN_HELP["level"]

    def _post_clean(self):
        """The service builds and checks the row."""


class LevelForm(forms.Form):
    """Which verified certificate it is."""

    certificate = forms.TypedChoiceField(label="证书", coerce=int)

    def __init__(self, data=None, *, promise: Promise, proofs, names: dict[str, str]):
        super().__init__(data)
        self.fields["version"] = version_field(promise)
        self.fields["certificate"].choices = [
            ("", CHOOSE),
            *(
                (row.pk, f"{row.trade} {names.get(row.level, row.level)}，{row.issued_on} 发证")
                for row in proofs
            ),
        ]


class HonourForm(forms.Form):
    """Which verified honour it is."""

    honour = forms.TypedChoiceField(label="个人荣誉", coerce=int)

    def __init__(self, data=None, *, promise: Promise, honours):
        super().__init__(data)
        self.fields["version"] = version_field(promise)
        said = ((row.pk, f"{row.title}，{row.document_number}，{row.awarded_on} 授予") for row in honours)
        self.fields["honour"].choices = [("", CHOOSE), *said]


class DocumentForm(forms.Form):
    """The document by which something was given; an amount for a bonus only."""

    document_number = forms.CharField(label="文件号", max_length=200, help_text="任职、调薪或发放文件的编号")
    delivered_on = DayField(label="兑现日期", help_text="文件上的日期")
    delivered_amount = forms.IntegerField(label="实发金额（元）", min_value=1, required=False)
    file = forms.FileField(
        label="附件",
        required=False,
        help_text="必传：文件或发放凭证的扫描件或照片：PDF、JPG 或 PNG，不超过 5 MB",
    )

    def __init__(self, data=None, files=None, *, promise: Promise):
        super().__init__(data, files)
        self.fields["version"] = version_field(promise)
        if promise.gain != "bonus":
            self.fields.pop("delivered_amount")


class ReasonForm(forms.Form):
    """Why, with the state that the user saw."""

    reason = forms.CharField(label="原因", max_length=400, help_text=REASON)

    def __init__(self, data=None, *, promise: Promise):
        super().__init__(data)
        self.fields["version"] = version_field(promise)


class SettleForm(ReasonForm):
    """What becomes of something that was given for an award revoked since."""

    settled = forms.ChoiceField(label="处理结果", choices=[("", CHOOSE), *Promise.Settled.choices])
    field_order = ["settled", "reason"]
