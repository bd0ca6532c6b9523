"""Forms of inspections and hazards."""

from django import forms

from core.codes import offered
from core.forms import DayField, LongSelect, VersionedForm
from rights.models import Hazard, Inspection
from unions.forms import CHOOSE, code_field


class InspectionForm(VersionedForm):
    """``unions`` are those that may inspect, ``employers`` the firms in reach; both stay once recorded."""

    on = DayField(label="检查日期")

    class Meta:
        model = Inspection
        fields = ["union", "employer", "on", "inspectors", "scope", "note"]
        widgets = {
            "union": LongSelect(),
            "employer": LongSelect(),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "inspectors": "到场检查的人，一般不少于 2 人",
            "scope": "如：车间用电、起重机械、防护用品",
        }

    def __init__(self, *args, unions=None, employers=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("union")
            self.fields.pop("employer")
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE
        self.fields["employer"].queryset = employers.order_by("name")
        self.fields["employer"].empty_label = CHOOSE


class HazardForm(VersionedForm):
    level = code_field("hazard_level", "隐患等级", required=True)
    due_on = DayField(label="整改期限")

    class Meta:
        model = Hazard
        fields = ["what", "level", "proposal", "due_on"]
        help_texts = {"what": "地点和隐患，如：二号车间配电箱门缺失"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            return
        self.fields["level"].choices = [("", CHOOSE), *offered("hazard_level", stored=self.instance.level)]


class ReplyForm(forms.Form):
    """What the firm answered."""

    version = forms.CharField(widget=forms.HiddenInput)
    replied_on = DayField(label="答复日期")
    reply = forms.CharField(label="答复情况", max_length=300)


class CloseForm(forms.Form):
    """What the second look found."""

    version = forms.CharField(widget=forms.HiddenInput)
    closed_on = DayField(label="复查销号日期")
    recheck = forms.CharField(label="复查情况", max_length=300, help_text="复查确认已经整改到位的才能销号")


class ReopenForm(forms.Form):
    reason = forms.CharField(label="撤回原因", max_length=400)
