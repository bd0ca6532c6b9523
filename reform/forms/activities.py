"""Forms of activities."""

from django import forms
from django.db.models import Q

from core.codes import offered
from core.forms import DayField, LongSelect, VersionedForm
from reform.models import Activity, Measure, Plan
from unions.forms import CHOOSE, code_field

COUNTS = ("participants", "works")
NOT_COUNTED = "还没有统计的留空，以后可以补"


class ActivityForm(VersionedForm):
    """``unions`` are those that may hold a new activity; an existing one stays with its union. The numbers are asked
    for once the activity was held."""

    kind = code_field("activity_kind", "活动种类", required=True)
    starts_on = DayField(label="开始日期", help_text="活动按这一天计入统计期")
    ends_on = DayField(label="结束日期", required=False, help_text="一天办完的留空")
    link = forms.URLField(
        label="网络链接",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="在网上举办的填写，以 https:// 开头；地点和网络链接至少填一项",
    )

    class Meta:
        model = Activity
        fields = [
            "union", "title", "kind", "measure", "starts_on", "ends_on", "place", "link", "hosts", "participants",
            "works", "note",
        ]  # fmt: skip
        widgets = {"union": LongSelect(), "note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "measure": "实施方案中的哪一项举措；说不准的留空",
            "hosts": "几家联合主办的依次填写",
            "participants": NOT_COUNTED,
            "works": NOT_COUNTED,
            "note": "不要填写参加人员的姓名、电话和证件号码",
        }

    def __init__(self, *args, unions=None, **kwargs):
        super().__init__(*args, **kwargs)
        offers = Q(plan=Plan.objects.current()) | Q(pk=self.instance.measure_id)
        self.fields["measure"].queryset = Measure.objects.filter(offers)
        self.fields["measure"].empty_label = "未指明"
        if self.instance.state != Activity.State.HELD:
            for name in COUNTS:
                self.fields.pop(name)
        if self.instance.pk:
            self.fields.pop("union")
            stored = self.instance.kind
            self.fields["kind"].choices = [("", CHOOSE), *offered("activity_kind", stored=stored)]
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE


class HoldForm(forms.ModelForm):
    class Meta:
        model = Activity
        fields = list(COUNTS)
        help_texts = {
            "participants": f"参加几次计几次；{NOT_COUNTED}",
            "works": f"征集到的作品；没有征集或{NOT_COUNTED}",
        }

    def _post_clean(self):
        """The service builds and checks the row."""


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="取消原因", max_length=400, help_text="误登记为已举办的也从这里取消，参与人次和作品数一并清除"
    )
