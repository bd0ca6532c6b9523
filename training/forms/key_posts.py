"""Forms of key posts and of those who hold them. Rules live in the services."""

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from core.codes import offered
from core.definitions import help_texts
from core.forms import DayField, LongSelect, RemoteSelect, VersionedForm, version_field
from training.filters.certificates import level_choices
from training.models import KeyPost
from unions.forms import CHOOSE
from unions.models import Employer

NONE = "不要求"
REASON = "记入变更记录。不要写证件号码或电话号码"


def _levels() -> list[tuple[str, str]]:
    return [("", NONE), *level_choices()]


def _categories(stored: str = "") -> list[tuple[str, str]]:
    return [("", NONE), *offered("permit_category", stored=stored)]


class KeyPostForm(VersionedForm):
    """``unions`` are those that may keep a new post; an existing post stays with its union."""

    required_level = forms.ChoiceField(
        label="要求的技能等级",
        choices=_levels,
        required=False,
        help_text="按持证人已核验、有效的最高等级比较，不分工种",
    )
    permit_category = forms.ChoiceField(
        label="要求的特种作业类别",
        choices=_categories,
        required=False,
        help_text="上岗须持有效的特种作业操作证的选择",
    )
    start = DayField(label="设岗日期")

    class Meta:
        model = KeyPost
        fields = [
            "union", "employer", "title", "workshop", "trade", "is_key", "required_level", "permit_category",
            "seats", "start",
        ]  # fmt: skip
        widgets = {
            "union": LongSelect(),
            "employer": RemoteSelect(reverse_lazy("unions:employer_options")),
            "trade": forms.TextInput(attrs={"list": "trades"}),
        }
        help_texts = {"seats": "同一岗位应配几人；空缺的席位计入比例的分母"}

    def __init__(self, *args, user, unions=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_key"].help_text = help_texts("key_post").get("key_post", "")
        self.fields["employer"].queryset = Employer.objects.visible_to(user).select_related("union")
        self.fields["employer"].empty_label = "不限定单位"
        if self.instance.pk:
            self.fields.pop("union")
            self.fields["permit_category"].choices = _categories(self.instance.permit_category)
            return
        self.fields["union"].queryset = unions.filter(dissolved_on=None).order_by("path")
        self.fields["union"].empty_label = CHOOSE


class RequirementForm(forms.Form):
    """What a post asks for from a day on, with the state the user saw."""

    on = DayField(
        label="变更日期", initial=timezone.localdate, help_text="从这一天起按新的要求；此前的数字不变"
    )
    is_key = forms.BooleanField(label="关键岗位", required=False)
    required_level = forms.ChoiceField(label="要求的技能等级", choices=_levels, required=False)
    permit_category = forms.ChoiceField(label="要求的特种作业类别", choices=_categories, required=False)
    seats = forms.IntegerField(label="席位", min_value=1, max_value=30000)

    def __init__(self, data=None, *, key_post: KeyPost):
        names = ("is_key", "required_level", "permit_category", "seats")
        super().__init__(data, initial={name: getattr(key_post, name) for name in names})
        self.fields["is_key"].help_text = help_texts("key_post").get("key_post", "")
        self.fields["permit_category"].choices = _categories(key_post.permit_category)
        self.fields["version"] = version_field(key_post)


class EndForm(forms.Form):
    """The end of a post, with the state the user saw."""

    on = DayField(
        label="撤岗日期", initial=timezone.localdate, help_text="从这一天起岗位不再存在，在岗人员同日离岗"
    )
    note = forms.CharField(label="事由", max_length=200, help_text=REASON)

    def __init__(self, data=None, *, key_post: KeyPost):
        super().__init__(data)
        self.fields["version"] = version_field(key_post)


class FindForm(forms.Form):
    """Whom to look for by names or numbers."""

    text = forms.CharField(
        label="姓名或号码",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text="可以是姓名、工号、手机号、完整证件号码，或手机、证件的末四位",
    )


class AssignForm(forms.Form):
    """Since when somebody holds the post."""

    start = DayField(label="上岗日期", initial=timezone.localdate)


class ReleaseForm(forms.Form):
    end = DayField(label="离岗日期", initial=timezone.localdate, help_text="从这一天起不再担任")


class StrikeForm(forms.Form):
    note = forms.CharField(label="事由", max_length=200, help_text=REASON)
