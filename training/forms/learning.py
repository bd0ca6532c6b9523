"""Forms about outside learning. Values are cleaned and judged by the services."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from core import codes
from core.forms import DayField, version_of
from training.forms.certificates import VerifyForm
from training.models import OutsideLearning


class LearningForm(forms.Form):
    """What a person learned elsewhere, as the paper states it."""

    title = forms.CharField(label="课程或培训名称", max_length=200)
    organiser = forms.CharField(label="主办单位", max_length=200, required=False)
    kind = forms.ChoiceField(
        label="培训类别", choices=lambda: [("", "请选择"), *codes.choices("training_kind")]
    )
    completed_on = DayField(label="完成日期")
    hours = forms.DecimalField(
        label="学时", required=False, max_digits=5, decimal_places=1, help_text="证明上没有写明的留空"
    )
    result = forms.ChoiceField(
        label="结论", required=False, choices=[("", "没有写明"), *OutsideLearning.Result.choices]
    )
    score = forms.DecimalField(
        label="成绩",
        required=False,
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    FACTS = ("title", "organiser", "kind", "completed_on", "hours", "result", "score")


class LearningEditForm(LearningForm):
    """What was reported, with the state it was read in."""

    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, learning: OutsideLearning, **kwargs):
        initial = {name: getattr(learning, name) for name in self.FACTS}
        super().__init__(data, initial=initial | {"version": version_of(learning)}, **kwargs)


class RefuseLearningForm(VerifyForm):
    note = forms.CharField(
        label="不予认可的理由", max_length=400, help_text="登记的工会会看到；不要写证件号码"
    )
