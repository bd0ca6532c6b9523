"""Forms of the way from the freeze to the final list."""

from django import forms

from competitions.models import Entry
from core.forms import DayField, LongSelect
from unions.forms import CHOOSE


class FreezeForm(forms.Form):
    """``seen`` says which gaps the page showed; both fields only where marks are missing."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="缺分仍封存的原因",
        max_length=200,
        help_text="例如“评委丙因病中途离席，由其余评委评分”；会保存并可查",
    )

    def __init__(self, *args, gaps=(), **kwargs):
        super().__init__(*args, **kwargs)
        if not gaps:
            self.fields.pop("reason")
            self.fields.pop("seen")


class PreliminaryForm(forms.Form):
    objections_until = DayField(label="异议截止日期", help_text="这一天结束之前，参赛工会可以提出异议")


class FinalForm(forms.Form):
    is_public = forms.BooleanField(
        label="公开名单（不登录也能看）",
        required=False,
        help_text="公开页只有名次、参赛号、参赛工会、队名和奖项，没有姓名和分数；以后可以随时打开或关闭",
    )


class EntryChoiceField(forms.ModelChoiceField):
    """An entry by start number, team and union: no names in the page of choices."""

    def label_from_instance(self, entry):
        """Number, team, union."""
        number = f"{entry.start_number} 号" if entry.start_number else "未编号"
        return " · ".join(part for part in (number, entry.team_name, entry.union.name) if part)


class ObjectionForm(forms.Form):
    entry = EntryChoiceField(
        label="参赛报名", queryset=Entry.objects.none(), empty_label=CHOOSE, widget=LongSelect()
    )
    text = forms.CharField(
        label="异议内容",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明哪个环节、哪一项、依据是什么；主办工会看得到。请不要写证件号码和电话",
    )

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = entries


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="处理意见",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="提出异议的工会会看到",
    )
