"""Forms of classes and sessions. Rules live in the services; a form only reads and offers."""

from django import forms
from django.db.models import Q

from core.codes import offered
from core.forms import DayField, LongSelect, VersionedForm
from training.forms.providers import AgreementChoice, ProviderChoice
from training.models import Agreement, Enrolment, PlanLine, Provider, Session, TrainingClass
from training.queries.bases import bases_of_class
from unions.forms import CHOOSE, code_field


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class PlanLineChoice(forms.ModelChoiceField):
    """Lines of plans with their year and union."""

    def label_from_instance(self, line):
        """Year, title and the union that planned it."""
        return f"{line.plan.year} {line.title}（{line.plan.union.name}）"


class ClassForm(VersionedForm):
    """``unions`` are those that may organise a new class; an existing class stays with its union."""

    kind = code_field("training_kind", "培训类别", required=True)
    level = code_field("skill_level", "技能等级")
    starts_on = DayField(label="开始日期")
    ends_on = DayField(label="结束日期")
    provider = ProviderChoice(
        label="承办机构",
        queryset=Provider.objects.none(),
        required=False,
        empty_label="无",
        widget=LongSelect(),
        help_text="由镇总工会登记的培训机构、院校等承办的选择",
    )
    agreement = AgreementChoice(
        label="校企合作协议",
        queryset=Agreement.objects.none(),
        required=False,
        empty_label="无",
        widget=LongSelect(),
        help_text="按本工会或上级工会与院校签订的协议开展的选择",
    )
    plan_line = PlanLineChoice(
        label="培训计划项目",
        queryset=PlanLine.objects.none(),
        required=False,
        empty_label="计划外",
        widget=LongSelect(),
        help_text="本工会或上级工会已发布的年度计划中的项目",
    )

    class Meta:
        model = TrainingClass
        fields = [
            "union", "title", "kind", "trade", "level", "safety_level", "starts_on", "ends_on", "place",
            "base", "provider", "organiser", "agreement", "plan_line", "teachers", "planned_hours", "capacity", "fund_source",
            "subsidy_note", "is_open_below",
        ]  # fmt: skip
        widgets = {
            "union": LongSelect(),
            "base": LongSelect(),
            "trade": forms.TextInput(attrs={"list": "trades"}),
        }
        help_texts = {
            "safety_level": "只有安全生产培训填写",
            "capacity": "留空为不限名额；报满后继续报名的进入候补",
            "base": "在已认定的实训基地举办的才选择，计入基地培训人次",
            "organiser": "承办机构列表中没有的，填写其名称",
            "planned_hours": "一般 45 分钟为 1 学时",
        }

    def __init__(self, *args, unions=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["base"].queryset = bases_of_class(self.instance)
        self.fields["base"].empty_label = "不在实训基地"
        self._offer_partners(unions)
        if self.instance.pk:
            self.fields.pop("union")
            for name, table in (("kind", "training_kind"), ("level", "skill_level")):
                stored = getattr(self.instance, name)
                self.fields[name].choices = [("", CHOOSE), *offered(table, stored=stored)]
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE

    def _offer_partners(self, unions) -> None:
        """Providers in use, and agreements of the class's union (or those that may organise) and above."""
        kept = self.instance
        providers = Provider.objects.filter(Q(is_active=True) | Q(pk=kept.provider_id))
        self.fields["provider"].queryset = providers.with_state()
        paths = [kept.union.path] if kept.pk else unions.order_by().values_list("path", flat=True)
        usable = Agreement.objects.usable_by_unions(paths).select_related("partner")
        self.fields["agreement"].queryset = usable
        lines = PlanLine.objects.open_to(paths) | PlanLine.objects.filter(pk=kept.plan_line_id)
        self.fields["plan_line"].queryset = lines.select_related("plan__union").order_by(
            "-plan__year", "position"
        )


class SessionForm(VersionedForm):
    """A meeting; of one that is there it carries the version the user saw."""

    on = DayField(label="日期")

    class Meta:
        model = Session
        fields = ["on", "starts_at", "ends_at", "hours", "topic", "teacher"]
        widgets = {"starts_at": TimeInput(), "ends_at": TimeInput()}
        help_texts = {"hours": "一般 45 分钟为 1 学时"}


class CancelForm(forms.Form):
    reason = forms.CharField(label="取消原因", max_length=400, help_text="已报名的工会在班次页面看到这句话")


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
