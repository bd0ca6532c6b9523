"""The form of public holidays and make-up days; what it may hold is decided by the service."""

from django import forms
from django.utils import timezone

from core.forms import DayField
from core.models import SpecialDay


class SpecialDayForm(forms.Form):
    """One line of the yearly notice: a day or several in a row."""

    year = forms.IntegerField(
        label="放假安排年度",
        min_value=2000,
        max_value=2100,
        help_text="通知是哪一年的；元旦放假跨年的，按通知的年度",
    )
    kind = forms.ChoiceField(
        label="休或班",
        choices=[(SpecialDay.Kind.REST, "休（放假，含其中的周六、周日）"), (SpecialDay.Kind.WORK, "班（周六、周日调休上班）")],
    )  # fmt: skip
    start = DayField(label="日期")
    until = DayField(label="至", required=False, help_text="连续几天的填写最后一天；只有一天的留空")
    remark = forms.CharField(label="说明", required=False, max_length=100, help_text="节日名称，例如“国庆节”")
    source = forms.CharField(
        label="依据", max_length=400, help_text="国务院办公厅当年放假安排的通知，写明名称和文号"
    )

    def __init__(self, data=None):
        super().__init__(data, initial={"year": timezone.localdate().year})
