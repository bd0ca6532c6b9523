"""The form by which a union goes into another one."""

from django import forms
from django.utils import timezone

from core.forms import DateInput, LongSelect
from unions.forms import CHOOSE, code_field
from unions.models import COMMITTEES, Union


class UnionMergeForm(forms.Form):
    """``unions`` may receive; the name of the closed union is typed, because nothing undoes the merge."""

    into = forms.ModelChoiceField(
        label="并入", empty_label=CHOOSE, queryset=Union.objects.none(), widget=LongSelect()
    )
    on = forms.DateField(label="合并日期", widget=DateInput(), initial=timezone.localdate)
    reason = code_field("membership_change_reason", "会籍变化原因")
    typed_name = forms.CharField(
        label="被并入工会的名称",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="请照原样输入，以示确认",
    )

    def __init__(self, *args, closed: Union, unions, **kwargs):
        super().__init__(*args, **kwargs)
        self.closed = closed
        offered = unions.filter(dissolved_on=None, org_type__in=COMMITTEES).exclude(pk=closed.pk)
        self.fields["into"].queryset = offered.order_by("path")

    def clean_typed_name(self):
        """The confirmation; not passed on."""
        if self.cleaned_data["typed_name"].strip() != self.closed.name:
            raise forms.ValidationError(f"与被并入工会的名称不符，应输入“{self.closed.name}”")

    def clean(self):
        """What the service takes."""
        data = super().clean()
        data.pop("typed_name", None)
        return data
