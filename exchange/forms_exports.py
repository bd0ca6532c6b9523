"""The form that lets a list out."""

from django import forms

from core.access import Permission
from core.listing import PAPERS, Column, Listing, listings
from exchange.locking import LONGEST, SHORTEST
from exchange.models import Export

TABLES = [choice for choice in Export.Format.choices if choice[0] != Export.Format.ZIP]


class ExportForm(forms.Form):
    """Columns, format, purpose and password. ``chosen`` are the columns of the page: ticked, and first in order."""

    file_format = forms.ChoiceField(
        label="格式", choices=TABLES, initial=Export.Format.XLSX, widget=forms.RadioSelect, required=False
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
    full_numbers = forms.BooleanField(
        label="含完整的证件号码和移动电话（必须设打开密码，逐人记入日志）", required=False
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

    layout = forms.ChoiceField(label="版式", required=False, widget=forms.RadioSelect)

    field_order = ("reason", "layout", "file_format")

    def __init__(self, *args, listing: Listing, chosen: list[Column], user, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_layouts(listing)
        if not (user.has_perm(Permission.REVEAL_NUMBERS) and any(column.full for column in listing.columns)):
            del self.fields["full_numbers"]
        if columns := self.fields.get("columns"):
            keys = [column.key for column in chosen]
            others = [column for column in listing.columns if column.key not in keys]
            columns.choices = [(column.key, column.title) for column in [*chosen, *others]]
            columns.initial = keys

    def _offer_layouts(self, listing: Listing) -> None:
        offered = [listing.layout, *listing.layouts]
        self.is_of_papers = listing.layout == PAPERS
        if listing.form or self.is_of_papers:
            del self.fields["columns"]
        if len(offered) == 1:
            del self.fields["layout"]
            return
        labels = {layout: Export.Layout(layout).label for layout in offered}
        known = listings()
        labels |= {
            layout: f"{labels[layout]}（{known[name].title}）" for layout, name in listing.layouts.items()
        }
        self.fields["layout"].choices = list(labels.items())
        self.fields["layout"].initial = listing.layout

    def clean_layout(self):
        """Columns are chosen for a list only; forms have theirs."""
        layout = self.cleaned_data["layout"] or self.fields["layout"].initial
        if layout != Export.Layout.LIST:
            self.fields["columns"].required = False
        return layout

    def clean(self):
        """A password is typed twice; typing one means it, with or without the tick."""
        cleaned = super().clean()
        if self.is_of_papers or cleaned.get("layout") == PAPERS:
            cleaned["file_format"] = Export.Format.ZIP
        elif not cleaned.get("file_format") and "file_format" not in self.errors:
            self.add_error("file_format", "请选择格式。")
        password, repeated = cleaned.get("password", ""), cleaned.pop("repeated", "")
        if cleaned.pop("is_locked", False) and not password:
            self.add_error("password", "请填写打开密码。确认身份之后密码不会保留，需要重新填写。")
        elif password != repeated:
            self.add_error("repeated", "两次输入的密码不一样，请重新输入。")
        cleaned.setdefault("columns", [])
        return cleaned
