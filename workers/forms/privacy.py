"""Forms about personal data: the copy for the person, and anonymising."""

from django import forms
from django.utils import timezone

from core.forms import DayField


class PersonFileForm(forms.Form):
    requested_on = DayField(
        label="本人申请日期", initial=timezone.localdate, help_text="本人书面或当面提出查阅、复制的日期"
    )
    reason = forms.CharField(
        label="事由", max_length=200, help_text="记入日志，例如“本人当面申请复制”；不要写号码"
    )


class AnonymiseForm(forms.Form):
    """The people of the preview, and the sentence that has to be typed."""

    people = forms.CharField(widget=forms.HiddenInput)
    typed = forms.CharField(label="确认", required=False)

    def __init__(self, *args, phrase: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.phrase = phrase
        self.fields["typed"].help_text = f"请键入“{phrase}”。匿名化不能撤销"
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self):
        """Exactly the sentence; spaces do not matter."""
        typed = self.cleaned_data["typed"].replace(" ", "")
        if typed != self.phrase:
            raise forms.ValidationError(f"请逐字键入“{self.phrase}”")
        return typed
