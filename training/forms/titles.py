"""Forms about professional titles."""

from django import forms

from core.forms import DayField, version_of
from training.models import Rank, Title


class TitleForm(forms.Form):
    """The facts of a title, as they stand on its certificate."""

    name = forms.CharField(label="职称名称", max_length=200, help_text="例如“助理工程师”")
    rank = forms.ChoiceField(label="职称级别", choices=[("", "请选择"), *Rank.choices])
    series = forms.CharField(label="系列", max_length=200, help_text="例如“工程技术”")
    register_number = forms.CharField(label="证书编号", max_length=80, required=False)
    issuer = forms.CharField(label="发证机构", max_length=400)
    issued_on = DayField(label="取得日期")

    FACTS = ("name", "rank", "series", "register_number", "issuer", "issued_on")


class TitleEditForm(TitleForm):
    """The facts of a known title, with the state they were read in."""

    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, title: Title, **kwargs):
        initial = {name: getattr(title, name) for name in self.FACTS}
        super().__init__(data, initial=initial | {"version": version_of(title)}, **kwargs)
