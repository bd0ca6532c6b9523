"""Forms of the lists of the roll."""

from django import forms

from workers.selections import LARGEST


class PasteForm(forms.Form):
    """Names or numbers, one per line."""

    text = forms.CharField(
        label="姓名或号码",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=f"每行一个，或用逗号、顿号、空格隔开，一次最多 {LARGEST} 个。可以是姓名、完整证件号码、手机号、工号，"
        "也可以是手机或证件的末四位",
    )
