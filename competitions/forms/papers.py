"""The form of a contest's paper."""

from django import forms

from competitions.models import ContestPaper
from unions.forms import CHOOSE


class PaperForm(forms.Form):
    kind = forms.ChoiceField(
        label="种类",
        choices=[("", CHOOSE), *ContestPaper.Kind.choices],
        help_text="规则文件和通知，可以报名的工会都能下载；预算和其他只有主办工会和它的上级能下载",
    )
    file = forms.FileField(
        label="文件",
        help_text="扫描件或照片，PDF、JPG 或 PNG，每个不超过 5 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
