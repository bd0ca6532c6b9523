"""Forms of classes and sessions. Rules live in the services; a form only reads and offers."""

from django import forms

from core.codes import offered
from core.forms import DayField, LongSelect, version_field
from training.class_filters import years
from training.models import Enrolment, Session, TrainingClass
from unions.forms import CHOOSE, code_field
from unions.models import Union


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class ClassForm(forms.ModelForm):
    """``unions`` are those that may organise a new class; an existing class stays with its union."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = code_field("training_kind", "培训类别", required=True)
    level = code_field("skill_level", "技能等级")
    starts_on = DayField(label="开始日期")
    ends_on = DayField(label="结束日期")

    class Meta:
        model = TrainingClass
        fields = [
            "union", "title", "kind", "trade", "level", "safety_level", "starts_on", "ends_on", "place",
            "organiser", "teachers", "planned_hours", "capacity", "fund_source", "subsidy_note", "is_open_below",
        ]  # fmt: skip
        widgets = {"union": LongSelect(), "trade": forms.TextInput(attrs={"list": "trades"})}
        help_texts = {
            "safety_level": "只有安全生产培训填写",
            "capacity": "留空为不限名额；报满后继续报名的进入候补",
            "organiser": "由培训机构或学校承办的填写其名称",
            "planned_hours": "一般 45 分钟为 1 学时",
        }

    def __init__(self, *args, unions=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("union")
            self.fields["version"] = version_field(self.instance)
            for name, table in (("kind", "training_kind"), ("level", "skill_level")):
                stored = getattr(self.instance, name)
                self.fields[name].choices = [("", CHOOSE), *offered(table, stored=stored)]
            return
        self.fields.pop("version")
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE

    def _post_clean(self):
        """The service builds and checks the row."""


class SessionForm(forms.ModelForm):
    on = DayField(label="日期")

    class Meta:
        model = Session
        fields = ["on", "starts_at", "ends_at", "hours", "topic", "teacher"]
        widgets = {"starts_at": TimeInput(), "ends_at": TimeInput()}
        help_texts = {"hours": "一般 45 分钟为 1 学时"}

    def _post_clean(self):
        """The service builds and checks the row."""


class YearForm(forms.Form):
    year = forms.ChoiceField(label="年度", choices=years)


class CancelForm(forms.Form):
    reason = forms.CharField(label="取消原因", max_length=400, help_text="已报名的工会在班次页面看到这句话")


class FindForm(forms.Form):
    """Whom to look for: a union and those below it, or names and numbers."""

    union = forms.ModelChoiceField(
        label="工会（含下级）",
        queryset=Union.objects.none(),
        required=False,
        empty_label="全部",
        widget=LongSelect(),
    )
    text = forms.CharField(
        label="姓名或号码",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text="每行一个；可以是姓名、工号、手机号、完整证件号码，或手机、证件的末四位",
    )

    def __init__(self, *args, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = unions


class ResultForm(forms.ModelForm):
    """One line of the results of a class; the rules are the service's."""

    completed_on = DayField(label="结业日期", required=False)
    certified_on = DayField(label="取证日期", required=False)
    satisfaction = forms.TypedChoiceField(
        label="满意度",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *((n, str(n)) for n in range(5, 0, -1))],
    )

    class Meta:
        model = Enrolment
        fields = ["result", "score", "completed_on", "certified_on", "satisfaction"]

    def _post_clean(self):
        """The service checks the row."""
