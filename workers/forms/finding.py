"""Whom to look for, by POST."""

from django import forms

from core.forms import LongSelect
from unions.models import Union


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
