"""Forms of training bases and their evaluations. Rules live in the services."""

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from core.codes import offered
from core.forms import DayField, LongSelect, RemoteSelect, VersionedForm, version_field
from training.models import BaseEvaluation, TrainingBase
from training.queries.bases import year_to_evaluate
from unions.forms import CHOOSE, code_field


class BaseForm(VersionedForm):
    """The facts of a base as its document of recognition has them."""

    level = code_field("base_level", "基地级别", required=True)
    recognised_on = DayField(label="认定日期")

    class Meta:
        model = TrainingBase
        fields = [
            "name", "level", "union", "employer", "host", "trades", "capacity", "equipment", "recognised_on",
            "recognised_by", "document_number",
        ]  # fmt: skip
        widgets = {
            "union": LongSelect(),
            "employer": RemoteSelect(reverse_lazy("unions:employer_options")),
            "equipment": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "union": "基地所在地或依托单位归口的工会",
            "employer": "依托镇内企业的选择",
            "host": "依托学校、培训机构等名册以外单位的填写名称",
            "trades": "用顿号隔开，例如“电工、焊工、数控车工”",
        }

    def __init__(self, *args, unions, employers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions.order_by("path")
        self.fields["union"].empty_label = CHOOSE
        self.fields["employer"].queryset = employers
        self.fields["employer"].empty_label = "无"
        if self.instance.pk:
            self.fields["level"].choices = [("", CHOOSE), *offered("base_level", stored=self.instance.level)]


class WithdrawForm(forms.Form):
    """The end of a recognition, with the state the user saw."""

    on = DayField(label="撤销日期", initial=timezone.localdate, help_text="从这一天起不再计入基地数")
    note = forms.CharField(label="撤销说明", max_length=200)

    def __init__(self, data=None, *, base: TrainingBase):
        super().__init__(data)
        self.fields["version"] = version_field(base)


class RestoreForm(forms.Form):
    """Why a withdrawal is taken back, with the state the user saw."""

    note = forms.CharField(label="恢复原因", max_length=200, help_text="记入变更记录，例如“登记错了基地”")
    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, base: TrainingBase):
        super().__init__(data)
        self.fields["version"] = version_field(base)


class EvaluationForm(VersionedForm):
    """The evaluation of one year; a known one keeps its year."""

    class Meta:
        model = BaseEvaluation
        fields = ["year", "conclusion", "score", "grade", "note"]
        help_texts = {
            "score": "评估办法有百分制得分的填写",
            "grade": "评估办法有等次的照填，例如“优秀”",
            "note": "例如整改要求。不要写证件号码或电话号码",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("year")
        else:
            self.fields["year"].initial = year_to_evaluate(timezone.localdate())
