"""Forms of code tables and definitions; what they may hold is decided by the services."""

from django import forms
from django.utils import timezone

from core.forms import DayField, version_field


class CodeForm(forms.Form):
    """A new local code."""

    code = forms.CharField(
        label="代码",
        max_length=40,
        help_text="数字和字母，最多 10 位。建议以 Z 开头（如 Z01），免得与国家以后发布的代码相同；登记后不能更改",
    )
    name = forms.CharField(label="名称", max_length=200)
    valid_from = DayField(label="启用日期", initial=timezone.localdate)
    standard = forms.CharField(label="依据", max_length=400, required=False, help_text="文件、会议或通知")


class VersionedForm(forms.Form):
    """A form about one code, with the state that the user saw."""

    def __init__(self, data=None, *, code):
        super().__init__(data)
        self.fields["version"] = version_field(code)


class RenameForm(VersionedForm):
    name = forms.CharField(label="名称", max_length=200)

    def __init__(self, data=None, *, code):
        super().__init__(data, code=code)
        self.fields["name"].initial = code.name
        if code.shipped_name and code.shipped_name != code.name:
            self.fields["name"].help_text = "改回随软件提供的名称后，今后的版本会继续更新它"


class WithdrawForm(VersionedForm):
    on = DayField(label="停用日期", initial=timezone.localdate, help_text="从这一天起不再可选")


class ReinstateForm(VersionedForm):
    pass


class AliasForm(forms.Form):
    text = forms.CharField(
        label="别名", max_length=200, help_text="表格里常见的其他写法；全半角、空格、大小写不用重复登记"
    )


class WordingForm(forms.Form):
    """A new wording of a rule."""

    text = forms.CharField(label="认定规则", max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
    valid_from = DayField(label="施行日期", initial=timezone.localdate)
    source = forms.CharField(label="依据", max_length=400, help_text="文件或会议名称、日期")
