"""The form of a photo of a class; the rules are the service's."""

from django import forms


class PhotoForm(forms.Form):
    file = forms.FileField(
        label="照片",
        help_text="JPG 或 PNG，不超过 10 MB；拍摄地点等信息自动去掉",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,image/jpeg,image/png"}),
    )
    caption = forms.CharField(label="说明", max_length=100, required=False)
