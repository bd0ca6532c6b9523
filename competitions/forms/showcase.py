"""Forms of consents and of what is shown to everybody."""

from django import forms
from django.utils import timezone

from competitions.models import Innovation, Showcase
from core.forms import DayField, version_field


class ConsentForm(forms.Form):
    """The signed form of a person, and what it covers."""

    given_on = DayField(label="同意日期", initial=timezone.localdate, help_text="本人在同意书上签字的日期")
    shows_name = forms.BooleanField(
        label="同意公开姓名", required=False, help_text="不勾选的，公开页面不出现姓名"
    )
    shows_pictures = forms.BooleanField(
        label="同意公开图片",
        required=False,
        help_text="不勾选的，公开页面不出现图片；以主要完成人的同意书为准",
    )
    file = forms.FileField(
        label="签字的同意书",
        help_text="扫描件，PDF、JPG 或 PNG，不超过 5 MB",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class WithdrawForm(forms.Form):
    withdrawn_on = DayField(label="撤回日期", initial=timezone.localdate, help_text="本人提出撤回的日期")


class PublishForm(forms.Form):
    """What everybody reads, with the state the town saw."""

    text = forms.CharField(
        label="展示文字",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="所有人都能看到。不要写姓名、电话和不宜公开的工艺参数；姓名按同意书自动显示",
    )

    def __init__(self, data=None, *, innovation: Innovation, text: str):
        super().__init__(data, initial={"text": text})
        self.fields["version"] = version_field(innovation)


class ShowcaseForm(forms.Form):
    """How the page is kept."""

    intro = forms.CharField(
        label="页首说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_indexed = forms.BooleanField(
        label="允许搜索引擎收录",
        required=False,
        help_text="不勾选的，知道地址的人能看，搜索引擎不收录。收录以后撤下的内容可能还会在搜索结果里留一段时间",
    )

    def __init__(self, data=None, *, kept: Showcase):
        super().__init__(data, initial={"intro": kept.intro, "is_indexed": kept.is_indexed})
        self.fields["version"] = version_field(kept)
