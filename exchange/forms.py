"""The forms that take a file in and let a list out."""

from django import forms

from core.access import Permission
from core.errors import RuleError
from core.exchange import kinds
from exchange.models import ImportRun
from exchange.services import refuse_size
from exchange.uploads import MARK
from unions.models import Union
from unions.scoping import reach

ACCEPT = ".xlsx,.xls,.xlsm,.ods,.csv"
WHOLE_TOWN = "全镇（按工作单位归入各工会）"


class OptionsForm(forms.Form):
    """What a run does with records that are known already, and with hidden rows."""

    rule = forms.ChoiceField(
        label="遇到已有记录",
        choices=ImportRun.Rule.choices,
        initial=ImportRun.Rule.UPDATE,
        required=False,
        widget=forms.RadioSelect,
        help_text="空着的单元格从不改动已有内容（改后导回的名册除外：清空一格，就是删去这一格）。“只补空白项”不办理会籍变化和工作变动。",
    )
    is_full_list = forms.BooleanField(
        label="这是本工会的完整名单",
        required=False,
        help_text="仅限会员信息。名册中有、表格中没有的会员，导入时提请核实去向；不删除任何人，也不改动会籍。",
    )
    skip_hidden = forms.BooleanField(label="跳过表格中隐藏的行", required=False)

    def clean_rule(self):
        """A form without the choice means the usual rule."""
        return self.cleaned_data["rule"] or ImportRun.Rule.UPDATE

    @property
    def options(self) -> dict:
        """The choices, by the names of the run's fields."""
        return {name: self.cleaned_data[name] for name in ("rule", "is_full_list", "skip_hidden")}


class FileForm(forms.Form):
    """A table of a size we take. A body that was dropped because of its size gets the sentence about the size."""

    file = forms.FileField(
        label="文件",
        max_length=300,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text="Excel 工作簿、.ods 或 .csv。按下发的采集表填写即可，不必改动表头和填表说明。",
        error_messages={"required": "请选择要上传的文件。"},
    )

    def __init__(self, data=None, files=None, *, request, initial=None):
        super().__init__(data, files, initial=initial)
        self.announced = request.META.get(MARK, 0)

    def clean_file(self):
        """Neither empty nor above the limit."""
        file = self.cleaned_data["file"]
        refuse_size(file.size)
        return file

    def full_clean(self):
        """The size that was announced counts, whatever is left of the body."""
        super().full_clean()
        if self.is_bound and self.announced:
            self.errors.pop("file", None)
            try:
                refuse_size(self.announced)
            except RuleError as error:
                self.add_error("file", error)


class UploadForm(FileForm, OptionsForm):
    kind = forms.ChoiceField(label="表格种类")
    union = forms.ModelChoiceField(label="为哪个工会导入", queryset=Union.objects.none(), required=False)

    field_order = ("kind", "union", "file")

    def __init__(self, data=None, files=None, *, request, initial=None):
        super().__init__(data, files, request=request, initial=initial)
        user = request.user
        self.fields["kind"].choices = [
            (name, kind.title) for name, kind in kinds().items() if user.has_perm(kind.permission)
        ]
        union = self.fields["union"]
        union.queryset = Union.objects.within_reach(user, Permission.IMPORT_FILES)
        paths = reach(user, Permission.IMPORT_FILES)
        union.empty_label = WHOLE_TOWN
        if not any(path.count("/") == 1 for path in paths):
            union.required, union.empty_label = True, "请选择工会"
            if len(set(paths)) == 1:
                self.initial.setdefault("union", union.queryset.filter(path=paths[0]).first())

    def clean(self):
        """A full list is one of a kind and a union that have one."""
        cleaned = super().clean()
        kind = kinds().get(cleaned.get("kind", ""))
        meant = cleaned.get("is_full_list") and kind and "union" in cleaned
        reason = kind.refuse_full_list(cleaned["union"]) if meant else ""
        if reason:
            self.add_error("is_full_list", reason)
        return cleaned


class LeaversForm(forms.Form):
    """Who of the people on a page stays: ``shown`` are all of them, ``kept`` the ticked ones."""

    def __init__(self, data):
        super().__init__(data)
        self.lists = {name: data.getlist(name) for name in ("shown", "kept")}

    def clean(self):
        """Sets of keys."""
        if not all(text.isdecimal() and len(text) < 19 for texts in self.lists.values() for text in texts):
            raise forms.ValidationError("名单读不出来")
        return {name: {int(text) for text in texts} for name, texts in self.lists.items()}


class MendForm(forms.Form):
    column = forms.CharField(max_length=60)
    text = forms.CharField(max_length=500, required=False, strip=False)
    numbers = forms.CharField(max_length=2000, required=False)

    def shown(self) -> set[int]:
        """The row numbers the page shows, as it said."""
        return {int(text) for text in self.cleaned_data["numbers"].split(",") if text.isdecimal()}


class MendAllForm(forms.Form):
    """Which text of which column becomes which; an empty text stands for empty cells."""

    attribute = forms.CharField(max_length=60)
    text = forms.CharField(max_length=100, required=False, strip=False)
    new_text = forms.CharField(max_length=500)
