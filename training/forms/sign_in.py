"""Forms for people who sign in at a session. A refusal never says which of the two entries is wrong."""

from django import forms

STARS = ((5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "非常不满意"))


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label="您对这次培训满意吗？",
        choices=[(n, f"{n} 分 {text}") for n, text in STARS],
        coerce=int,
        widget=forms.RadioSelect,
    )


class SignInForm(forms.Form):
    name = forms.CharField(
        label="姓名",
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control-lg", "autocomplete": "name"}),
    )
    tail = forms.CharField(
        label="末四位",
        max_length=12,
        widget=forms.TextInput(
            attrs={"class": "form-control-lg", "autocomplete": "off", "autocapitalize": "characters"}
        ),
        help_text="证件号码或手机号码的最后四位；证件末位是 X 的填 X",
    )
