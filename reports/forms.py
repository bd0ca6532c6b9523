"""Choosing periods and scopes, asking for reports, editing schedules."""

from django import forms
from django.utils import timezone

from core.access import Permission
from core.errors import RuleError
from core.forms import LongSelect, VersionedForm
from core.reporting import Period, PeriodKind
from reports.models import TOWN, ReportSchedule, ReportText
from reports.queries import current_period
from reports.services import SCHEDULE_FIELDS
from reports.snapshot import TEXTS
from unions.models import Union

CHOICES = {PeriodKind.MONTHLY: 24, PeriodKind.QUARTERLY: 8, PeriodKind.ANNUAL: 3}


def period_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The last periods of each kind, newest first, grouped by kind; the running one says so."""
    groups = []
    for kind, count in CHOICES.items():
        period = current_period(kind).whole()
        options = [(period.code, f"{period.label}（进行中）")]
        for _ in range(count):
            period = period.previous()
            options.append((period.code, period.label))
        groups.append((PeriodKind(kind).label, options))
    return groups


def chosen_period(request) -> Period:
    """The period of ``?period=``, clipped at today; this month when it is missing or unreadable."""
    try:
        return Period.parse(request.GET.get("period", "")).clipped(timezone.localdate())
    except RuleError:
        return current_period()


class SubjectForm(forms.Form):
    """Which report: period and scope. It travels in the address, so that the page can show what exists."""

    period = forms.ChoiceField(label="统计期")
    scope = forms.ModelChoiceField(
        Union.objects.none(), label="统计范围", required=False, empty_label=TOWN, widget=LongSelect
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = period_choices()
        unions = Union.objects.within_reach(user, Permission.BUILD_REPORTS)
        self.fields["scope"].queryset = unions.exclude(parent=None)

    def clean_period(self) -> Period:
        """The chosen period."""
        return Period.parse(self.cleaned_data["period"])


class ReportForm(forms.ModelForm):
    """What staff add to a report in words."""

    class Meta:
        model = ReportText
        fields = TEXTS
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in TEXTS}
        help_texts = {"practices": "可不填，不填的部分不出现在报告中。文字中不要写个人身份信息。"}


class ScheduleForm(VersionedForm):
    """Day, hour and switch of a schedule."""

    class Meta:
        model = ReportSchedule
        fields = SCHEDULE_FIELDS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs.update(min=1, max=28)
        self.fields["hour"].widget.attrs.update(min=0, max=23)


class VerifyForm(forms.Form):
    """Serial and code as printed on a report."""

    serial = forms.CharField(label="报告编号", max_length=40, help_text="例如 Y2026-10-V1，见报告附件末页")
    code = forms.CharField(label="校验码", max_length=20, help_text="例如 7F3A-92C1-04BE，见报告附件末页")
