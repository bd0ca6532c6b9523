"""Forms of bulk edits. Values are judged by ``workers.facts``, through the service."""

from django import forms

from unions.forms import CHOOSE
from workers.facts import BLANK, FACTS, Fact

CLEAR = "（清空）"


class FactForm(forms.Form):
    """Which fact is to be set."""

    field = forms.ChoiceField(
        label="要修改的项目",
        choices=lambda: [("", CHOOSE), *((name, fact.title) for name, fact in FACTS.items())],
    )


class ValueForm(forms.Form):
    """The fact, and the value that everybody gets."""

    field = forms.ChoiceField(choices=lambda: [(name, name) for name in FACTS], widget=forms.HiddenInput)
    value = forms.CharField(label="改为", required=False, max_length=200)

    def __init__(self, *args, fact: Fact, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"{fact.title}改为"
        choices = fact.choices()
        if choices:
            blank = [(BLANK, CLEAR if fact.may_be_blank else CHOOSE)]
            self.fields["value"].widget = forms.Select(choices=[*blank, *choices])
        else:
            self.fields["value"].help_text = "留空表示清空这一项"


class CountForm(forms.Form):
    """The number of people, typed, before many records are written."""

    count = forms.IntegerField(
        label="输入人数以确认",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
