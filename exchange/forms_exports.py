"""The form that lets a list out."""

from django import forms

from core.listing import Column, Listing
from exchange.locking import LONGEST, SHORTEST
from exchange.models import Export


class ExportForm(forms.Form):
    """Columns, format, purpose and password. ``chosen`` are the columns of the page: ticked, and first in order."""

    file_format = forms.ChoiceField(
        label="格式", choices=Export.Format.choices, initial=Export.Format.XLSX, widget=forms.RadioSelect
    )
    columns = forms.MultipleChoiceField(
        label="列",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一列。"},
    )
    reason = forms.CharField(
        label="用途",
        max_length=200,
        help_text="写明用在哪里，记入日志，例如“报送市总工会三季度名册”。不要写个人信息。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_locked = forms.BooleanField(label="为文件设打开密码（仅 xlsx）", required=False)
    password = forms.CharField(
        label="打开密码",
        required=False,
        strip=False,
        help_text=f"{SHORTEST} 至 {LONGEST} 个字符。系统不保存密码，忘记后只能重新导出；请不要和文件一起发送。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label="再输一次",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, listing: Listing, chosen: list[Column], **kwargs):
        super().__init__(*args, **kwargs)
        keys = [column.key for column in chosen]
        others = [column for column in listing.columns if column.key not in keys]
        self.fields["columns"].choices = [(column.key, column.title) for column in [*chosen, *others]]
        self.fields["columns"].initial = keys

    def clean(self):
        """A password is typed twice; typing one means it, with or without the tick."""
        cleaned = super().clean()
        password, repeated = cleaned.get("password", ""), cleaned.pop("repeated", "")
        if cleaned.pop("is_locked", False) and not password:
            self.add_error("password", "请填写打开密码。确认身份之后密码不会保留，需要重新填写。")
        elif password != repeated:
            self.add_error("repeated", "两次输入的密码不一样，请重新输入。")
        return cleaned
